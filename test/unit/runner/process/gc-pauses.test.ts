import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { countPauses, type Pauses } from '../../../../runner/process/gc-pauses.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects garbage until Node has called the observer, which happens in a later turn of the event loop. */
async function collectUntil(isObserved: () => boolean): Promise<void> {
  while (!isObserved()) {
    collect();
    await turn();
  }
}

test('countPauses counts garbage collections and their times from its call until stop', {
  timeout: 30_000,
}, async () => {
  const { pauses, stop } = countPauses();
  assert.deepEqual(pauses, { count: 0, totalMs: 0, maxMs: 0 });

  await collectUntil(() => pauses.count > 0);
  const first: Pauses = { ...pauses };
  assert.ok(first.maxMs > 0 && first.maxMs <= first.totalMs, JSON.stringify(first));

  await collectUntil(() => pauses.count >= first.count + 3);
  const { count, totalMs, maxMs } = pauses;
  assert.ok(totalMs > first.totalMs && totalMs <= count * maxMs, JSON.stringify({ first, pauses }));
  assert.ok(maxMs >= first.maxMs && maxMs < totalMs, JSON.stringify({ first, pauses }));

  stop();
  const last = { ...pauses };
  const other = countPauses();
  await collectUntil(() => other.pauses.count > 0);
  other.stop();
  assert.deepEqual(pauses, last);
});
