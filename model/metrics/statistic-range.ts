import { type Bounds, type Histogram, rankOf } from '../measure/histogram.ts';
import type { Range } from './range.ts';

/**
 * What a histogram can tell of a statistic, when `cutOff` of its values are only lower bounds: those of requests that the end of the load cut
 * off. `low` takes these as they are. `high` takes them as infinite, and as the smallest values, which is the worst case: then the value
 * that many ranks further up takes the place of the statistic, and beyond the last one it is unknown. Undefined without values.
 */
export function statisticRange(
  histogram: Histogram,
  statistic: string,
  cutOff: number,
  end: keyof Bounds,
): Range | undefined {
  if (statistic === 'mean') {
    const bounds = histogram.meanBounds;
    return bounds && { low: bounds[end], high: cutOff > 0 ? Number.POSITIVE_INFINITY : bounds[end] };
  }
  const rank = rankOfStatistic(statistic, histogram.count);
  const low = histogram.boundsAtRank(rank);
  const high = cutOff > 0 ? histogram.boundsAtRank(rank + cutOff) : low;
  return low && { low: low[end], high: high?.[end] ?? Number.POSITIVE_INFINITY };
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
