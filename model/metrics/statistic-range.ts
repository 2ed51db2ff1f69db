import { type Bounds, type Histogram, rankOf } from '../measure/histogram.ts';
import type { Range } from './range.ts';

/** Requests that the end of the load cut off: `all` of them, and those that the histogram lacks, such as a lost runner's. */
export type CutOff = { all: number; unseen: number };

/**
 * What a histogram can tell of a statistic, when some of its values are only lower bounds: those of requests that were cut off. `low` takes
 * these as they are, and unseen ones as the smallest. `high` takes all as infinite, and those that the histogram has as its smallest, which is
 * the worst case: so many ranks further up is the value that takes the place of the statistic, and beyond the last one it is unknown. Undefined
 * without values.
 */
export function statisticRange(
  histogram: Histogram,
  statistic: string,
  { all, unseen }: CutOff,
  end: keyof Bounds,
): Range | undefined {
  const seen = histogram.count;
  if (statistic === 'mean') {
    const mean = histogram.meanBounds?.[end];
    if (mean === undefined) return undefined;
    return { low: (mean * seen) / (seen + unseen), high: all > 0 ? Number.POSITIVE_INFINITY : mean };
  }
  const rank = rankOfStatistic(statistic, seen + unseen);
  if (seen === 0) return undefined;
  const valueAt = (place: number) => histogram.boundsAtRank(place)?.[end] ?? Number.POSITIVE_INFINITY;
  return { low: rank > unseen ? valueAt(rank - unseen) : 0, high: valueAt(rank + all - unseen) };
}

function rankOfStatistic(statistic: string, count: number): number {
  if (statistic === 'min') return 1;
  return statistic === 'max' ? Math.max(1, count) : rankOf(percentileOf(statistic), count);
}

/** The percentage of a percentile's name, whose first two digits stand before the point: p50 -> 50, p999 -> 99.9, p9999 -> 99.99. */
export function percentileOf(name: string): number {
  const digits = name.slice(1);
  return Number(`${digits.slice(0, 2)}.${digits.slice(2)}`);
}

/** A statistic as it is shown: the mean of the middles of the buckets, the lower end of the least bucket, the upper end otherwise. */
export function statisticOf(histogram: Histogram, statistic: string): number | undefined {
  if (statistic === 'min' || statistic === 'mean') return histogram[statistic];
  return histogram.boundsAtRank(rankOfStatistic(statistic, histogram.count))?.high;
}
