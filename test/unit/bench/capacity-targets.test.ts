import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bucket, cliff, queue, scales } from '../../../bench/capacity/behaviours.ts';
import { capacityOf, erlangC, staysLonger } from '../../../bench/capacity/erlang.ts';
import { seededRandom } from '../../../model/common/random.ts';

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('the capacity of a queue', () => {
  it('follows the formulas of one server, where the probability to wait is the load', () => {
    close(erlangC(1, 0.7), 0.7, 1e-12);
    // The time in M/M/1 is exponential with the rate mu - lambda.
    close(staysLonger(1, 70, 10, 100), Math.exp(-3), 1e-9);
    close(capacityOf(1, 10, 100, Math.exp(-3)), 70, 0.01);
  });

  it('is that of the simulated target', () => {
    const perSecond = capacityOf(8, 20, 150, 0.01);
    const random = seededRandom(5);
    const target = queue(8, 20, random);
    let nowMs = 0;
    let late = 0;
    const count = 400_000;
    for (let i = 0; i < count; i++) {
      nowMs -= (Math.log(1 - random()) / perSecond) * 1e3;
      if (target(nowMs).afterMs > 150) late++;
    }
    close(late / count, 0.01, 0.003);
  });
});

/** The share of refused or late responses at an even rate, over the seconds from `fromSeconds` on. */
function badShare(target: ReturnType<typeof bucket>, perSecond: number, seconds: number, fromSeconds = 0): number {
  let [bad, all] = [0, 0];
  for (let i = 0; i < perSecond * seconds; i++) {
    const atMs = (i * 1e3) / perSecond;
    const { status, afterMs } = target(atMs);
    if (atMs < fromSeconds * 1e3) continue;
    all++;
    if (status !== 200 || afterMs > 0) bad++;
  }
  return bad / all;
}

describe('the targets of the capacity benchmark', () => {
  it('a bucket refuses what exceeds its rate', () => {
    assert.equal(
      badShare(
        bucket(() => 400),
        399,
        60,
      ),
      0,
    );
    close(
      badShare(
        bucket(() => 400),
        500,
        60,
      ),
      0.2,
      0.002,
    );
  });
  it('a cliff is late for all above its rate, and for none below', () => {
    assert.equal(badShare(cliff(300, 500), 298, 10), 0);
    assert.equal(badShare(cliff(300, 500), 304, 10, 1), 1);
  });
  it('an autoscaler responds to overload that goes on', () => {
    close(badShare(scales(400, 1600, 15_000), 800, 14), 0.5, 0.02);
    close(badShare(scales(400, 1600, 15_000), 800, 60, 20), 0, 0.001);
  });
});
