import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { run } from '../cluster/run.ts';
import { until } from '../cluster/wait.ts';
import { type Ended, type Spec, usePlace } from './place.ts';
import { CLOSED_PORT } from './targetobjects.ts';

const ARRIVALS = 40;
const SHORT: Spec['load'] = { type: 'Open', open: { stages: [{ duration: '2s', rate: 20 }] } };

/** An address reserved for documentation, which nobody has. */
const BLACK_HOLE = '203.0.113.7';

const noNetns = process.env.LOADTEST_E2E_KUBECONFIG ? 'the routes of a cluster elsewhere are not ours' : false;

// Two at once, because one only waits. More would measure how long the machine takes to start pods.
describe('the result reports', { concurrency: 2 }, () => {
  const place = usePlace('failures');
  const passedOf = ({ status }: Ended) => findCondition(status.conditions, 'Passed');
  const kindsOf = ({ status }: Ended) => status.errors?.map(({ kind, count }) => ({ kind, count }));

  it('a runner that fits on no node', async () => {
    await place.start('unschedulable', {
      target: { url: place.url('/unschedulable') },
      load: SHORT,
      runners: { readyTimeout: '6s', template: { nodeSelector: { 'loadtest.dev/nowhere': 'true' } } },
    });
    const ready = await until(
      'Ready says why not',
      async () => {
        const { status } = await place.get('unschedulable');
        const condition = findCondition(status?.conditions, 'Ready');
        return condition?.reason === 'Unschedulable' ? condition : undefined;
      },
      { timeoutMs: 20_000, intervalMs: 300 },
    );
    assert.equal(ready.status, 'False');
    const test = await place.waitFor('unschedulable', 'Complete', 30);
    const complete = findCondition(test.status.conditions, 'Complete');
    assert.equal(complete?.reason, 'ReadyTimeout');
    assert.match(complete?.message ?? '', /node/);
    await until(
      'nothing is left',
      async () => (await place.list('pods', `${LABEL_TEST}=unschedulable`)).length === 0 || undefined,
      {
        timeoutMs: 20_000,
        intervalMs: 300,
      },
    );
  });

  it('a target that refuses connections', async () => {
    const test = await place.runToEnd('closed-port', { target: { url: place.url('', CLOSED_PORT) }, load: SHORT });
    const { generated, made, failed, done } = test.status.counts;
    assert.deepEqual(
      { generated, made, failed, done },
      { generated: ARRIVALS, made: ARRIVALS, failed: ARRIVALS, done: 0 },
    );
    assert.deepEqual(kindsOf(test), [{ kind: 'ConnectionRefused', count: ARRIVALS }]);
    assert.deepEqual([passedOf(test)?.status, passedOf(test)?.reason], ['False', 'NothingAnswered']);
  });

  it('a name that does not exist', async () => {
    const test = await place.runToEnd('no-such-name', { target: { url: 'http://nobody.invalid' }, load: SHORT });
    assert.equal(test.status.counts.failed, ARRIVALS);
    assert.deepEqual(kindsOf(test), [{ kind: 'DNSNotFound', count: ARRIVALS }]);
  });

  describe('a target that swallows packets', { skip: noNetns }, () => {
    const route = ['ip', 'route', 'add', 'blackhole', `${BLACK_HOLE}/32`];
    before(() => run(route));
    after(() => run(route.with(2, 'del')));

    it('ends by the timeout for connecting and does not hang', async () => {
      const test = await place.runToEnd('black-hole', {
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
    await place.kubectl('create', 'secret', 'generic', 'half', '--from-literal=username=load');
    const test = await place.runToEnd('missing-key', {
      target: { url: place.url('/missing-key'), auth: { type: 'Basic', basic: { secretRef: { name: 'half' } } } },
      load: SHORT,
      runners: { readyTimeout: '8s' },
    });
    const complete = findCondition(test.status.conditions, 'Complete');
    assert.match(complete?.message ?? '', /half/);
    assert.match(complete?.message ?? '', /password/);
    assert.notEqual(passedOf(test)?.status, 'True');
    assert.equal(await place.received('/missing-key'), undefined, 'no request was made');
  });
});
