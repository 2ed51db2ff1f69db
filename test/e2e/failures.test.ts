import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { run } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { type EndedLoadTest, type Spec, useNamespace } from './support/namespace.ts';
import { CLOSED_PORT } from './support/target-objects.ts';

const ARRIVALS = 40;
const SHORT: Spec['load'] = { type: 'Open', open: { stages: [{ duration: '2s', rate: 20 }] } };

/** An address reserved for documentation, which no host has. */
const BLACK_HOLE = '203.0.113.7';

const noNetns = process.env.LOADTEST_E2E_KUBECONFIG ? 'needs the routes of a local cluster' : false;

// Two at once, because one mostly waits. More would compete for the machine while pods start.
describe('the result reports', { concurrency: 2 }, () => {
  const ns = useNamespace('failures');
  const passedOf = ({ status }: EndedLoadTest) => findCondition(status.conditions, 'Passed');
  const kindsOf = ({ status }: EndedLoadTest) => status.errors?.map(({ kind, count }) => ({ kind, count }));

  it('a runner that fits on no node', async () => {
    await ns.start('unschedulable', {
      target: { url: ns.url('/unschedulable') },
      load: SHORT,
      runners: { readyTimeout: '6s', template: { nodeSelector: { 'loadtest.dev/nowhere': 'true' } } },
    });
    const ready = await until(
      'the reason in the condition Ready',
      async () => {
        const { status } = await ns.get('unschedulable');
        const condition = findCondition(status?.conditions, 'Ready');
        return condition?.reason === 'Unschedulable' ? condition : undefined;
      },
      { timeoutMs: 20_000, intervalMs: 300 },
    );
    assert.equal(ready.status, 'False');
    const test = await ns.waitFor('unschedulable', 'Complete', 30);
    const complete = findCondition(test.status.conditions, 'Complete');
    assert.equal(complete?.reason, 'ReadyTimeout');
    assert.match(complete?.message ?? '', /node/);
    await until(
      'its pods to be gone',
      async () => (await ns.list('pods', `${LABEL_TEST}=unschedulable`)).length === 0 || undefined,
      {
        timeoutMs: 20_000,
        intervalMs: 300,
      },
    );
  });

  it('a target that refuses connections', async () => {
    const test = await ns.runToEnd('closed-port', { target: { url: ns.url('', CLOSED_PORT) }, load: SHORT });
    const { generated, made, failed, done } = test.status.counts;
    assert.deepEqual(
      { generated, made, failed, done },
      { generated: ARRIVALS, made: ARRIVALS, failed: ARRIVALS, done: 0 },
    );
    assert.deepEqual(kindsOf(test), [{ kind: 'ConnectionRefused', count: ARRIVALS }]);
    assert.deepEqual([passedOf(test)?.status, passedOf(test)?.reason], ['False', 'NothingAnswered']);
  });

  it('a name that does not exist', async () => {
    const test = await ns.runToEnd('no-such-name', { target: { url: 'http://nobody.invalid' }, load: SHORT });
    assert.equal(test.status.counts.failed, ARRIVALS);
    assert.deepEqual(kindsOf(test), [{ kind: 'DNSNotFound', count: ARRIVALS }]);
  });

  describe('a target that drops packets', { skip: noNetns }, () => {
    const route = ['ip', 'route', 'add', 'blackhole', `${BLACK_HOLE}/32`];
    before(() => run(route));
    after(() => run(route.with(2, 'del')));

    it('ends by the connect timeout and does not hang', async () => {
      const test = await ns.runToEnd('black-hole', {
        target: { url: `http://${BLACK_HOLE}:8080`, timeout: '500ms' },
        load: SHORT,
      });
      const { made, failed, done } = test.status.counts;
      assert.deepEqual({ made, failed, done }, { made: ARRIVALS, failed: ARRIVALS, done: 0 });
      assert.deepEqual(kindsOf(test), [{ kind: 'TimedOutConnecting', count: ARRIVALS }]);
      assert.equal(passedOf(test)?.status, 'False');
    });
  });

  it('a Secret without the key', async () => {
    await ns.kubectl('create', 'secret', 'generic', 'half', '--from-literal=username=load');
    const test = await ns.runToEnd('missing-key', {
      target: { url: ns.url('/missing-key'), auth: { type: 'Basic', basic: { secretRef: { name: 'half' } } } },
      load: SHORT,
      runners: { readyTimeout: '8s' },
    });
    const complete = findCondition(test.status.conditions, 'Complete');
    assert.match(complete?.message ?? '', /half/);
    assert.match(complete?.message ?? '', /password/);
    assert.notEqual(passedOf(test)?.status, 'True');
    assert.equal(await ns.received('/missing-key'), undefined, 'no request was made');
  });
});
