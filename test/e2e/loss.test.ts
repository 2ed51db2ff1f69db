import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/wait.ts';
import { type Spec, usePlace } from './place.ts';

const SECONDS = 8;
const RATE = 40;
const TYPICAL: Spec['load'] = { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }] } };

describe('a runner whose pod is deleted in the middle of its load', () => {
  const place = usePlace('loss');

  /** Starts a test with two runners, deletes one after both have sent for a while, and returns the result. */
  async function loseOne(name: string, onLoss: 'Fail' | 'Continue') {
    await place.start(name, {
      target: { url: place.url(`/${name}`) },
      load: TYPICAL,
      thresholds: [{ metric: 'errors', max: '0%' }],
      runners: { replicas: 2, onLoss },
    });
    await until(
      'both runners have sent',
      async () => {
        const seen = await place.received(`/${name}`);
        return (seen !== undefined && seen.total >= 2 * RATE && Object.keys(seen.clients).length === 2) || undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    const [pod] = await place.list<{ metadata: { name: string } }>('pods', `${LABEL_TEST}=${name}`);
    await place.kubectl('delete', 'pod', pod?.metadata.name ?? '', '--grace-period=0', '--force', '--wait=false');
    return place.waitFor(name, 'Complete', 30);
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

  it('is reported, and the other continues, with onLoss Continue', async () => {
    const { status } = await loseOne('continues', 'Continue');
    const passed = findCondition(status.conditions, 'Passed');
    assert.deepEqual([passed?.status, passed?.reason], ['True', 'ThresholdsMet']);
    assert.match(passed?.message ?? '', /1 of 2 runners lost/);
    assert.ok(status.counts.made > (SECONDS * RATE) / 2, 'the other runner has sent its whole half');
    assert.equal((await place.list('jobs', `${LABEL_TEST}=continues`)).length, 1);
  });
});
