import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { laterPart } from '../../../../model/load/schedule.ts';
import { processClock } from '../../../../runner/engine/clock.ts';
import { PacingTimer, zeroBy } from '../../../../runner/engine/pacing-timer.ts';
import { openPlan } from '../../../support/specs/open-plan.ts';

const plan = openPlan(100, '100ms');
const AFTER_THE_LAST_MS = 200;

test('a pacing timer waits for the start, and then ticks at most its lead before unsent arrivals', async () => {
  const pacingTimer = new PacingTimer(plan);
  await pacingTimer.ready;
  const ticks: number[] = [];
  const timing = processClock(performance.now() + AFTER_THE_LAST_MS);
  pacingTimer.onTick((lead) => ticks.push(timing.now() + lead));
  await sleep(AFTER_THE_LAST_MS / 4);
  assert.deepEqual(ticks, []);
  pacingTimer.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS + 100);
  // On a busy machine, overdue arrivals share a tick, but the last arrival still has one.
  assert.ok(ticks.length >= 1 && ticks.length <= 10, `${ticks.length} ticks`);
  assert.ok(ticks.at(-1)! >= 90_000, `the last arrival is due after 90 ms: ${ticks}`);
  assert.ok(
    ticks.every((at, n) => at >= n * 10_000),
    `a tick too early: ${ticks}`,
  );
});

for (const [what, takes] of [
  ['of equal duration', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['with a slow start', [700, 900, 400, 1, 1, 1, 1, 1, 1, 1]],
  ['with preemptions of the thread', [1, 1, 1, 5000, 5000, 1, 1, 1, 9000, 1]],
] as const) {
  test(`readings ${what} synchronize the clock of the pacing timer to a microsecond`, () => {
    let now = 10_000; // microseconds
    let readings = 0;
    const read = () => {
      const seen = now;
      now += takes[readings++ % takes.length]!;
      return seen;
    };
    const zero = zeroBy(() => BigInt(read() * 1e3), { now: () => read() - 10_000 });
    assert.ok(Math.abs(Number(zero) - 10_000_000) <= 1_000, `${zero}`);
  });
}

test('the pacing timer does not tick for arrivals that were sent with a response', async () => {
  const pacingTimer = new PacingTimer(plan);
  await pacingTimer.ready;
  let ticks = 0;
  pacingTimer.onTick(() => ticks++);
  pacingTimer.sent(10);
  pacingTimer.begin(processClock(performance.now()));
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(ticks, 0);
});

test('a pacing timer that is stopped before the start ends without a tick', async () => {
  const pacingTimer = new PacingTimer(plan);
  let ticks = 0;
  pacingTimer.onTick(() => ticks++);
  pacingTimer.stop();
  await pacingTimer.ready;
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(ticks, 0);
});

test('a busy engine receives one tick when it is free again, not one per arrival', async () => {
  const pacingTimer = new PacingTimer(openPlan(10_000, '100ms'));
  await pacingTimer.ready;
  let ticks = 0;
  pacingTimer.onTick(() => ticks++);
  const timing = processClock(performance.now());
  pacingTimer.begin(timing);
  while (timing.now() < 150_000); // busy until long after the last arrival is due
  await sleep(AFTER_THE_LAST_MS);
  // A slow start of the thread may leave an arrival for a later tick.
  assert.ok(ticks >= 1 && ticks <= 3, `${ticks} ticks`);
});

test('arrivals closer together than ticks share one, even if no others follow', async () => {
  const pacingTimer = new PacingTimer(openPlan(10_000, '1ms'));
  await pacingTimer.ready;
  const timing = processClock(performance.now() + AFTER_THE_LAST_MS);
  let last = 0;
  pacingTimer.onTick((lead) => {
    last = timing.now() + lead;
  });
  pacingTimer.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS);
  assert.ok(last >= 900, `the last arrival is due after 900 us, the last tick was for ${last} us`);
});

test('a pacing timer ticks for one schedule after another, and for none between them', async () => {
  const { stripe, schedule } = openPlan(100, '100ms');
  const pacingTimer = new PacingTimer({ stripe });
  await pacingTimer.ready;
  const ticks: number[] = [];
  const timing = processClock(performance.now());
  pacingTimer.onTick((lead) => ticks.push(timing.now() + lead));
  pacingTimer.begin(timing);
  await sleep(AFTER_THE_LAST_MS / 4);
  assert.deepEqual(ticks, []);
  const firstUs = timing.now() + 50_000;
  pacingTimer.pace(laterPart(schedule, firstUs, 7));
  await sleep(2 * AFTER_THE_LAST_MS);
  const first = ticks.splice(0);
  assert.ok(first.length >= 1 && first.length <= 10, `${first.length} ticks`);
  assert.ok(first[0]! >= firstUs && first.at(-1)! >= firstUs + 90_000, `${first} for ${firstUs}`);
  pacingTimer.pace(laterPart(openPlan(1, '1h').schedule, timing.now() + 3_600_000_000, 17));
  pacingTimer.pace(null);
  await sleep(AFTER_THE_LAST_MS / 4);
  pacingTimer.pace(laterPart(schedule, timing.now(), 17));
  await sleep(2 * AFTER_THE_LAST_MS);
  assert.ok(ticks.length >= 1 && ticks.length <= 10, `${ticks.length} ticks`);
  pacingTimer.stop();
});
