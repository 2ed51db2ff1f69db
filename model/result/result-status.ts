import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatNumber, formatShare } from '../../api/common/quantity.ts';
import { MAX_OUTCOMES } from '../../api/common/sizes.ts';
import type { LoadTestStatus, Times } from '../../api/status/loadtest-status.ts';
import type { Verdict } from '../judge/verdict.ts';
import { resultCounts } from '../measure/counters.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import type { Summary } from '../measure/summary.ts';
import { percentileOf } from '../metrics/metric.ts';

/** The part of the status that the measurement fills. */
export type ResultStatus = Pick<
  LoadTestStatus,
  | 'counts'
  | 'rate'
  | 'errorShare'
  | 'responseTime'
  | 'serviceTime'
  | 'requests'
  | 'responses'
  | 'errors'
  | 'unexpected'
  | 'redirects'
  | 'thresholds'
  | 'comparison'
  | 'generator'
>;

/** A summary and its verdict as the status tells them; the same for the operator and for a local run. */
export function resultStatus(summary: Summary, verdict: Verdict): ResultStatus {
  const { counts, rate, responseTime, serviceTime, pacingLag } = summary;
  const lag = pacingLag.valueAtPercentile(99);
  return {
    counts: resultCounts(counts),
    rate: {
      ...(rate.target === undefined ? {} : { target: formatNumber(rate.target) }),
      achieved: formatNumber(rate.achieved),
    },
    errorShare: formatShare(summary.errorShare),
    ...times({ responseTime, serviceTime }),
    requests: summary.requests.map((r, _, { length }) => ({
      name: r.name,
      counts: resultCounts(r.counts),
      ...times(r),
      ...(length > 1 && r.outcomes && mostFrequent(r.outcomes)),
    })),
    responses: summary.responses,
    errors: summary.errors.map(({ firstMs, lastMs, ...error }) => ({
      ...error,
      ...(firstMs === undefined ? {} : { first: formatMicroseconds(firstMs * 1e3) }),
      ...(lastMs === undefined ? {} : { last: formatMicroseconds(lastMs * 1e3) }),
    })),
    ...(summary.unexpected.length > 0 && { unexpected: summary.unexpected }),
    ...(summary.redirects > 0 && { redirects: summary.redirects }),
    thresholds: verdict.thresholds.map(({ problem: _, abort: __, after: ___, ...result }) => result),
    ...(verdict.comparison && { comparison: verdict.comparison }),
    generator: {
      saturated: verdict.saturated.status === 'True',
      ...(lag === undefined ? {} : { pacingLagP99: formatMicroseconds(lag) }),
      cpu: formatShare(summary.cpu),
      ...(summary.throttled === undefined ? {} : { throttled: formatShare(summary.throttled) }),
      ...(summary.gc && {
        gcPauseMax: formatMicroseconds(summary.gc.max),
        gcShare: formatShare(summary.gc.share),
      }),
      transport: summary.transport,
    },
  };
}

function mostFrequent({ responses, errors }: Outcomes): Outcomes {
  const often = responses.toSorted((a, b) => b.count - a.count).slice(0, MAX_OUTCOMES);
  return { responses: responses.filter((r) => often.includes(r)), errors: errors.slice(0, MAX_OUTCOMES) };
}

function times(measured: { responseTime: Histogram; serviceTime: Histogram }) {
  const responseTime = timesOf(measured.responseTime);
  const serviceTime = timesOf(measured.serviceTime);
  return { ...(responseTime && { responseTime }), ...(serviceTime && { serviceTime }) };
}

/** A histogram's figures as text; undefined when it is empty. */
export function timesOf(histogram: Histogram): Times | undefined {
  const { min, mean, max } = histogram;
  if (min === undefined || mean === undefined || max === undefined) return undefined;
  const at = (name: string) => formatMicroseconds(histogram.valueAtPercentile(percentileOf(name)) ?? max);
  return {
    min: formatMicroseconds(min),
    mean: formatMicroseconds(mean),
    p50: at('p50'),
    p90: at('p90'),
    p95: at('p95'),
    p99: at('p99'),
    p999: at('p999'),
    max: formatMicroseconds(max),
  };
}
