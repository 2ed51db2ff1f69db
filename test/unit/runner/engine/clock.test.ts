import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processClock } from '../../../../runner/engine/clock.ts';

test('the clock calls no callback before its time', async () => {
  const timing = processClock(performance.now());
  const early: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, (_, i) => {
      const time = timing.now() + i * 173;
      return new Promise<void>((called) => {
        timing.at(time, () => {
          if (timing.now() < time) early.push(time - timing.now());
          called();
        });
      });
    }),
  );
  assert.deepEqual(early, []);
});

test('the clock calls neither a cancelled callback nor one at Infinity', async () => {
  const timing = processClock(performance.now());
  let called = 0;
  const cancel = timing.at(timing.now() + 1000, () => called++);
  timing.at(Number.POSITIVE_INFINITY, () => called++);
  cancel();
  await new Promise<void>((waited) => void timing.at(timing.now() + 5000, waited));
  assert.equal(called, 0);
});
