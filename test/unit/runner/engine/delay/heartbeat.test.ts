import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartbeat } from '../../../../../runner/engine/delay/heartbeat.ts';
import { ReadDelay } from '../../../../../runner/engine/delay/read-delay.ts';
import { VirtualTime } from '../../../../support/virtual-time.ts';

const MS = 1000;
const LENGTH_US = 100 * MS;

/** A heartbeat during 100 ms with a request in flight, and ticks of a paced load `everyUs`. Counts its timers and the observations. */
function beatsBesideTicks(everyUs: number) {
  const time = new VirtualTime(0);
  let timers = 0;
  const timing = {
    ...clockOf(time),
    after: (us: number, callback: () => void) => {
      timers++;
      return time.after(us, callback);
    },
  };
  const readDelay = new ReadDelay(time);
  const heartbeat = new Heartbeat(timing, readDelay, () => time.now() < LENGTH_US);
  const tick = (): void => {
    const nextUs = time.now() + everyUs < LENGTH_US ? time.now() + everyUs : Number.POSITIVE_INFINITY;
    heartbeat.tick(time.now(), nextUs);
    time.at(nextUs, tick);
  };
  if (everyUs < LENGTH_US) time.at(0, tick);
  time.at(0, () => heartbeat.start(time.now()));
  time.run(LENGTH_US + 20 * MS);
  return { timers, observations: readDelay.count };
}

function clockOf(time: VirtualTime) {
  return {
    now: () => time.now(),
    at: (us: number, callback: () => void) => time.at(us, callback),
    soon: (callback: () => void) => time.soon(callback),
  };
}

const rows: [name: string, everyUs: number, timers: [least: number, most: number]][] = [
  ['without ticks the timer beats every 2 ms', Number.POSITIVE_INFINITY, [45, 55]],
  ['ticks that are further apart than beats leave them in place', 10 * MS, [45, 55]],
  ['ticks every millisecond replace the timer, which beats again after the last one', 1 * MS, [1, 3]],
  ['ticks every 50 us replace the timer', 50, [1, 3]],
];

for (const [name, everyUs, [least, most]] of rows) {
  test(name, () => {
    const { timers, observations } = beatsBesideTicks(everyUs);
    assert.ok(timers >= least && timers <= most, `${timers} timers`);
    assert.ok(observations >= 45 && observations <= 110, `the loop was observed ${observations} times`);
  });
}
