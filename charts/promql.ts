import { type CounterName, counterMetric, ENDS, ERROR_COUNTERS } from '../api/status/counters.ts';

/** Which series an expression is about, over which time a rate is taken, and by which labels it is grouped. */
export type Scope = {
  /** Label matchers, such as `loadtest="$loadtest"`; empty: all series. */
  where: string;
  /** A range such as 1m, or a variable of Grafana. */
  window: string;
  by?: readonly string[];
};

/** The labels that name one test. */
export const TEST = ['loadtest_namespace', 'loadtest'] as const;

/** The name of a counter's metric, of single runners or of the whole test. */
export function counterOf(name: CounterName, level: 'loadtest' | 'loadtest_runner'): string {
  return `${level}_requests_${counterMetric(name)}_total`;
}

/** The current value of a metric. */
export function sumOf(metric: string, { where, by }: Pick<Scope, 'where' | 'by'>): string {
  return `sum${grouping(by)} (${metric}${matchers(where)})`;
}

/** What a counter adds per second. */
export function perSecond(metric: string, { where, window, by }: Scope): string {
  return `sum${grouping(by)} (rate(${metric}${matchers(where)}[${window}]))`;
}

/** A quantile of the buckets of all runners together; the average of the runners' quantiles would be wrong. */
export function quantileOf(quantile: number, metric: string, { by = [], ...scope }: Scope): string {
  return `histogram_quantile(${quantile}, ${perSecond(`${metric}_bucket`, { ...scope, by: [...by, 'le'] })})`;
}

/** The share of errors among the arrivals that ended; nothing while none ends. */
export function errorShare(scope: Scope): string {
  const total = (names: readonly CounterName[]) =>
    names.map((name) => perSecond(counterOf(name, 'loadtest_runner'), scope)).join(' + ');
  return `(${total(ERROR_COUNTERS)}) / ((${total(ENDS as readonly CounterName[])}) > 0)`;
}

function grouping(by: readonly string[] = []): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')})`;
}

function matchers(where: string): string {
  return where === '' ? '' : `{${where}}`;
}
