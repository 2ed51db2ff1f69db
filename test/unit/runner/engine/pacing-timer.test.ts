import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processClock } from '../../../../runner/engine/clock.ts';
import { PacingTimer, zeroBy } from '../../../../runner/engine/pacing-timer.ts';
import { openPlan } from '../../../support/open-plan.ts';

const plan = openPlan(100, '100ms');
const AFTER_THE_LAST_MS = 200;

test('a metronome that is ready stays silent until it is begun, then beats at most its lead before arrivals that are not sent', async () => {
  const pacingTimer = new PacingTimer(plan);
  await pacingTimer.ready;
  const beats: number[] = [];
  const timing = processClock(performance.now() + AFTER_THE_LAST_MS);
  pacingTimer.onTick((lead) => beats.push(timing.now() + lead));
  await sleep(AFTER_THE_LAST_MS / 4);
  assert.deepEqual(beats, []);
  pacingTimer.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS + 100);
  // On a busy machine what has become due meanwhile shares a beat; the last one is still there.
  assert.ok(beats.length >= 1 && beats.length <= 10, `${beats.length} beats`);
  assert.ok(beats.at(-1)! >= 90_000, `the last arrival is due after 90 ms: ${beats}`);
  assert.ok(
    beats.every((at, n) => at >= n * 10_000),
    `never by more before it is due: ${beats}`,
  );
});

for (const [what, takes] of [
  ['of the same length', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['the first of which are slow', [700, 900, 400, 1, 1, 1, 1, 1, 1, 1]],
  ['between which the thread is not let run', [1, 1, 1, 5000, 5000, 1, 1, 1, 9000, 1]],
] as const) {
  test(`the metronome's clock is set by looks ${what}: right to a microsecond`, () => {
    let now = 10_000; // microseconds
    let looks = 0;
    const look = () => {
      const seen = now;
      now += takes[looks++ % takes.length]!;
      return seen;
    };
    const zero = zeroBy(() => BigInt(look() * 1e3), { now: () => look() - 10_000 });
    assert.ok(Math.abs(Number(zero) - 10_000_000) <= 1_000, `${zero}`);
  });
}

test('what was sent with an answer needs no beat', async () => {
  const pacingTimer = new PacingTimer(plan);
  await pacingTimer.ready;
  let beats = 0;
  pacingTimer.onTick(() => beats++);
  pacingTimer.sent(10);
  pacingTimer.begin(processClock(performance.now()));
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(beats, 0);
});

test('a metronome that is stopped before it was begun ends', async () => {
  const pacingTimer = new PacingTimer(plan);
  let beats = 0;
  pacingTimer.onTick(() => beats++);
  pacingTimer.stop();
  await pacingTimer.ready;
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(beats, 0);
});

test('an engine that is busy finds one beat when it listens again, not one for every arrival', async () => {
  const pacingTimer = new PacingTimer(openPlan(10_000, '100ms'));
  await pacingTimer.ready;
  let beats = 0;
  pacingTimer.onTick(() => beats++);
  const timing = processClock(performance.now());
  pacingTimer.begin(timing);
  while (timing.now() < 150_000); // busy until the last arrival is long due
  await sleep(AFTER_THE_LAST_MS);
  // A slow start of the thread may leave an arrival for which it beats afterwards.
  assert.ok(beats >= 1 && beats <= 3, `${beats} beats`);
});

test('arrivals that are closer together than beats have one too when none follow', async () => {
  const pacingTimer = new PacingTimer(openPlan(10_000, '1ms'));
  await pacingTimer.ready;
  const timing = processClock(performance.now() + AFTER_THE_LAST_MS);
  let last = 0;
  pacingTimer.onTick((lead) => {
    last = timing.now() + lead;
  });
  pacingTimer.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS);
  assert.ok(last >= 900, `the last arrival is due after 900 us, the last beat came after ${last}`);
});
