import { type Metric, Registry } from 'prom-client';

/** The content types of Prometheus' text format, and of OpenMetrics, which has exemplars. */
export const CONTENT_TYPES = { Text: Registry.PROMETHEUS_CONTENT_TYPE, OpenMetrics: Registry.OPENMETRICS_CONTENT_TYPE };
export type MetricsFormat = keyof typeof CONTENT_TYPES;

export type Labels = Readonly<Record<string, string>>;

/** A trace of a value that a series counts; `timestamp` is in seconds of the epoch. */
export type Exemplar = { labelSet: { trace_id: string }; value: number; timestamp: number };

/** One line of a metric family. `suffix` follows the name of the family, as `_bucket` does. */
export type Series = { labels?: Labels; value: number; suffix?: string; exemplar?: Exemplar };

export type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** The labels of its series beside those that all have. */
  labels: readonly string[];
  series: readonly Series[];
};

/** The series of a family that has only one: 0 before the first measurement. */
export function one(value = 0): Series[] {
  return [{ value }];
}

/** Metric families as text; every series gets `common` after its own labels. Only OpenMetrics shows exemplars. */
export function textOf(families: readonly Family[], common: Labels, format: MetricsFormat = 'Text'): Promise<string> {
  const registry = new Registry();
  registry.setContentType(CONTENT_TYPES[format] as Parameters<typeof registry.setContentType>[0]);
  registry.setDefaultLabels(common);
  // OpenMetrics names a counter without the suffix of its series, which prom-client adds.
  const familyName = ({ name, type }: Family) =>
    format === 'OpenMetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  for (const family of families) registry.registerMetric(metricOf({ ...family, name: familyName(family) }));
  return registry.metrics();
}

/** prom-client's own metrics count single values; the snapshot holds counted ones, so this metric only shows them. */
function metricOf({ name, type, help, series }: Family): Metric {
  const values = series.map(({ labels = {}, value, suffix = '', exemplar }) => ({
    ...{ metricName: name + suffix, labels, value, exemplar },
  }));
  const metric = { name, help, type, aggregator: 'sum', get: async () => ({ name, help, type, values }) };
  return metric as unknown as Metric;
}
