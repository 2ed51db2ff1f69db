import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { until } from '../cluster/wait.ts';
import { usePlace } from './place.ts';

const STOPS_WITHIN_MS = 2000;

describe('deleting a LoadTest in the middle of its load', () => {
  const place = usePlace('deletion');

  it('stops the load within 2 s and leaves nothing', async () => {
    await place.start('endless', {
      target: { url: place.url('/endless') },
      load: { type: 'Open', open: { stages: [{ duration: '10m', rate: 50 }] } },
      runners: { replicas: 2 },
    });
    const before = await until(
      'the load runs',
      async () => {
        const received = await place.received('/endless');
        return received !== undefined && received.total >= 50 && Object.keys(received.clients).length === 2
          ? received
          : undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    assert.ok(before.total >= 50);

    const deletedAt = Date.now();
    await place.kubectl('delete', 'loadtest', 'endless', '--wait=false');
    await until(
      'jobs and pods are gone',
      async () => {
        const left = await place.list('jobs,pods', `${LABEL_TEST}=endless`);
        return left.length === 0 || undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    // With the pods gone, nothing can be received any more.
    const after = await place.received('/endless');
    assert.ok(after);
    const stoppedAfter = after.lastAt - deletedAt;
    assert.ok(
      stoppedAfter <= STOPS_WITHIN_MS,
      `the last request came ${Math.round(stoppedAfter)} ms after the deletion`,
    );
    assert.deepEqual(await place.list('configmaps', `${LABEL_TEST}=endless`), []);
  });
});
