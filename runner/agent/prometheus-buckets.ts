import { highestValue, lowestValue } from '../../model/measure/histogram.ts';
import type { PackedHistogram } from '../../model/measure/packed-histogram.ts';

/** The upper bounds of the exported buckets in seconds: dense at usual service times, up to the default timeout. */
export const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** A classic histogram of Prometheus: `cumulative[i]` values are at most BOUNDS[i]; the sum is in seconds. */
export type ClassicHistogram = { cumulative: number[]; count: number; sum: number };

/** Converts a histogram of microseconds to coarser buckets. The error at a bound is at most the width of a bucket, 0.1%. */
export function classicHistogram(histogram: PackedHistogram): ClassicHistogram {
  const counts = new Array<number>(BOUNDS.length + 1).fill(0);
  let at = 0;
  let sum = 0;
  histogram.forEach((bucket, n) => {
    const highest = highestValue(bucket);
    while (at < BOUNDS.length && highest > BOUNDS[at]! * 1e6) at++;
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
