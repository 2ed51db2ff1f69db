import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../../api/status/counters.ts';
import { EXPORTED_FIGURES } from '../../api/status/exported-figures.ts';
import { THRESHOLD_METRICS } from '../../model/result/threshold-figures.ts';
import type { TestTotals } from './loadtest-totals.ts';

/** The labels of every series about a LoadTest. */
export const TEST_LABELS = ['loadtest_namespace', 'loadtest'] as const;

/** One series of a test: its labels in addition to those of the test, and its value. */
type Series = { labels?: Readonly<Record<string, string>>; value: number | undefined };

export type TestFamily = {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  help: string;
  /** Labels in addition to {@link TEST_LABELS}. */
  labels: readonly string[];
  /** The series of one test; one without a value is left out. */
  of: (totals: TestTotals) => readonly Series[];
};

type Read = (totals: TestTotals) => number | undefined;

function one(type: 'counter' | 'gauge', name: string, help: string, of: Read): TestFamily {
  return { name, type, help, labels: [], of: (totals) => [{ value: of(totals) }] };
}

const gauge = (name: string, help: string, of: Read) => one('gauge', name, help, of);

const REQUESTS: readonly TestFamily[] = [
  ...COUNTER_NAMES.map((name) =>
    one('counter', `loadtest_requests_${counterMetric(name)}_total`, COUNTERS[name].help, (t) => t.counts[name]),
  ),
  one(
    'counter',
    'loadtest_redirects_total',
    'Redirects that were followed; the target responded to so many requests in addition to those made.',
    (t) => t.redirects,
  ),
  one('counter', 'loadtest_messages_total', EXPORTED_FIGURES.messages, (t) => t.messages),
  ...GAUGES.map((name) =>
    gauge(`loadtest_requests_${counterMetric(name)}`, COUNTERS[name].help, (t) => t.counts[name]),
  ),
];

const LIFE: readonly TestFamily[] = [
  {
    name: 'loadtest_info',
    type: 'gauge',
    help: EXPORTED_FIGURES.info,
    labels: ['type', 'release', 'schedule'],
    of: ({ about: { type, release, schedule } }) => [{ labels: { type, release, schedule }, value: 1 }],
  },
  gauge('loadtest_running', EXPORTED_FIGURES.running, (t) => Number(t.running)),
  gauge('loadtest_complete', 'Whether the result is final.', (t) => Number(t.complete)),
  gauge(
    'loadtest_load_start_time_seconds',
    'When all runners began to send, since the epoch; absent before.',
    (t) => t.loadStartSeconds,
  ),
  gauge(
    'loadtest_load_end_time_seconds',
    'When the last runner had ended its load, since the epoch; absent before.',
    (t) => t.loadEndSeconds,
  ),
];

const THRESHOLDS: readonly TestFamily[] = THRESHOLD_METRICS.map(({ name, help, labels, of }) => ({
  name: `loadtest_threshold_${name}`,
  type: 'gauge',
  help,
  labels,
  of: ({ thresholds }) => of(thresholds),
}));

const RESULT: readonly TestFamily[] = [
  gauge('loadtest_passed', '1 passed, 0 failed, NaN undecided or inconclusive.', (t) => t.passed),
  gauge(
    'loadtest_regressed',
    '1 worse than its baseline, 0 not, NaN too noisy to tell or not comparable.',
    (t) => t.regressed,
  ),
  gauge(
    'loadtest_target_rate',
    'Mean rate per second that an open load asks for; absent for other loads.',
    (t) => t.rate?.target,
  ),
  gauge(
    'loadtest_achieved_rate',
    'Responses per second during the load so far; with requestOrder Sequential, complete iterations.',
    (t) => t.rate?.achieved,
  ),
  gauge('loadtest_error_ratio', 'The share of errors among the arrivals that ended, 0 to 1.', (t) => t.errorShare),
  {
    name: 'loadtest_response_time_seconds',
    type: 'summary',
    help: 'From the intended arrival to the last byte, of the whole test so far.',
    labels: ['quantile'],
    of: (t) => t.responseTime.map(({ quantile, seconds }) => ({ labels: { quantile }, value: seconds })),
  },
];

const CAPACITY: readonly TestFamily[] = [
  gauge('loadtest_capacity_rate', EXPORTED_FIGURES.capacityRate, (t) => t.capacity?.rate),
  gauge(
    'loadtest_capacity_low_rate',
    'Highest arrival rate of a search so far at which every threshold held.',
    (t) => t.capacity?.low,
  ),
  gauge(
    'loadtest_capacity_high_rate',
    'Lowest arrival rate of a search so far at which a threshold did not hold.',
    (t) => t.capacity?.high,
  ),
  gauge('loadtest_capacity_trials', 'Finished trials of a search.', (t) => t.capacity?.trials),
];

const GENERATOR: readonly TestFamily[] = [
  gauge('loadtest_runners_lost', EXPORTED_FIGURES.runnersLost, (t) => t.runnersLost),
  gauge(
    'loadtest_generator_saturated',
    'Whether the generator was the limit of the measurement.',
    (t) => t.generator && Number(t.generator.saturated),
  ),
  gauge(
    'loadtest_generator_throttled_ratio',
    'The share of time in which its CPU limit throttled a runner, 0 to 1; absent without a limit.',
    (t) => t.generator?.throttled,
  ),
  gauge(
    'loadtest_generator_gc_pause_max_seconds',
    'The longest garbage collection pause.',
    (t) => t.generator?.gcPauseMaxSeconds,
  ),
];

/** The metrics of the operator about each LoadTest: docs/metrics.md and the text of a scrape derive from them. */
export const TEST_FAMILIES: readonly TestFamily[] = [
  ...LIFE,
  ...REQUESTS,
  ...RESULT,
  ...THRESHOLDS,
  ...CAPACITY,
  ...GENERATOR,
];
