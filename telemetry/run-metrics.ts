import { type Attributes, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { VERSION } from '../api/common/version.ts';
import type { Histogram } from '../model/measure/histogram.ts';
import { exponentialHistogram } from './exponential-histogram.ts';
import { PUSHED_METRICS, type PushedMetric, type PushedRun } from './pushed-metrics.ts';
import { type RunIdentity, resourceOf } from './resource.ts';

/** A run whose load began at `startMs`, as measured at `nowMs`, epoch milliseconds. */
export type MeasuredRun = PushedRun & { run: RunIdentity; startMs: number; nowMs: number };

/** The merged figures of a run for OTLP, cumulative since the start of the load. */
export function metricsOf(measured: MeasuredRun): ResourceMetrics {
  const metrics = PUSHED_METRICS.map((metric) => dataOf(metric, measured)).filter((m) => m.dataPoints.length > 0);
  return {
    resource: resourceOf(measured.run),
    scopeMetrics: [{ scope: { name: 'loadtest.dev', version: VERSION }, metrics }],
  };
}

function dataOf(metric: PushedMetric, { run, startMs, nowMs, ...pushed }: MeasuredRun): MetricData {
  const { name, description, unit } = metric;
  const own = { loadtest_namespace: run.namespace, loadtest: run.name };
  const period = { startTime: hrTime(startMs), endTime: hrTime(nowMs) };
  const point = <T>(value: T, attributes: Readonly<Record<string, string | undefined>> = {}): DataPoint<T> => ({
    ...period,
    attributes: known({ ...own, ...attributes }),
    value,
  });
  const common = (valueType: ValueType) => ({
    descriptor: { name, description, unit, valueType },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  });
  if (metric.type === 'histogram') {
    const dataPoints = metric.points(pushed).flatMap(({ attributes, value }) => {
      const exponential = exponentialValue(value);
      return exponential === undefined ? [] : [point(exponential, attributes)];
    });
    return { ...common(ValueType.DOUBLE), dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints };
  }
  const dataPoints = metric
    .points(pushed)
    .flatMap(({ attributes, value }) => (value === undefined || Number.isNaN(value) ? [] : [point(value, attributes)]));
  return metric.type === 'sum'
    ? { ...common(ValueType.INT), dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common(ValueType.DOUBLE), dataPointType: DataPointType.GAUGE, dataPoints };
}

/** The attributes that have a text. */
function known(attributes: Readonly<Record<string, string | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, text]) => text !== undefined && text !== ''));
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

/** A time of the SDK: whole seconds and nanoseconds. */
function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1e3);
  return [seconds, Math.round((ms - seconds * 1e3) * 1e6)];
}
