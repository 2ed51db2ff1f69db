import { limitValue, parseMetric } from '../../api/loadtest/metrics.ts';
import type { Threshold } from '../../api/loadtest/threshold.ts';
import type { Counts } from '../../api/status/counters.ts';
import { countAbove, type Histogram } from './histogram.ts';
import { mapTimes, type Times } from './snapshot.ts';

type Request = { name: string; counts: Counts; withoutGenerator: Times<Histogram> };

/**
 * How many requests, at least, the end cut off after a longer wait than a threshold allows: whatever had become of them, they were too slow.
 * The histograms do not tell cut-off requests from others, so that the count takes every response and timeout for one of those that waited
 * as long. That is enough where it matters: with a target that hangs, most requests are cut off.
 */
export function overdueOf(thresholds: readonly Threshold[], { name, counts, withoutGenerator }: Request): number {
  if (counts.aborted === 0) return 0;
  const own = thresholds.filter(({ request: of = name }) => of === name);
  const beyond = mapTimes(withoutGenerator, (histogram, time) => {
    const limit = loosestLimitUs(own, time);
    return limit === undefined ? [] : [countAbove(histogram, limit)];
  });
  const counted = Object.values(beyond).flat();
  if (counted.length === 0) return 0;
  return Math.min(counts.aborted, Math.max(0, Math.min(...counted) - counts.done - counts.timeout));
}

/** The loosest upper limit of a statistic that says how long a single request may take. A median or a mean says nothing of one request. */
function loosestLimitUs(thresholds: readonly Threshold[], time: keyof Times<unknown>): number | undefined {
  const limits = thresholds.flatMap(({ metric, max }) => {
    const { kind, detail } = parseMetric(metric);
    const isTelling = detail === 'max' || detail.startsWith('p99');
    return kind === time && isTelling && max !== undefined ? limitValue(metric, max) : [];
  });
  return limits.length === 0 ? undefined : Math.max(...limits);
}
