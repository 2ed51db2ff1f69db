import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metronome } from '../../runner/metronome.ts';
import { processTiming } from '../../runner/timing.ts';
import { openPlan } from './open-plan.ts';

const plan = openPlan(100, '100ms');
const AFTER_THE_LAST_MS = 200;

test('a metronome that is ready stays silent until it is begun, then beats at most its lead before arrivals that are not sent', async () => {
  const metronome = new Metronome(plan);
  await metronome.ready;
  const beats: number[] = [];
  const timing = processTiming(performance.now() + AFTER_THE_LAST_MS);
  metronome.onBeat((lead) => beats.push(timing.now() + lead));
  await sleep(AFTER_THE_LAST_MS / 4);
  assert.deepEqual(beats, []);
  metronome.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS + 100);
  // On a busy machine what has become due meanwhile shares a beat; the last one is still there.
  assert.ok(beats.length >= 1 && beats.length <= 10, `${beats.length} beats`);
  assert.ok(beats.at(-1)! >= 90_000, `the last arrival is due after 90 ms: ${beats}`);
  assert.ok(
    beats.every((at, n) => at >= n * 10_000),
    `never by more before it is due: ${beats}`,
  );
});

test('what was sent with an answer needs no beat', async () => {
  const metronome = new Metronome(plan);
  await metronome.ready;
  let beats = 0;
  metronome.onBeat(() => beats++);
  metronome.sent(10);
  metronome.begin(processTiming(performance.now()));
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(beats, 0);
});

test('a metronome that is stopped before it was begun ends', async () => {
  const metronome = new Metronome(plan);
  let beats = 0;
  metronome.onBeat(() => beats++);
  metronome.stop();
  await metronome.ready;
  await sleep(AFTER_THE_LAST_MS);
  assert.equal(beats, 0);
});

test('an engine that is busy finds one beat when it listens again, not one for every arrival', async () => {
  const metronome = new Metronome(openPlan(10_000, '100ms'));
  await metronome.ready;
  let beats = 0;
  metronome.onBeat(() => beats++);
  const timing = processTiming(performance.now());
  metronome.begin(timing);
  while (timing.now() < 150_000); // busy until the last arrival is long due
  await sleep(AFTER_THE_LAST_MS);
  // A slow start of the thread may leave an arrival for which it beats afterwards.
  assert.ok(beats >= 1 && beats <= 3, `${beats} beats`);
});

test('arrivals that are closer together than beats have one too when none follow', async () => {
  const metronome = new Metronome(openPlan(10_000, '1ms'));
  await metronome.ready;
  const timing = processTiming(performance.now() + AFTER_THE_LAST_MS);
  let last = 0;
  metronome.onBeat((lead) => {
    last = timing.now() + lead;
  });
  metronome.begin(timing);
  await sleep(2 * AFTER_THE_LAST_MS);
  assert.ok(last >= 900, `the last arrival is due after 900 us, the last beat came after ${last}`);
});
