import { PackedHistogram, subtractPacked } from '../../../model/measure/packed-histogram.ts';
import type { RequestRecorder } from './request-recorder.ts';

/**
 * The end of the load, or of the trial under way. `allowsUsual`: whether a response that comes after it still counts for the rate, provided that
 * it took no longer than is usual. A load that asks for a rate has its last requests in flight then, which are no shortfall.
 */
export type LoadEnd = { atUs: number; allowsUsual: boolean };

/** Responses beyond this multiple of the 99th percentile are no measure of what is usual. */
const MOST_PERCENTILES = 2;

/**
 * The longest time that is usual for a request, by the end of the load: that of the slowest response, unless a few were far slower than the
 * others. All times for a request that was not made yet, and none for one that had no response yet.
 */
export function usualUs({ counts, responseTime, before }: RequestRecorder): number {
  if (counts.made === before.made) return Number.POSITIVE_INFINITY;
  const times =
    before.responseTime === undefined
      ? responseTime
      : subtractPacked(PackedHistogram.of(responseTime), before.responseTime);
  const { max } = times;
  const p99 = times.valueAtPercentile(99);
  if (max === undefined || p99 === undefined) return Number.NEGATIVE_INFINITY;
  return Math.min(max, MOST_PERCENTILES * p99);
}
