import { Counter, Gauge, type Registry } from 'prom-client';
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
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const inFlight = gauge('loadtest_requests_in_flight', 'Requests that wait for their answers.');
  const passed = gauge('loadtest_passed', '1 passed, 0 failed, NaN undecided or inconclusive.');
  const running = gauge('loadtest_running', 'Whether load is being made.');
  const responseTime = new Gauge({
    name: 'loadtest_response_time_seconds',
    help: 'From the intended arrival to the last byte, of the whole test so far.',
    labelNames: [...labelNames, 'quantile'],
    registers,
  });
  const all = [...counters.map((c) => c.counter), inFlight, passed, running, responseTime];

  return (tests) => {
    for (const metric of all) metric.reset();
    for (const { namespace, name, totals } of tests) {
      const labels = { loadtest_namespace: namespace, loadtest: name };
      for (const { kind, counter } of counters) counter.inc(labels, totals.counts[kind]);
      inFlight.set(labels, totals.inFlight);
      passed.set(labels, totals.passed);
      running.set(labels, Number(totals.running));
      for (const { quantile, seconds } of totals.responseTime) responseTime.set({ ...labels, quantile }, seconds);
    }
  };
}
