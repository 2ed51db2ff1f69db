import type { LiveCounts } from '../../api/status/counters.ts';
import type { Bounds, Histogram } from '../measure/histogram.ts';
import type { Times } from '../measure/snapshot.ts';
import type { Measured } from './measured.ts';
import { type MetricRange, uncertain } from './range.ts';
import { type CutOff, statisticOf, statisticRange } from './statistic-range.ts';

/** A statistic of a time in microseconds, such as p99; undefined without a response. `end`: the end of the buckets that counts. */
export function timeRange(
  time: keyof Times<unknown>,
  measured: Measured,
  statistic: string,
  end: keyof Bounds,
): MetricRange | undefined {
  const { counts, withoutGenerator } = measured;
  const cutOff = cutOffFrom(measured[time], counts);
  const observed = statisticOf(measured[time], statistic);
  const range = statisticRange(measured[time], statistic, cutOff, end);
  const without = statisticRange(withoutGenerator[time], statistic, cutOff, end);
  return observed === undefined || range === undefined ? undefined : uncertain(observed, range, without);
}

/** The histogram lacks the times of requests in flight of a lost runner, and the service times of those that were not written. */
function cutOffFrom({ count }: Histogram, { done, timeout, aborted }: LiveCounts): CutOff {
  const unseen = Math.max(0, done + timeout + aborted - count);
  return { all: aborted, unseen: Math.min(aborted, unseen) };
}
