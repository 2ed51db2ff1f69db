import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { countPauses, type Pauses } from '../../../../runner/process/gc-pauses.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects garbage until the observer has been called, which Node does in a later turn. */
async function collectUntil(told: () => boolean): Promise<void> {
  while (!told()) {
    collect();
    await turn();
  }
}

test('garbage collections are counted with their times, from the beginning until stop', {
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
