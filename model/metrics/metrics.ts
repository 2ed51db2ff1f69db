import { type MetricKind, parseMetric } from '../../api/loadtest/metrics.ts';
import { ERROR_COUNTERS, type LiveCounts, recordOf } from '../../api/status/counters.ts';
import { errorShare, isIdle, shareOfEnded } from '../measure/counters.ts';
import type { Bounds, Histogram } from '../measure/histogram.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import { perSecond, type Summary } from '../measure/summary.ts';

/** The measurements that a metric is read from: those of one request, or of all together. */
type Measured = {
  counts: LiveCounts;
  responseTime: Histogram;
  serviceTime: Histogram;
  /** Undefined when a lost runner reported none for the request. */
  outcomes: Outcomes | undefined;
  /** Responses per second during the load. */
  rate: number;
};

type Value = (measured: Measured, detail: string) => number | undefined;

/** The value of each kind of metric in METRICS. */
const VALUES: Record<MetricKind, Value> = {
  responseTime: ({ responseTime }, statistic) => statisticOf(responseTime, statistic),
  serviceTime: ({ serviceTime }, statistic) => statisticOf(serviceTime, statistic),
  errors: ({ counts, outcomes }, kind) => {
    if (kind === '') return errorShare(counts);
    return outcomes && shareOfEnded(outcomes.errors.find((e) => e.kind === kind)?.count ?? 0, counts);
  },
  ...recordOf(
    ERROR_COUNTERS,
    (name): Value =>
      ({ counts }) =>
        shareOfEnded(counts[name], counts),
  ),
  status: ({ counts, outcomes }, status) => outcomes && shareOfStatus(status, outcomes, counts.done),
  rate: ({ counts, rate }) => (isIdle(counts) ? undefined : rate),
};

/**
 * The value of a threshold's metric: microseconds, a share from 0 to 1, or a rate a second; of one request, or of all together.
 * Undefined where there is nothing to measure: for a time or a status without a response, for a share where nothing ended, for a rate
 * where nothing was asked; also for an unknown request, and for a status or a kind of error of a request whose outcomes a lost runner did
 * not report.
 */
export function metricValue(metric: string, summary: Summary, request?: string): number | undefined {
  const measured = measuredOf(summary, request);
  if (measured === undefined) return undefined;
  const { kind, detail } = parseMetric(metric);
  return VALUES[kind](measured, detail);
}

/**
 * Between which bounds the exact value of a metric lies: for a time, the bucket of the histogram or the bounds of the mean; for all others, the
 * value twice. Undefined where metricValue is.
 */
export function metricBounds(metric: string, summary: Summary, request?: string): Bounds | undefined {
  const measured = measuredOf(summary, request);
  if (measured === undefined) return undefined;
  const { kind, detail } = parseMetric(metric);
  if (kind === 'responseTime' || kind === 'serviceTime') return statisticBounds(measured[kind], detail);
  const value = VALUES[kind](measured, detail);
  return value === undefined ? undefined : { low: value, high: value };
}

function measuredOf(summary: Summary, request: string | undefined): Measured | undefined {
  return request === undefined ? ofAll(summary) : ofRequest(summary, request);
}

function ofAll(summary: Summary): Measured {
  const { counts, responseTime, serviceTime, rate } = summary;
  return { counts, responseTime, serviceTime, outcomes: summary, rate: rate.achieved };
}

function ofRequest({ requests, rate }: Summary, name: string): Measured | undefined {
  const request = requests.find((r) => r.name === name);
  if (request === undefined) return undefined;
  const { counts } = request;
  return { ...request, rate: perSecond(counts.done - counts.late, rate.seconds) };
}

/** The share of the responses that have a status such as 503, or one of a class such as 5xx. */
function shareOfStatus(wanted: string, { responses }: Outcomes, done: number): number | undefined {
  if (done === 0) return undefined;
  const isWanted = (code: string) => (wanted.endsWith('xx') ? code[0] === wanted[0] : code === wanted);
  return responses.filter((r) => isWanted(r.code)).reduce((sum, r) => sum + r.count, 0) / done;
}

function statisticOf(histogram: Histogram, statistic: string): number | undefined {
  if (statistic === 'min' || statistic === 'mean') return histogram[statistic];
  return statisticBounds(histogram, statistic)?.high;
}

/** Between which bounds the exact statistic of the recorded times lies; undefined when there are none. */
export function statisticBounds(histogram: Histogram, statistic: string): Bounds | undefined {
  if (statistic === 'mean') return histogram.meanBounds;
  if (statistic === 'min') return histogram.boundsAtRank(1);
  return histogram.percentileBounds(statistic === 'max' ? 100 : percentileOf(statistic));
}

/** The percentage of a percentile's name, whose first two digits stand before the point: p50 -> 50, p999 -> 99.9, p9999 -> 99.99. */
export function percentileOf(name: string): number {
  const digits = name.slice(1);
  return Number(`${digits.slice(0, 2)}.${digits.slice(2)}`);
}
