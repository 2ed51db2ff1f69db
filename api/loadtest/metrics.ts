import { DURATION_PATTERN, formatMicroseconds, microseconds } from '../common/duration.ts';
import { formatNumber, formatShare, NUMBER_OR_PERCENT_PATTERN, PERCENT_PATTERN, share } from '../common/quantity.ts';
import { ERROR_COUNTERS, recordOf } from '../status/counters.ts';
import { ERROR_KINDS } from '../status/error-kinds.ts';
import { GRPC_STATUSES } from '../status/grpc-statuses.ts';

/** How the limits and values of a metric are written. As numbers they are microseconds, a share from 0 to 1, or a plain number. */
type Form = {
  pattern: RegExp;
  name: string;
  parse: (text: string) => number;
  format: (value: number, limits?: readonly number[]) => string;
};

export const UNITS = {
  duration: {
    pattern: DURATION_PATTERN,
    name: 'a duration such as 250ms for a time',
    parse: microseconds,
    format: formatMicroseconds,
  },
  percent: {
    pattern: PERCENT_PATTERN,
    name: 'a percentage such as "0.5%" for errors',
    parse: share,
    format: formatShare,
  },
  number: {
    pattern: NUMBER_OR_PERCENT_PATTERN,
    name: 'a number such as "480", or a percentage such as "95%" of the rate that the load asks for, for rate',
    parse: Number,
    format: formatNumber,
  },
} as const satisfies Record<string, Form>;
export type Unit = keyof typeof UNITS;

type Metric = {
  unit: Unit;
  /** The source of the regular expression for the text after the metric's kind: `` for none. Valid in RE2, too. */
  detail: string;
  examples: readonly string[];
  /** The end of a sentence that begins with the examples. */
  description: string;
};

/**
 * The first two digits of a percentile's name stand before the point. Decimals do not end in 0: p100 would be the 10th percentile, and whoever
 * writes it means max.
 */
const STATISTIC = '[.](min|mean|max|p[1-9][0-9]?|p[1-9][0-9]{1,3}[1-9])';

/**
 * The metrics of a threshold by their kind, which is the text before the first dot. The CRDs' pattern, rules, messages and descriptions
 * derive from this table; model/metrics/metrics.ts has the value of each kind.
 */
export const METRICS = {
  responseTime: {
    unit: 'duration',
    detail: STATISTIC,
    examples: ['responseTime.p99'],
    description:
      'the time from the intended arrival to the last byte, as min, mean, max or a percentile: p1 to p99, and with decimals p995 (the 99.5th) or p9999 (the 99.99th); p100 is max',
  },
  firstByte: {
    unit: 'duration',
    detail: STATISTIC,
    examples: ['firstByte.p99'],
    description: 'the time from the intended arrival to the first byte of the response, with the same statistics',
  },
  serviceTime: {
    unit: 'duration',
    detail: STATISTIC,
    examples: ['serviceTime.mean'],
    description: 'the time from the write of the request to the last byte, with the same statistics',
  },
  errors: {
    unit: 'percent',
    detail: `([.](${ERROR_KINDS.join('|')}))?`,
    examples: ['errors', 'errors.ConnectionRefused'],
    description: 'a share of the arrivals that ended, of all errors or of one kind of docs/errors.md',
  },
  ...recordOf(ERROR_COUNTERS, (name) => ({
    unit: 'percent' as const,
    detail: '',
    examples: [name],
    description: 'a share of the arrivals that ended',
  })),
  status: {
    unit: 'percent',
    detail: `[.]([1-5]([0-9][0-9]|xx)|${GRPC_STATUSES.join('|')})`,
    examples: ['status.5xx', 'status.503', 'status.UNAVAILABLE'],
    description: 'a share of the responses, by status of HTTP or gRPC',
  },
  rate: {
    unit: 'number',
    detail: '',
    examples: ['rate'],
    description:
      'responses per second during the load, or complete iterations with requestOrder Sequential; a percentage is of the rate that an open load asks for over the same time',
  },
} as const satisfies Record<string, Metric>;

export type MetricKind = keyof typeof METRICS;
/** The name of a metric: a kind, with or without a detail. */
export type MetricName = MetricKind | `${MetricKind}.${string}`;

const KINDS = Object.keys(METRICS) as readonly MetricKind[];

export const METRIC_PATTERN = new RegExp(`^(${KINDS.map((kind) => kind + METRICS[kind].detail).join('|')})$`);

/** The validation message of a metric that is none. */
export const METRIC_MESSAGE = `must be a metric such as ${KINDS.flatMap((kind) => METRICS[kind].examples).join(', ')}; statistics are min, mean, max, p1 to p99 and with decimals p995 or p999 (the 99.9th), and instead of p100 use max; docs/errors.md has the kinds of errors`;

/** The description of every metric, one sentence for all that share it. */
export const METRIC_DESCRIPTION = [...Map.groupBy(KINDS, (kind) => METRICS[kind].description)]
  .map(([description, kinds]) => `${kinds.flatMap((kind) => METRICS[kind].examples).join(', ')}: ${description}.`)
  .join(' ');

/** A metric that has passed {@link METRIC_PATTERN} as its kind and its detail, which is empty where it has none. */
export function parseMetric(metric: string): { kind: MetricKind; detail: string } {
  const [kind, detail = ''] = metric.split('.');
  return { kind: kind as MetricKind, detail };
}

/** The metric of a rate as a share of the rate that the load asks for. It has this name inside the program only. */
const RATE_OF_ASKED = 'rate.ofAsked';

/** Whether a limit of a rate is a share of the rate that the load asks for, and not a number a second. */
export function isOfAsked(limit: string): boolean {
  return limit.endsWith('%');
}

type Limited = { metric: string; max?: string | undefined; min?: string | undefined };

/** Whether a threshold is about the share of the rate that the load asks for. */
export function isShareOfRate({ metric, max, min }: Limited): boolean {
  return metric === 'rate' && [max, min].some((limit) => limit !== undefined && isOfAsked(limit));
}

/** The same in CEL, for the threshold in the variable `name`. */
export function celIsShareOfRate(name: string): string {
  const isOne = (bound: string) => `(has(${name}.${bound}) && ${name}.${bound}.endsWith('%'))`;
  return `(${name}.metric == 'rate' && (${isOne('max')} || ${isOne('min')}))`;
}

/** Whether a threshold is about a number of responses a second, whatever the load asks for. */
export function isPlainRate(threshold: Limited): boolean {
  return threshold.metric === 'rate' && !isShareOfRate(threshold);
}

/** The same in CEL, for the threshold in the variable `name`. */
export function celIsPlainRate(name: string): string {
  return `(${name}.metric == 'rate' && !${celIsShareOfRate(name)})`;
}

/** The metric that the limits of a threshold are about: `rate.ofAsked` for a rate in percent, and otherwise its own. */
export function limitedMetric(threshold: Limited): string {
  return isShareOfRate(threshold) ? RATE_OF_ASKED : threshold.metric;
}

/** Whether a {@link limitedMetric} is the share of the rate that the load asks for. */
export function isOfAskedRate(metric: string): boolean {
  return metric === RATE_OF_ASKED;
}

/** The unit of a metric that has passed {@link METRIC_PATTERN}, or of a {@link limitedMetric}. */
export function unitOf(metric: string): Unit {
  return isOfAskedRate(metric) ? 'percent' : METRICS[parseMetric(metric).kind].unit;
}

/** A pattern for the metrics of one unit, among those that have passed {@link METRIC_PATTERN}. */
export function unitPattern(unit: Unit): RegExp {
  return new RegExp(`^(${KINDS.filter((kind) => METRICS[kind].unit === unit).join('|')})([.]|$)`);
}

/** A limit as a plain number: microseconds, a share from 0 to 1, or a rate. */
export function limitValue(metric: string, limit: string): number {
  return UNITS[unitOf(metric)].parse(limit);
}

/** A metric's value as a person reads it: on the same side of every limit as the value, however many digits that takes. */
export function formatMetric(metric: string, value: number, limits: readonly number[] = []): string {
  return UNITS[unitOf(metric)].format(value, limits);
}
