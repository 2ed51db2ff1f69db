import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ListeningTime } from '../../../operator/runtime/listening-time.ts';

it('an operator has listened since its start, and anew since its node gave it no CPU', () => {
  let nowMs = 1_000;
  const listening = new ListeningTime(() => nowMs);
  const since = (atMs: number) => {
    nowMs = atMs;
    return listening.sinceMs();
  };
  assert.deepEqual([since(2_000), since(5_000), since(9_000)], [1_000, 1_000, 1_000]);
  assert.deepEqual([since(70_000), since(71_000)], [70_000, 70_000]);
  listening.stop();
});
