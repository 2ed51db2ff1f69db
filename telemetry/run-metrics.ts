import { type Attributes, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { VERSION } from '../api/common/version.ts';
import { findCondition } from '../api/status/conditions.ts';
import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../api/status/counters.ts';
import { EXPORTED_FIGURES } from '../api/status/exported-figures.ts';
import type { LoadTestStatus } from '../api/status/loadtest-status.ts';
import type { Histogram } from '../model/measure/histogram.ts';
import type { Summary } from '../model/measure/summary.ts';
import { exponentialHistogram } from './exponential-histogram.ts';
import { type RunIdentity, resourceOf } from './resource.ts';

/** A run whose load began at `startMs`, as measured at `nowMs`, epoch milliseconds. `status` is the final one, once there is a verdict. */
export type MeasuredRun = {
  run: RunIdentity;
  startMs: number;
  nowMs: number;
  summary: Summary;
  status?: LoadTestStatus | undefined;
};

type Point<T> = { attributes: Attributes; value: T };
type Words = { name: string; description: string; unit: string };

/**
 * The merged figures of a run for OTLP, cumulative since the start of the load. Names and attributes are those of the operator's metrics after
 * the translation to Prometheus: `loadtest.response_time` in `s` becomes `loadtest_response_time_seconds`.
 */
export function metricsOf({ run, startMs, nowMs, summary, status }: MeasuredRun): ResourceMetrics {
  const period = { startTime: hrTime(startMs), endTime: hrTime(nowMs) };
  const base = { ...(run.namespace && { loadtest_namespace: run.namespace }), loadtest: run.name };
  const whole = (value: number | undefined) => (value === undefined ? [] : [{ attributes: {}, value }]);
  const points = <T>(of: readonly Point<T>[]): DataPoint<T>[] =>
    of.map(({ attributes, value }) => ({ ...period, attributes: { ...base, ...attributes }, value }));
  const eachRequest = <T>(of: (request: Summary['requests'][number]) => T | undefined): Point<T>[] =>
    summary.requests.flatMap((request) => {
      const value = of(request);
      return value === undefined ? [] : [{ attributes: { request: request.name }, value }];
    });

  const sum = (words: Words, of: readonly Point<number>[]): MetricData => ({
    ...metric(words, ValueType.INT),
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: points(of),
  });
  const gauge = (words: Words, of: readonly Point<number>[]): MetricData => ({
    ...metric(words, ValueType.DOUBLE),
    dataPointType: DataPointType.GAUGE,
    dataPoints: points(of),
  });
  const histogram = (words: Omit<Words, 'unit'>, of: readonly Point<ExponentialValue>[]): MetricData => ({
    ...metric({ ...words, unit: 's' }, ValueType.DOUBLE),
    dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    dataPoints: points(of),
  });

  const metrics = [
    ...COUNTER_NAMES.map((name) =>
      sum(
        counterWords(name),
        eachRequest((r) => r.counts[name]),
      ),
    ),
    ...GAUGES.map((name) =>
      gauge(
        counterWords(name),
        eachRequest((r) => r.counts[name]),
      ),
    ),
    sum(
      { name: 'loadtest.responses', description: EXPORTED_FIGURES.responses, unit: '{response}' },
      summary.responses.map(({ code, count }) => ({ attributes: { status: code }, value: count })),
    ),
    sum(
      { name: 'loadtest.errors', description: EXPORTED_FIGURES.errors, unit: '{error}' },
      summary.errors.map(({ kind, count }) => ({ attributes: { kind }, value: count })),
    ),
    sum(
      { name: 'loadtest.redirects', description: 'Redirects that were followed.', unit: '{redirect}' },
      whole(summary.redirects),
    ),
    sum(
      { name: 'loadtest.messages', description: EXPORTED_FIGURES.messages, unit: '{message}' },
      whole(summary.messages),
    ),
    histogram(
      { name: 'loadtest.response_time', description: EXPORTED_FIGURES.responseTime },
      eachRequest((r) => exponentialValue(r.responseTime)),
    ),
    histogram(
      {
        name: 'loadtest.service_time',
        description: EXPORTED_FIGURES.serviceTime,
      },
      eachRequest((r) => exponentialValue(r.serviceTime)),
    ),
    histogram(
      { name: 'loadtest.pacing_lag', description: EXPORTED_FIGURES.pacingLag },
      [exponentialValue(summary.pacingLag)].flatMap((value) => (value ? [{ attributes: {}, value }] : [])),
    ),
    gauge(
      { name: 'loadtest.passed', description: '1 passed, 0 failed; absent while undecided or inconclusive.', unit: '' },
      whole(passed(status)),
    ),
    gauge(
      { name: 'loadtest.running', description: EXPORTED_FIGURES.running, unit: '' },
      whole(Number(status === undefined)),
    ),
    gauge(
      { name: 'loadtest.runners_lost', description: EXPORTED_FIGURES.runnersLost, unit: '' },
      whole(status?.runners?.lost),
    ),
    gauge(
      {
        name: 'loadtest.capacity_rate',
        description: 'Arrivals per second that were answered in time at the capacity.',
        unit: '',
      },
      whole(status?.capacity?.rate),
    ),
  ];
  return {
    resource: resourceOf(run),
    scopeMetrics: [
      { scope: { name: 'loadtest.dev', version: VERSION }, metrics: metrics.filter((m) => m.dataPoints.length > 0) },
    ],
  };
}

function metric(descriptor: Words, valueType: ValueType) {
  return { descriptor: { ...descriptor, valueType }, aggregationTemporality: AggregationTemporality.CUMULATIVE };
}

function counterWords(name: keyof typeof COUNTERS): Words {
  return { name: `loadtest.requests.${counterMetric(name)}`, description: COUNTERS[name].help, unit: '{request}' };
}

/** The SDK's form of an exponential histogram. */
type ExponentialValue = Extract<
  MetricData,
  { dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM }
>['dataPoints'][number]['value'];

function exponentialValue(histogram: Histogram): ExponentialValue | undefined {
  const exponential = exponentialHistogram(histogram);
  if (exponential === undefined) return undefined;
  const { offset, bucketCounts, ...rest } = exponential;
  return { ...rest, zeroCount: 0, positive: { offset, bucketCounts }, negative: { offset: 0, bucketCounts: [] } };
}

function passed(status: LoadTestStatus | undefined): number | undefined {
  const verdict = findCondition(status?.conditions, 'Passed')?.status;
  return verdict === 'True' ? 1 : verdict === 'False' ? 0 : undefined;
}

/** A time of the SDK: whole seconds and nanoseconds. */
function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1e3);
  return [seconds, Math.round((ms - seconds * 1e3) * 1e6)];
}
