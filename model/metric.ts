import { formatMicroseconds } from '../api/duration.ts';
import { formatNumber, formatShare } from '../api/quantity.ts';
import { unitOf } from '../api/threshold.ts';
import type { Histogram } from './histogram.ts';
import type { Summary } from './summary.ts';

/**
 * The value of a threshold's metric: microseconds, a share from 0 to 1, or a rate a second;
 * undefined for a time when there was no response to measure.
 */
export function metricValue(metric: string, summary: Summary): number | undefined {
  if (metric === 'errors') return summary.errorShare;
  if (metric === 'rate') return summary.rate.achieved;
  const [source, statistic] = metric.split('.') as ['responseTime' | 'serviceTime', string];
  return statisticOf(summary[source], statistic);
}

function statisticOf(histogram: Histogram, statistic: string): number | undefined {
  if (statistic === 'min' || statistic === 'max' || statistic === 'mean') return histogram[statistic];
  return histogram.valueAtPercentile(percentileOf(statistic));
}

/** The percentage that a name stands for, its first two digits before the point: p50 -> 50, p999 -> 99.9, p9999 -> 99.99. */
export function percentileOf(name: string): number {
  const digits = name.slice(1);
  return Number(`${digits.slice(0, 2)}.${digits.slice(2)}`);
}

/** A metric's value as a person reads it. */
export function formatMetric(metric: string, value: number): string {
  const unit = unitOf(metric);
  if (unit === 'duration') return formatMicroseconds(value);
  return unit === 'percent' ? formatShare(value) : formatNumber(value);
}
