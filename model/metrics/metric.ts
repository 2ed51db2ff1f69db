import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatNumber, formatShare } from '../../api/common/quantity.ts';
import { unitOf } from '../../api/loadtest/threshold.ts';
import { errorShare } from '../measure/counters.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import { perSecond, type Summary } from '../measure/summary.ts';

/**
 * The value of a threshold's metric: microseconds, a share from 0 to 1, or a rate a second;
 * of one request, or of all together; undefined for a time or a status when there was no response to measure, and for a status or a kind of
 * error of a request when a runner that is gone did not say them.
 */
export function metricValue(metric: string, summary: Summary, request?: string): number | undefined {
  const one = summary.requests.find((r) => r.name === request);
  const measured = request === undefined ? summary : one;
  if (measured === undefined) return undefined;
  const outcomes = request === undefined ? summary : one?.outcomes;
  const { counts } = measured;
  const [source, detail = ''] = metric.split('.');
  switch (source) {
    case 'responseTime':
    case 'serviceTime':
      return statisticOf(measured[source], detail);
    case 'status':
      return outcomes && shareOfStatus(detail, outcomes, counts.done);
    case 'rate':
      return request === undefined ? summary.rate.achieved : perSecond(counts.done - counts.late, summary.rate.seconds);
    case 'timeout':
    case 'failed':
    case 'dropped':
    case 'unexpected':
      return counts.generated === 0 ? 0 : counts[source] / counts.generated;
    default:
      return detail === '' ? errorShare(counts) : outcomes && shareOfKind(detail, outcomes, counts.generated);
  }
}

function shareOfKind(kind: string, { errors }: Outcomes, generated: number): number {
  const count = errors.find((e) => e.kind === kind)?.count ?? 0;
  return generated === 0 ? 0 : count / generated;
}

/** The share of the responses that have a status such as 503, or one of a class such as 5xx. */
function shareOfStatus(wanted: string, { responses }: Outcomes, done: number): number | undefined {
  if (done === 0) return undefined;
  const isMeant = (status: number) =>
    wanted.endsWith('xx') ? String(status)[0] === wanted[0] : String(status) === wanted;
  return responses.filter((r) => isMeant(r.status)).reduce((sum, r) => sum + r.count, 0) / done;
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
