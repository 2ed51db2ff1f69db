import { type Metric, Registry } from 'prom-client';

/** The content type of Prometheus' text format. */
export const TEXT_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export type Labels = Readonly<Record<string, string>>;

/** One line of a metric family. `suffix` follows the name of the family, as `_bucket` does. */
export type Series = { labels?: Labels; value: number; suffix?: string };

export type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** The labels of its series beside those that all have. */
  labels: readonly string[];
  series: readonly Series[];
};

/** Metric families in Prometheus' text format; every series gets `common` after its own labels. */
export function textOf(families: readonly Family[], common: Labels): Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels(common);
  for (const family of families) registry.registerMetric(metricOf(family));
  return registry.metrics();
}

/** prom-client's own metrics count single values; the snapshot holds counted ones, so this metric only shows them. */
function metricOf({ name, type, help, series }: Family): Metric {
  const values = series.map(({ labels = {}, value, suffix = '' }) => ({ metricName: name + suffix, labels, value }));
  const metric = { name, help, type, aggregator: 'sum', get: async () => ({ name, help, type, values }) };
  return metric as unknown as Metric;
}
