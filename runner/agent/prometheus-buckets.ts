import { type Histogram, highestValue, lowestValue } from '../../model/measure/histogram.ts';

/** Upper bounds of the exported buckets, seconds: close together where service times are, up to the default time-out. */
export const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** A histogram as Prometheus has it: `cumulative[i]` values are at most BOUNDS[i]; the sum is in seconds. */
export type ClassicHistogram = { cumulative: number[]; count: number; sum: number };

/** A histogram of microseconds in coarser buckets. Values on a bound are off by a bucket's width, 0.1%, at most. */
export function classicHistogram(histogram: Histogram): ClassicHistogram {
  const cumulative: number[] = [];
  let count = 0;
  let sum = 0;
  let bucket = 0;
  const takeUpTo = (bound: number) => {
    for (; bucket < histogram.counts.length && highestValue(bucket) <= bound; bucket++) {
      const n = histogram.counts[bucket]!;
      if (n === 0) continue;
      count += n;
      sum += (n * (lowestValue(bucket) + highestValue(bucket))) / 2;
    }
  };
  for (const bound of BOUNDS) {
    takeUpTo(bound * 1e6);
    cumulative.push(count);
  }
  takeUpTo(Number.POSITIVE_INFINITY);
  return { cumulative, count, sum: sum / 1e6 };
}
