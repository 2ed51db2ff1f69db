import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventLoopFigures } from '../../../../runner/process/event-loop.ts';
import { runDelayReader } from '../../../../runner/process/run-delay.ts';

test('the event loop is idle while nothing happens, and each of its turns counts', async () => {
  const loop = eventLoopFigures();
  const [idle, turns] = [loop.idleUs(), loop.turns()];
  await sleep(20);
  assert.ok(loop.idleUs() - idle > 5_000, `${loop.idleUs() - idle} us`);
  assert.ok(loop.turns() > turns);
});

test('the wait of a thread for a CPU only grows, and is not longer than the thread has lived', () => {
  const read = runDelayReader();
  if (read === undefined) return; // this kernel does not tell
  const [first, second] = [read(), read()];
  assert.ok(first >= 0 && second >= first, `${first} us, then ${second} us`);
  assert.ok(second <= process.uptime() * 1e6, `${second} us in ${process.uptime()} s`);
});
