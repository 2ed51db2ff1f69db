import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../../api/status/counters.ts';
import type { TestTotals } from './loadtest-totals.ts';

/** The figures of one LoadTest with its name. */
export type NamedTotals = { namespace: string; name: string; totals: TestTotals };

type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  help: string;
  /** The series of one test; `label` is in addition to the labels of the test. */
  of: (totals: TestTotals) => readonly { label?: string; value: number | undefined }[];
};

function one(type: 'counter' | 'gauge', name: string, help: string, of: (t: TestTotals) => number | undefined): Family {
  return { name, type, help, of: (totals) => [{ value: of(totals) }] };
}

const FAMILIES: readonly Family[] = [
  ...COUNTER_NAMES.map((name) =>
    one('counter', `loadtest_requests_${counterMetric(name)}_total`, COUNTERS[name].help, (t) => t.counts[name]),
  ),
  one(
    'counter',
    'loadtest_redirects_total',
    'Redirects that were followed; the target responded to so many requests in addition to those made.',
    (t) => t.redirects,
  ),
  ...GAUGES.map((name) =>
    one('gauge', `loadtest_requests_${counterMetric(name)}`, COUNTERS[name].help, (t) => t.counts[name]),
  ),
  one('gauge', 'loadtest_passed', '1 passed, 0 failed, NaN undecided or inconclusive.', (t) => t.passed),
  one(
    'gauge',
    'loadtest_regressed',
    '1 worse than its baseline, 0 not, NaN too noisy to tell or not comparable.',
    (t) => t.regressed,
  ),
  one(
    'gauge',
    'loadtest_capacity_rate',
    'Arrivals per second that were answered in time at the capacity; absent until a search has found it.',
    (t) => t.capacity?.rate,
  ),
  one(
    'gauge',
    'loadtest_capacity_low_rate',
    'Highest arrival rate of a search so far at which every threshold held.',
    (t) => t.capacity?.low,
  ),
  one(
    'gauge',
    'loadtest_capacity_high_rate',
    'Lowest arrival rate of a search so far at which a threshold did not hold.',
    (t) => t.capacity?.high,
  ),
  one('gauge', 'loadtest_capacity_trials', 'Finished trials of a search.', (t) => t.capacity?.trials),
  one('gauge', 'loadtest_running', 'Whether the load is running.', (t) => Number(t.running)),
  one('gauge', 'loadtest_runners_lost', 'Runners that ended without a final update.', (t) => t.runnersLost),
  one(
    'gauge',
    'loadtest_generator_saturated',
    'Whether the generator was the limit of the measurement.',
    (t) => t.generator && Number(t.generator.saturated),
  ),
  one(
    'gauge',
    'loadtest_generator_throttled_ratio',
    'The share of time in which its CPU limit throttled a runner, 0 to 1; absent without a limit.',
    (t) => t.generator?.throttled,
  ),
  one(
    'gauge',
    'loadtest_generator_gc_pause_max_seconds',
    'The longest garbage collection pause.',
    (t) => t.generator?.gcPauseMaxSeconds,
  ),
  {
    name: 'loadtest_response_time_seconds',
    type: 'summary',
    help: 'From the intended arrival to the last byte, of the whole test so far.',
    of: (t) => t.responseTime.map(({ quantile, seconds }) => ({ label: `,quantile="${quantile}"`, value: seconds })),
  },
];

/**
 * The merged figures of every LoadTest in Prometheus' text format, for as long as the LoadTest exists. They include the measurements after
 * the last scrape of a runner. No registry, because thousands of tests have a hundred thousand series, and it would keep each as an object.
 * Kubernetes names need no escapes.
 */
export function testMetrics(tests: readonly NamedTotals[]): string {
  const lines: string[] = [];
  for (const { name: family, type, help, of } of FAMILIES) {
    lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`);
    for (const { namespace, name, totals } of tests) {
      for (const { label = '', value } of of(totals)) {
        if (value === undefined) continue;
        lines.push(`${family}{loadtest_namespace="${namespace}",loadtest="${name}"${label}} ${value}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
