import { type MetricKind, parseMetric } from '../../api/loadtest/metrics.ts';
import { ERROR_COUNTERS, recordOf } from '../../api/status/counters.ts';
import type { Bounds } from '../measure/histogram.ts';
import type { Summary } from '../measure/summary.ts';
import { type Measured, measuredOf } from './measured.ts';
import type { MetricRange } from './range.ts';
import { rateRange, reachedRange } from './rate-range.ts';
import { counterRange, errorsOfKindRange, errorsRange, statusRange } from './share-range.ts';
import { timeRange } from './time-range.ts';

/** `end`: the end of the buckets at which times are compared. */
type RangeOf = (measured: Measured, detail: string, end: keyof Bounds) => MetricRange | undefined;

/** The range of each kind of metric in METRICS. */
const RANGES: Record<MetricKind, RangeOf> = {
  responseTime: (measured, statistic, end) => timeRange('responseTime', measured, statistic, end),
  firstByte: (measured, statistic, end) => timeRange('firstByte', measured, statistic, end),
  serviceTime: (measured, statistic, end) => timeRange('serviceTime', measured, statistic, end),
  ...recordOf(
    ERROR_COUNTERS,
    (name): RangeOf =>
      (measured) =>
        counterRange(name, measured),
  ),
  errors: (measured, kind) => (kind === '' ? errorsRange(measured) : errorsOfKindRange(measured, kind)),
  status: statusRange,
  rate: (measured, detail) => (detail === '' ? rateRange(measured) : reachedRange(measured)),
};

/**
 * What a run can tell of a threshold's metric: microseconds, a share from 0 to 1, or a rate a second; of one request, or of all together. A
 * limit is to be compared with the worse `end` of a bucket: `high` for a maximum, `low` for a minimum.
 * Undefined where there is nothing to measure: for a time or a status without a response, for a share where nothing ended, for a rate
 * where nothing was asked; also for an unknown request, and for a status or a kind of error of a request whose outcomes a lost runner did
 * not report.
 */
export function metricRange(
  metric: string,
  summary: Summary,
  request?: string,
  end: keyof Bounds = 'high',
): MetricRange | undefined {
  const measured = measuredOf(summary, request);
  if (measured === undefined) return undefined;
  const { kind, detail } = parseMetric(metric);
  return RANGES[kind](measured, detail, end);
}
