import { microseconds, usToSeconds } from '../../../api/common/duration.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { limitValue, unitOf } from '../../../api/loadtest/metrics.ts';
import { thresholdsOf } from '../../../api/loadtest/threshold.ts';
import { highestValue, lowestValue } from '../../../model/measure/histogram.ts';
import type { PackedHistogram } from '../../../model/measure/packed-histogram.ts';

/** The upper bounds of the exported buckets in seconds: dense at usual service times, up to the default timeout. */
export const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** The most bounds that a spec adds: a histogram has one series a bound, for every request and runner. */
const MAX_OWN_BOUNDS = 8;

/**
 * The bounds for a spec: the usual ones, its timeout, and the limits of its thresholds on times, because a share of requests within a
 * limit is exact where a bound is.
 */
export function boundsOf(spec: LoadTestSpec): number[] {
  const limits = thresholdsOf(spec)
    .filter(({ metric }) => unitOf(metric) === 'duration')
    .flatMap(({ metric, max, min }) =>
      [max, min].flatMap((limit) => (limit === undefined ? [] : limitValue(metric, limit))),
    );
  const own = [...new Set([microseconds(spec.target.timeout), ...limits].map(usToSeconds))]
    .filter((bound) => bound > 0 && !(BOUNDS as readonly number[]).includes(bound))
    .slice(0, MAX_OWN_BOUNDS);
  return [...BOUNDS, ...own].sort((a, b) => a - b);
}

/** A classic histogram of Prometheus: `cumulative[i]` values are at most `bounds[i]`; the sum is in seconds. */
export type ClassicHistogram = { cumulative: number[]; count: number; sum: number };

/** Converts a histogram of microseconds to coarser buckets. The error at a bound is at most the width of a bucket, 0.1%. */
export function classicHistogram(histogram: PackedHistogram, bounds: readonly number[]): ClassicHistogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let at = 0;
  let sum = 0;
  histogram.forEach((bucket, n) => {
    const highest = highestValue(bucket);
    while (at < bounds.length && highest > bounds[at]! * 1e6) at++;
    counts[at] = counts[at]! + n;
    sum += (n * (lowestValue(bucket) + highest)) / 2;
  });
  let count = 0;
  const cumulative = counts.map((n) => {
    count += n;
    return count;
  });
  return { cumulative: cumulative.slice(0, -1), count, sum: sum / 1e6 };
}
