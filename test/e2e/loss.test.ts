import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/system/wait.ts';
import { type Spec, useNamespace } from './support/namespace.ts';
import { assertNotFailed } from './support/verdict.ts';

const SECONDS = 8;
const RATE = 40;
const TYPICAL: Spec['load'] = { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }] } };

describe('a runner whose pod is deleted under load', () => {
  const ns = useNamespace('loss');

  /** Starts a test with two runners, deletes one after both have sent for a while, and returns the result. */
  async function loseOne(name: string, onLoss: 'Fail' | 'Continue') {
    await ns.start(name, {
      target: { url: ns.url(`/${name}`) },
      load: TYPICAL,
      // What the lost runner had in flight may have become errors: a low limit would be undecided.
      thresholds: [{ metric: 'errors', max: '25%' }],
      runners: { replicas: 2, onLoss },
    });
    await until(
      'requests of both runners',
      async () => {
        const seen = await ns.received(`/${name}`);
        return (seen !== undefined && seen.total >= 2 * RATE && Object.keys(seen.clients).length === 2) || undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    const [pod] = await ns.list<{ metadata: { name: string } }>('pods', `${LABEL_TEST}=${name}`);
    await ns.kubectl('delete', 'pod', pod?.metadata.name ?? '', '--grace-period=0', '--force', '--wait=false');
    return ns.waitFor(name, 'Complete', 30);
  }

  it('fails the test at once, and the result includes its last second', async () => {
    const { status } = await loseOne('fails', 'Fail');
    const [complete, passed] = [
      findCondition(status.conditions, 'Complete'),
      findCondition(status.conditions, 'Passed'),
    ];
    assert.deepEqual([complete?.reason, passed?.status, passed?.reason], ['RunnersLost', 'False', 'RunnersLost']);
    assert.match(complete?.message ?? '', /1 of 2 runners lost: runner [01]: /);
    assert.deepEqual([status.runners?.succeeded, status.runners?.lost], [1, 1]);
    const { generated, made, done, timeout, failed, dropped, aborted } = status.counts;
    assert.equal(generated, made + dropped);
    assert.ok(made > RATE && made < SECONDS * RATE, `${made} were made`);
    // In-flight requests of the lost runner count as aborted.
    assert.equal(made, done + timeout + failed + aborted);
  });

  it('is reported with onLoss Continue, and the other runner continues', async () => {
    const { status } = await loseOne('continues', 'Continue');
    const { reason, message = '' } = assertNotFailed({ status });
    if (reason === 'ThresholdsMet') assert.match(message, /1 of 2 runners lost/);
    assert.deepEqual([status.runners?.succeeded, status.runners?.lost], [1, 1]);
    assert.ok(status.counts.made > (SECONDS * RATE) / 2, 'the other runner has sent its whole half');
    assert.equal((await ns.list('jobs', `${LABEL_TEST}=continues`)).length, 1);
  });
});
