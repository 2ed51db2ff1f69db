import { Counter, Gauge, type Registry, type Summary } from 'prom-client';
import type { Counts } from '../../api/status.ts';
import type { TestTotals } from './test-totals.ts';

/** A LoadTest's figures with what names it. */
export type NamedTotals = { namespace: string; name: string; totals: TestTotals };

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

/**
 * Registers the merged figures of every LoadTest, which live as long as it does: what the last scrape of a runner missed is here.
 * The function that is returned sets them, once a scrape.
 */
export function testMetrics(registry: Registry): (tests: readonly NamedTotals[]) => void {
  const labelNames = ['loadtest_namespace', 'loadtest'] as const;
  const registers = [registry];
  const kinds = Object.keys(HELP) as (keyof Counts)[];
  const counters = kinds.map((kind) => ({
    kind,
    counter: new Counter({ name: `loadtest_requests_${kind}_total`, help: HELP[kind], labelNames, registers }),
  }));
  const redirects = new Counter({
    name: 'loadtest_redirects_total',
    help: 'Redirects that were followed: the target has answered so many requests more than were made.',
    labelNames,
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const inFlight = gauge('loadtest_requests_in_flight', 'Requests that wait for their answers.');
  const pending = gauge('loadtest_requests_pending', 'Arrivals that came due and wait for a connection.');
  const passed = gauge('loadtest_passed', '1 passed, 0 failed, NaN undecided or inconclusive.');
  const regressed = gauge('loadtest_regressed', '1 worse than its baseline, 0 not, NaN not comparable.');
  const running = gauge('loadtest_running', 'Whether load is being made.');
  const lost = gauge('loadtest_runners_lost', 'Runners that ended without a final report.');
  const saturated = gauge('loadtest_generator_saturated', 'Whether the generator was the limit of what was measured.');
  const throttled = gauge(
    'loadtest_generator_throttled_ratio',
    'The share of time in which its CPU limit stopped a runner, 0 to 1; absent without a limit.',
  );
  const gcPause = gauge('loadtest_generator_gc_pause_max_seconds', 'The longest pause for garbage collection.');
  const gauges = [inFlight, pending, passed, regressed, running, lost, saturated, throttled, gcPause];
  const all = [...counters.map((c) => c.counter), redirects, ...gauges];
  let newest: readonly NamedTotals[] = [];
  addResponseTimes(registry, () => newest);

  return (tests) => {
    newest = tests;
    for (const metric of all) metric.reset();
    for (const { namespace, name, totals } of tests) {
      const labels = { loadtest_namespace: namespace, loadtest: name };
      for (const { kind, counter } of counters) counter.inc(labels, totals.counts[kind]);
      redirects.inc(labels, totals.redirects);
      inFlight.set(labels, totals.inFlight);
      pending.set(labels, totals.pending);
      passed.set(labels, totals.passed);
      running.set(labels, Number(totals.running));
      lost.set(labels, totals.runnersLost);
      const { regressed: worse, generator } = totals;
      if (worse !== undefined) regressed.set(labels, worse);
      if (generator !== undefined) saturated.set(labels, Number(generator.saturated));
      if (generator?.throttled !== undefined) throttled.set(labels, generator.throttled);
      if (generator?.gcPauseMaxSeconds !== undefined) gcPause.set(labels, generator.gcPauseMaxSeconds);
    }
  };
}

/** prom-client's own summary observes single values; these percentiles are known already, so this is a metric that shows them. */
function addResponseTimes(registry: Registry, tests: () => readonly NamedTotals[]): void {
  const name = 'loadtest_response_time_seconds';
  const help = 'From the intended arrival to the last byte, of the whole test so far.';
  const kind = { name, help, type: 'summary', aggregator: 'omit' };
  const values = ({ namespace, name, totals }: NamedTotals) =>
    totals.responseTime.map(({ quantile, seconds }) => ({
      labels: { loadtest_namespace: namespace, loadtest: name, quantile },
      value: seconds,
    }));
  registry.registerMetric({
    ...kind,
    get: async () => ({ ...kind, values: tests().flatMap(values) }),
  } as unknown as Summary);
}
