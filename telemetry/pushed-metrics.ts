import type { LoadTestSpec } from '../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../api/loadtest/threshold.ts';
import { findCondition } from '../api/status/conditions.ts';
import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../api/status/counters.ts';
import { EXPORTED_FIGURES } from '../api/status/exported-figures.ts';
import type { LoadTestStatus } from '../api/status/loadtest-status.ts';
import { passedValue } from '../api/status/verdict.ts';
import type { Histogram } from '../model/measure/histogram.ts';
import type { RequestSummary } from '../model/measure/request-summary.ts';
import type { Summary } from '../model/measure/summary.ts';
import { THRESHOLD_METRICS, type ThresholdMetric, thresholdFigures } from '../model/result/threshold-figures.ts';

/** What a push is about: a test, the schedule that made it, its figures so far, and its final status once there is a verdict. */
export type PushedRun = {
  spec: Pick<LoadTestSpec, 'load' | 'release' | 'thresholds'>;
  schedule?: string | undefined;
  summary: Summary;
  status?: LoadTestStatus | undefined;
};

/** One point. An attribute without a text is left out. */
type Point<T> = { attributes?: Readonly<Record<string, string | undefined>>; value: T };

type Common = {
  name: string;
  /** By the UCUM, as OpenTelemetry has it; empty for a number. */
  unit: string;
  description: string;
  /** The attributes of its points beside those that all have. */
  attributes: readonly string[];
};

/** One metric of a push: whole numbers that only grow, current values, or histograms of microseconds. A point without a number is left out. */
export type PushedMetric = Common &
  (
    | { type: 'sum' | 'gauge'; points: (run: PushedRun) => readonly Point<number | undefined>[] }
    | { type: 'histogram'; points: (run: PushedRun) => readonly Point<Histogram>[] }
  );

type One = (run: PushedRun) => number | undefined;

const THRESHOLD_UNITS = { seconds: 's', ratio: '1', rate: '' } as const satisfies Record<
  NonNullable<ThresholdMetric['unit']>,
  string
>;

/** Every metric of a push; docs/metrics.md derives from it. Names and attributes are those of the operator's metrics in Prometheus. */
export const PUSHED_METRICS: readonly PushedMetric[] = [
  {
    ...{ name: 'loadtest.info', unit: '', description: EXPORTED_FIGURES.info, type: 'gauge' },
    attributes: ['type', 'release', 'schedule'],
    points: ({ spec, schedule }) => [
      { attributes: { type: spec.load.type, release: spec.release, schedule }, value: 1 },
    ],
  },
  ...COUNTER_NAMES.map((name) => ofRequests('sum', name)),
  ...GAUGES.map((name) => ofRequests('gauge', name)),
  {
    ...{ name: 'loadtest.responses', unit: '{response}', description: EXPORTED_FIGURES.responses, type: 'sum' },
    attributes: ['status'],
    points: ({ summary }) =>
      summary.responses.map(({ code, count }) => ({ attributes: { status: code }, value: count })),
  },
  {
    ...{ name: 'loadtest.errors', unit: '{error}', description: EXPORTED_FIGURES.errors, type: 'sum' },
    attributes: ['kind'],
    points: ({ summary }) => summary.errors.map(({ kind, count }) => ({ attributes: { kind }, value: count })),
  },
  {
    ...{ name: 'loadtest.redirects', unit: '{redirect}', description: 'Redirects that were followed.', type: 'sum' },
    attributes: [],
    points: ({ summary }) => [{ value: summary.redirects }],
  },
  {
    ...{ name: 'loadtest.messages', unit: '{message}', description: EXPORTED_FIGURES.messages, type: 'sum' },
    attributes: ['request'],
    points: ({ summary }) =>
      summary.requests.map(({ name, messages }) => ({ attributes: { request: name }, value: messages })),
  },
  timeOf('response_time', EXPORTED_FIGURES.responseTime, (request) => request.responseTime),
  timeOf('first_byte', EXPORTED_FIGURES.firstByte, (request) => request.firstByte),
  timeOf('service_time', EXPORTED_FIGURES.serviceTime, (request) => request.serviceTime),
  {
    ...{ name: 'loadtest.pacing_lag', unit: 's', description: EXPORTED_FIGURES.pacingLag, type: 'histogram' },
    attributes: [],
    points: ({ summary }) => [{ value: summary.pacingLag }],
  },
  ...THRESHOLD_METRICS.map(
    ({ name, unit, help, labels, of }): PushedMetric => ({
      name: `loadtest.threshold.${name}`,
      unit: unit === undefined ? '' : THRESHOLD_UNITS[unit],
      description: help,
      type: 'gauge',
      attributes: labels,
      points: ({ spec, status }) =>
        of(thresholdFigures(status?.thresholds ?? thresholdsOf(spec))).map(({ labels, value }) => ({
          attributes: labels,
          value,
        })),
    }),
  ),
  one('passed', '1 passed, 0 failed; absent while undecided or inconclusive.', ({ status }) =>
    passedValue(findCondition(status?.conditions, 'Passed')),
  ),
  one('running', EXPORTED_FIGURES.running, ({ status }) => Number(status === undefined)),
  one('runners_lost', EXPORTED_FIGURES.runnersLost, ({ status }) => status?.runners?.lost),
  one('capacity_rate', EXPORTED_FIGURES.capacityRate, ({ status }) => status?.capacity?.rate),
];

function one(name: string, description: string, of: One): PushedMetric {
  const points = (run: PushedRun) => [{ value: of(run) }];
  return { name: `loadtest.${name}`, unit: '', description, type: 'gauge', attributes: [], points };
}

function ofRequests(type: 'sum' | 'gauge', name: keyof typeof COUNTERS): PushedMetric {
  return {
    name: `loadtest.requests.${counterMetric(name)}`,
    unit: '{request}',
    description: COUNTERS[name].help,
    type,
    attributes: ['request'],
    points: ({ summary }) =>
      summary.requests.map((request) => ({ attributes: { request: request.name }, value: request.counts[name] })),
  };
}

function timeOf(name: string, description: string, of: (request: RequestSummary) => Histogram): PushedMetric {
  return {
    name: `loadtest.${name}`,
    unit: 's',
    description,
    type: 'histogram',
    attributes: ['request'],
    points: ({ summary }) =>
      summary.requests.map((request) => ({ attributes: { request: request.name }, value: of(request) })),
  };
}

/** The name of a metric in a Prometheus that receives OTLP, which ends with its unit: a counter is `_total`, and a gauge of unit 1 a ratio. */
export function prometheusName({ name, unit, type }: Pick<PushedMetric, 'name' | 'unit' | 'type'>): string {
  const plain = name.replaceAll('.', '_');
  const end = { s: '_seconds', '1': '_ratio' }[unit] ?? '';
  const named = plain.endsWith(end) ? plain : `${plain}${end}`;
  return type === 'sum' ? `${named}_total` : named;
}
