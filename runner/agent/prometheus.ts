import { Counter, Gauge, type Histogram as PrometheusHistogram, Registry } from 'prom-client';
import type { Snapshot } from '../../api/protocol/protocol.ts';
import { decodeHistogram } from '../../model/measure/histogram-encoding.ts';
import { BOUNDS, classicHistogram } from './prometheus-buckets.ts';

const PREFIX = 'loadtest_runner';

const COUNTERS = {
  generated: 'Arrivals that came due.',
  made: 'Requests handed to the network.',
  done: 'Complete responses, whatever their status.',
  timeout: 'Requests that ran into the time-out.',
  dropped: 'Arrivals that were never sent: the in-flight cap was reached, or they waited for a connection to the end.',
  aborted: 'Requests that the end of the test cut off.',
  unexpected: 'Responses that were not what the test expects.',
} as const;

type Sample = { labels: Record<string, string>; value: number };
type Distribution = { labels: Record<string, string>; histogram: string };

/**
 * The metrics of one runner, read from its newest snapshot when they are scraped, so that measuring never waits for Prometheus.
 * Before the load there is no snapshot and only the metrics' names are there.
 */
export function runnerMetrics(
  labels: { loadtest_namespace: string; loadtest: string; runner: string },
  newest: () => Snapshot | undefined,
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  const requests = () => newest()?.requests ?? [];

  for (const [name, help] of Object.entries(COUNTERS)) {
    const read = () =>
      requests().map((r) => ({ labels: { request: r.name }, value: r.counts[name as keyof typeof COUNTERS] }));
    addCounter(registry, `${PREFIX}_requests_${name}_total`, help, ['request'], read);
  }
  addCounter(
    registry,
    `${PREFIX}_requests_failed_total`,
    'Requests that ended with an error instead of a response.',
    ['request'],
    () => requests().map((r) => ({ labels: { request: r.name }, value: r.counts.failed })),
  );
  addCounter(registry, `${PREFIX}_errors_total`, 'Time-outs and failures by kind.', ['kind'], () =>
    (newest()?.errors ?? []).map(({ kind, count }) => ({ labels: { kind }, value: count })),
  );
  addCounter(registry, `${PREFIX}_responses_total`, 'Responses by status.', ['status'], () =>
    (newest()?.responses ?? []).map(({ status, count }) => ({ labels: { status: String(status) }, value: count })),
  );
  addCounter(
    registry,
    `${PREFIX}_redirects_total`,
    'Redirects that were followed: the target has answered so many requests more than were made.',
    [],
    () => [{ labels: {}, value: newest()?.redirects ?? 0 }],
  );
  addGauge(registry, `${PREFIX}_requests_in_flight`, 'Requests that wait for their answers.', () =>
    requests().reduce((sum, r) => sum + r.counts.inFlight, 0),
  );
  addGauge(registry, `${PREFIX}_requests_pending`, 'Arrivals that came due and wait for a connection.', () =>
    requests().reduce((sum, r) => sum + r.counts.pending, 0),
  );
  addGauge(
    registry,
    `${PREFIX}_event_loop_utilization`,
    'How busy the event loop was since the load began, 0 to 1.',
    () => newest()?.eventLoopUtilization ?? 0,
  );
  addCounter(
    registry,
    `${PREFIX}_cpu_seconds_total`,
    'CPU time that the generator used since the load began.',
    [],
    () => [{ labels: {}, value: (newest()?.cpuMs ?? 0) / 1e3 }],
  );
  addCounter(
    registry,
    `${PREFIX}_throttled_seconds_total`,
    'For how long the CPU limit stopped the runner since the load began.',
    [],
    () => seconds(newest()?.throttledMs),
  );
  addCounter(registry, `${PREFIX}_gc_seconds_total`, 'For how long garbage collection stopped a thread.', [], () =>
    seconds(newest()?.gc?.totalMs),
  );
  addGauge(
    registry,
    `${PREFIX}_gc_pause_max_seconds`,
    'The longest pause for garbage collection since the load began.',
    () => (newest()?.gc?.maxMs ?? 0) / 1e3,
  );
  addHistogram(
    registry,
    `${PREFIX}_response_time_seconds`,
    'From the intended arrival to the last byte; time-outs included.',
    () => requests().map((r) => ({ labels: { request: r.name }, histogram: r.responseTime })),
  );
  addHistogram(
    registry,
    `${PREFIX}_service_time_seconds`,
    'From the write of the request to the last byte; time-outs included.',
    () => requests().map((r) => ({ labels: { request: r.name }, histogram: r.serviceTime })),
  );
  addHistogram(registry, `${PREFIX}_pacing_lag_seconds`, 'Actual minus intended send time.', () => {
    const lag = newest()?.pacingLag;
    return lag === undefined ? [] : [{ labels: {}, histogram: lag }];
  });
  return registry;
}

/** A counter without labels; what is not known has no value. */
function seconds(ms: number | undefined): Sample[] {
  return ms === undefined ? [] : [{ labels: {}, value: ms / 1e3 }];
}

function addCounter(registry: Registry, name: string, help: string, labelNames: string[], read: () => Sample[]): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of read()) this.inc(labels, value);
    },
  });
}

function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** prom-client's own histogram only observes single values; ours are counted already, so this is a metric that shows them. */
function addHistogram(registry: Registry, name: string, help: string, read: () => Distribution[]): void {
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: read().flatMap((d) => series(name, d)),
    }),
  };
  registry.registerMetric(metric as unknown as PrometheusHistogram);
}

function series(name: string, { labels, histogram: encoded }: Distribution) {
  const histogram = decodeHistogram(encoded);
  if (histogram === undefined) throw new Error('bug: our own histogram does not decode');
  const { cumulative, count, sum } = classicHistogram(histogram);
  const bucket = (le: string, value: number) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value });
  return [
    ...BOUNDS.map((bound, i) => bucket(String(bound), cumulative[i]!)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
