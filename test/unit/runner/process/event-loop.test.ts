import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventLoopFigures } from '../../../../runner/process/event-loop.ts';
import { runDelayReader } from '../../../../runner/process/run-delay.ts';

test('the event loop is idle while nothing happens, and each of its turns counts', async () => {
  const loop = eventLoopFigures();
  const [idle, turns, beganMs] = [loop.idleUs(), loop.turns(), performance.now()];
  const idleUs = () => loop.idleUs() - idle;
  // A starved process is idle for less of a sleep, or for nothing of it.
  for (let sleeps = 0; idleUs() <= 5_000 && sleeps < 50; sleeps++) await sleep(20);
  assert.ok(loop.turns() > turns);
  assert.ok(idleUs() > 5_000, `${idleUs()} us`);
  assert.ok(idleUs() <= (performance.now() - beganMs) * 1e3);
});

test('the wait of a thread for a CPU only grows, and not faster than time passes', () => {
  const read = runDelayReader();
  if (read === undefined) return; // this kernel does not tell
  const beganMs = performance.now();
  // The first also has the waits before the process began to run its program.
  const [first, second] = [read(), read()];
  const passedUs = (performance.now() - beganMs) * 1e3;
  assert.ok(first >= 0 && second >= first, `${first} us, then ${second} us`);
  assert.ok(second - first <= passedUs, `${second - first} us in ${passedUs} us`);
});
