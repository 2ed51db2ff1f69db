import type { Counts } from '../../api/status/loadtest-status.ts';
import type { TestTotals } from './loadtest-totals.ts';

/** A LoadTest's figures with what names it. */
export type NamedTotals = { namespace: string; name: string; totals: TestTotals };

type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  help: string;
  /** Its series of one test, by the labels that it has besides the test's own. */
  of: (totals: TestTotals) => readonly { label?: string; value: number | undefined }[];
};

const HELP: Record<keyof Counts, string> = {
  generated: 'Arrivals that came due.',
  made: 'Requests handed to the network.',
  done: 'Complete responses, whatever their status.',
  timeout: 'Requests that ran into the time-out.',
  failed: 'Requests that ended with an error instead of a response.',
  dropped: 'Arrivals that were never sent: the in-flight cap was reached.',
  aborted: 'Requests that the end of the test cut off.',
  unexpected: 'Responses that were not what the test expects.',
};

function one(type: 'counter' | 'gauge', name: string, help: string, of: (t: TestTotals) => number | undefined): Family {
  return { name, type, help, of: (totals) => [{ value: of(totals) }] };
}

const FAMILIES: readonly Family[] = [
  ...(Object.keys(HELP) as (keyof Counts)[]).map((kind) =>
    one('counter', `loadtest_requests_${kind}_total`, HELP[kind], (t) => t.counts[kind]),
  ),
  one(
    'counter',
    'loadtest_redirects_total',
    'Redirects that were followed: the target has answered so many requests more than were made.',
    (t) => t.redirects,
  ),
  one('gauge', 'loadtest_requests_in_flight', 'Requests that wait for their answers.', (t) => t.inFlight),
  one('gauge', 'loadtest_requests_pending', 'Arrivals that came due and wait for a connection.', (t) => t.pending),
  one('gauge', 'loadtest_passed', '1 passed, 0 failed, NaN undecided or inconclusive.', (t) => t.passed),
  one('gauge', 'loadtest_regressed', '1 worse than its baseline, 0 not, NaN not comparable.', (t) => t.regressed),
  one('gauge', 'loadtest_running', 'Whether load is being made.', (t) => Number(t.running)),
  one('gauge', 'loadtest_runners_lost', 'Runners that ended without a final report.', (t) => t.runnersLost),
  one(
    'gauge',
    'loadtest_generator_saturated',
    'Whether the generator was the limit of what was measured.',
    (t) => t.generator && Number(t.generator.saturated),
  ),
  one(
    'gauge',
    'loadtest_generator_throttled_ratio',
    'The share of time in which its CPU limit stopped a runner, 0 to 1; absent without a limit.',
    (t) => t.generator?.throttled,
  ),
  one(
    'gauge',
    'loadtest_generator_gc_pause_max_seconds',
    'The longest pause for garbage collection.',
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
 * The merged figures of every LoadTest in Prometheus' text format, as long as it lives: what the last scrape of a runner missed is here.
 * Thousands of tests have a hundred thousand series, which a registry would keep as objects. Names in Kubernetes need no escapes.
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
