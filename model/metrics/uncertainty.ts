import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatCount } from '../../api/common/quantity.ts';
import { formatMetric, isOfAskedRate, limitedMetric, limitValue, unitOf } from '../../api/loadtest/metrics.ts';
import { type Threshold, thresholdName } from '../../api/loadtest/threshold.ts';
import { greatestOwnPartUs } from '../measure/generator/own-part.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { Times } from '../measure/snapshot.ts';
import type { Summary } from '../measure/summary.ts';
import { type Meets, type MetricRange, meetsMax, meetsMin, type Range } from './range.ts';

/** Why a run cannot tell whether a threshold holds. `byGenerator`: whether the generator's own part of the measurement decides it. */
export type Uncertainty = { text: string; byGenerator: boolean };

/** One of the limits of a threshold, and what the run can tell of the metric. */
export type Limit = { bound: 'max' | 'min'; limit: string; range: MetricRange };

const WORDS = {
  max: { meets: meetsMax, broken: 'exceeds', holds: 'is at most' },
  min: { meets: meetsMin, broken: 'is below', holds: 'is at least' },
} as const;

/** How a range of a metric meets one of its limits. */
export function meets(metric: string, { bound, limit }: Omit<Limit, 'range'>, range: Range): Meets {
  return WORDS[bound].meets(range, limitValue(metric, limit));
}

/**
 * Why the limit is undecided: it lies within what the requests that were cut off could have become, or it is met differently with and
 * without the generator's own part.
 */
export function uncertaintyOf(threshold: Threshold, limit: Limit, summary: Summary): Uncertainty {
  const { request } = threshold;
  const metric = limitedMetric(threshold);
  const { measured, withoutGenerator } = limit.range;
  const [as, less] = [meets(metric, limit, measured), meets(metric, limit, withoutGenerator)];
  const { aborted } = measurementsOf(summary, request).counts;
  const cutOff = aborted > 0 && (as === 'Unknown' || less === 'Unknown') ? `${cutOffText(aborted)}: ` : '';
  const observed = `${cutOff}${thresholdName(threshold)} ${measuredText(metric, limit, as)}`;
  if (as === less) return { text: observed, byGenerator: false };
  const own = `without ${ownText(metric, measurementsOf(summary, request))} it would be ${rangeText(metric, limit, withoutGenerator)}`;
  return { text: `${observed}, but ${own}`, byGenerator: true };
}

function measuredText(metric: string, judged: Limit, as: Meets): string {
  const { bound, limit, range } = judged;
  const { broken, holds } = WORDS[bound];
  const { measured } = range;
  if (as === 'Unknown') return `is ${rangeText(metric, judged, measured)}, and the limit is ${limit}`;
  const known = rangeText(metric, judged, { low: measured.low, high: measured.low });
  return `${known} ${as === 'Broken' ? broken : holds} ${limit}`;
}

/** "180ms", or "between 180ms and unknown", on the same side of the limit as the value. */
function rangeText(metric: string, { limit }: Limit, { low, high }: Range): string {
  const beside = [limitValue(metric, limit)];
  const format = (value: number) =>
    value === Number.POSITIVE_INFINITY ? 'unknown' : formatMetric(metric, value, beside);
  return low === high ? format(low) : `between ${format(low)} and ${format(high)}`;
}

function cutOffText(count: number): string {
  return count === 1 ? '1 request was cut off' : `${formatCount(count)} requests were cut off`;
}

/** What the generator itself added to a metric. */
function ownText(
  metric: string,
  { responseTime, withoutGenerator }: Times<Histogram> & { withoutGenerator: Times<Histogram> },
): string {
  if (isOfAskedRate(metric)) return 'what the generator itself withheld';
  if (unitOf(metric) === 'percent') return 'the errors that the generator caused';
  const greatest = greatestOwnPartUs(responseTime, withoutGenerator.responseTime);
  return `the generator's own delay (up to ${formatMicroseconds(greatest)})`;
}

function measurementsOf(summary: Summary, request: string | undefined) {
  return summary.requests.find((r) => r.name === request) ?? summary;
}
