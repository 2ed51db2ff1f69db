import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logQuantile, PERCENTILES, quantilesOf, valuesAt } from '../../../../model/compare/quantiles.ts';
import { studentQuantile } from '../../../../model/compare/statistics/confidence.ts';
import { errorOfSum, type SharePair, standardErrors } from '../../../../model/compare/statistics/dispersion.ts';
import { differenceOfShares } from '../../../../model/compare/statistics/share-difference.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { randomFrom } from '../../../support/results/comparison-runs.ts';

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe("Student's quantile at 99.5%", () => {
  const table: [degreesOfFreedom: number, quantile: number][] = [
    [7, 3.499],
    [10, 3.169],
    [17, 2.898],
    [30, 2.75],
    [Number.POSITIVE_INFINITY, 2.576],
  ];
  for (const [degrees, quantile] of table)
    it(`is ${quantile} at ${degrees} degrees of freedom`, () => near(studentQuantile(degrees), quantile, 0.006));
});

describe('the difference of two shares', () => {
  const of = (a: [number, number], b: [number, number]) =>
    differenceOfShares({ events: a[0], of: a[1] }, { events: b[0], of: b[1] }, 2.576);

  it('has a range above 0 for 9 errors against none in 1,800 requests, and for 7, but not for 6', () => {
    assert.ok(of([9, 1800], [0, 1800]).low > 0);
    assert.ok(of([7, 1800], [0, 1800]).low > 0);
    assert.ok(of([6, 1800], [0, 1800]).low < 0);
  });

  it('has the range of the normal distribution for many events', () => {
    const { estimate, low, high } = of([3000, 10_000], [2000, 10_000]);
    near(estimate, 0.1, 1e-9);
    const error = Math.sqrt((0.3 * 0.7 + 0.2 * 0.8) / 10_000);
    near(low, 0.1 - 2.576 * error, 3e-4);
    near(high, 0.1 + 2.576 * error, 3e-4);
  });

  it('has a range of z²/(n+z²) without any event, in both directions', () => {
    const { estimate, low, high } = of([0, 500], [0, 500]);
    near(estimate, 0, 0);
    near(high, 2.576 ** 2 / (500 + 2.576 ** 2), 1e-6);
    near(low, -high, 1e-9);
  });

  it('mirrors when both are exchanged, and covers everything when all failed against none of few', () => {
    const [there, back] = [of([5, 100], [1, 400]), of([1, 400], [5, 100])];
    near(there.low, -back.high, 1e-9);
    near(there.high, -back.low, 1e-9);
    const certain = of([3, 3], [0, 3]);
    assert.deepEqual([certain.estimate, certain.high], [1, 1]);
  });
});

describe('the standard errors of a range', () => {
  const pairs = (of: (i: number) => [before: number, after: number], n = 18): SharePair[] =>
    Array.from({ length: n }, (_, i) => {
      const [before, after] = of(i);
      return { before: { events: before, of: 100 }, after: { events: after, of: 100 } };
    });

  it('are 2.58 when intervals differ as little as those of independent requests', () =>
    near(
      standardErrors(
        pairs((i) => [5 + (i % 2), 5 - (i % 2)]),
        0.05,
      ),
      2.576,
      1e-3,
    ));

  it('are 2.58 when both runs have the same course, such as that of a ramp', () =>
    near(
      standardErrors(
        pairs((i) => [3 * i, 3 * i]),
        0.25,
      ),
      2.576,
      1e-3,
    ));

  it('are 2.58 without any event', () =>
    near(
      standardErrors(
        pairs(() => [0, 0]),
        0,
      ),
      2.576,
      1e-3,
    ));

  it('are more when events come in bursts, and still more when the bursts are neighbours', () => {
    const scattered = standardErrors(
      pairs((i) => [0, i % 6 === 0 ? 40 : 0]),
      0.033,
    );
    const together = standardErrors(
      pairs((i) => [0, i < 3 ? 40 : 0]),
      0.033,
    );
    assert.ok(scattered > 8, `${scattered}`);
    assert.ok(together > 1.3 * scattered, `${together} after ${scattered}`);
  });

  it('of a sum whose parts are equal are 0, and of independent parts about three times their deviation', () => {
    near(errorOfSum(Array.from({ length: 18 }, () => 0.1)), 0, 1e-12);
    const alternating = errorOfSum(Array.from({ length: 18 }, (_, i) => (i % 2 === 0 ? 1 : -1)));
    near(alternating, Math.sqrt((18 * 18) / 17) * 2.898, 0.05);
  });
});

describe('the quantiles of a run', () => {
  const random = randomFrom(7);
  const times = new Histogram();
  for (let i = 0; i < 5000; i++) times.record(1000 / (1 - random()));

  it('are the values at their percentiles', () =>
    assert.deepEqual(
      valuesAt(times, PERCENTILES),
      PERCENTILES.map((percentile) => times.valueAtPercentile(percentile)),
    ));

  it('contain the compared percentiles exactly, and interpolate others', () => {
    const quantiles = quantilesOf(times);
    for (const p of [50, 95, 99]) near(Math.exp(logQuantile(quantiles, p / 100)), times.valueAtPercentile(p)!, 1e-3);
    for (const p of [30, 70, 97, 98])
      near(logQuantile(quantiles, p / 100) / Math.log(times.valueAtPercentile(p)!), 1, 0.005);
  });

  it('know nothing beyond their ends', () => {
    const quantiles = quantilesOf(times);
    assert.deepEqual(
      [-0.1, 0, 0.001, 0.9999999, 1, 1.1].map((share) => logQuantile(quantiles, share)),
      [-Infinity, -Infinity, -Infinity, Infinity, Infinity, Infinity],
    );
    assert.deepEqual(quantilesOf(new Histogram()), []);
  });
});
