import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../../api/status/counters.ts';
import { EXPORTED_FIGURES } from '../../api/status/exported-figures.ts';
import type { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import type { RequestSnapshot, Snapshot } from '../../model/measure/snapshot.ts';
import type { Bytes } from '../../model/measure/transfer/bytes.ts';
import type { Steps } from '../../model/measure/transfer/connections.ts';
import { exemplarsOf } from './exemplars.ts';
import { BOUNDS, classicHistogram } from './prometheus-buckets.ts';
import { type Exemplar, type Family, type Labels, type MetricsFormat, type Series, textOf } from './prometheus-text.ts';

const PREFIX = 'loadtest_runner';

/** The labels of every series of a runner. */
export const RUNNER_LABELS = ['loadtest_namespace', 'loadtest', 'runner'] as const;
export type RunnerLabels = Record<(typeof RUNNER_LABELS)[number], string>;

/**
 * The metric families of one runner with their series. All values come from the one snapshot, so that a scrape merges the snapshots of
 * the workers once. Before the load there is no snapshot: the families are present without the series that have names of the spec.
 * `bounds`: the upper bounds of the buckets in seconds, ascending.
 */
export function runnerFamilies(snapshot: Snapshot | undefined, bounds: readonly number[] = BOUNDS): Family[] {
  return [
    ...requestCounters(snapshot),
    ...outcomes(snapshot),
    ...transfers(snapshot),
    ...generator(snapshot),
    ...times(snapshot, bounds),
  ];
}

/** The metrics of one runner as text. */
export function runnerMetrics(
  labels: RunnerLabels,
  snapshot: Snapshot | undefined,
  bounds?: readonly number[],
  format?: MetricsFormat,
): Promise<string> {
  return textOf(runnerFamilies(snapshot, bounds), labels, format);
}

function requestCounters(snapshot: Snapshot | undefined): Family[] {
  return COUNTER_NAMES.map((name) => ({
    name: `${PREFIX}_requests_${counterMetric(name)}_total`,
    type: 'counter',
    help: COUNTERS[name].help,
    labels: ['request'],
    series: byRequest(snapshot, ({ counts }) => counts[name]),
  }));
}

function outcomes(snapshot: Snapshot | undefined): Family[] {
  const { requests = [], errors = [], responses = [], redirects, messages } = snapshot ?? {};
  return [
    {
      name: `${PREFIX}_errors_total`,
      type: 'counter',
      help: EXPORTED_FIGURES.errors,
      labels: ['kind'],
      series: errors.map(({ kind, count }) => ({ labels: { kind }, value: count })),
    },
    {
      name: `${PREFIX}_responses_total`,
      type: 'counter',
      help: EXPORTED_FIGURES.responses,
      labels: ['status'],
      series: responses.map(({ code, count }) => ({ labels: { status: code }, value: count })),
    },
    {
      name: `${PREFIX}_redirects_total`,
      type: 'counter',
      help: 'Redirects that were followed: the target has received as many more requests than were made.',
      labels: [],
      series: one(redirects),
    },
    {
      name: `${PREFIX}_messages_total`,
      type: 'counter',
      help: EXPORTED_FIGURES.messages,
      labels: [],
      series: one(messages),
    },
    ...GAUGES.map(
      (name): Family => ({
        name: `${PREFIX}_requests_${counterMetric(name)}`,
        type: 'gauge',
        help: COUNTERS[name].help,
        labels: [],
        series: one(requests.reduce((total, r) => total + r.counts[name], 0)),
      }),
    ),
  ];
}

function transfers(snapshot: Snapshot | undefined): Family[] {
  const bytesOf = (direction: keyof Bytes) =>
    (snapshot?.requests ?? []).flatMap(({ name, bytes }) =>
      bytes === undefined ? [] : [{ labels: { request: name }, value: bytes[direction] }],
    );
  return [
    {
      name: `${PREFIX}_sent_bytes_total`,
      type: 'counter',
      help: 'Bytes of requests before encryption.',
      labels: ['request'],
      series: bytesOf('sent'),
    },
    {
      name: `${PREFIX}_received_bytes_total`,
      type: 'counter',
      help: 'Bytes of responses before encryption.',
      labels: ['request'],
      series: bytesOf('received'),
    },
    {
      name: `${PREFIX}_connections_opened_total`,
      type: 'counter',
      help: 'Connections that were opened.',
      labels: [],
      series: one(snapshot?.connections?.opened),
    },
  ];
}

/** The steps of opening connections, by their names in a metric. */
const STEPS = {
  dns: ['dns_lookup', 'Resolution of the name of the target or its proxy.'],
  connect: ['connect', 'TCP connect of a new connection.'],
  tls: ['tls_handshake', 'TLS handshake of a new connection.'],
} as const satisfies Record<keyof Steps<unknown>, readonly [name: string, help: string]>;

/** The times of server-sent events, by their names in a metric. */
const EVENTS = {
  first: ['first_event', 'From the intended arrival to the first server-sent event of a stream.'],
  between: ['between_events', 'From a server-sent event to the next one of its stream.'],
} as const;

function generator(snapshot: Snapshot | undefined): Family[] {
  return [
    {
      name: `${PREFIX}_event_loop_utilization`,
      type: 'gauge',
      help: 'Utilization of the event loop since the load began, 0 to 1.',
      labels: [],
      series: one(snapshot?.eventLoopUtilization),
    },
    {
      name: `${PREFIX}_cpu_seconds_total`,
      type: 'counter',
      help: 'CPU time of the generator since the load began.',
      labels: [],
      series: seconds(snapshot?.cpuMs),
    },
    {
      name: `${PREFIX}_throttled_seconds_total`,
      type: 'counter',
      help: 'Time for which the CPU limit throttled the runner since the load began.',
      labels: [],
      series: seconds(snapshot?.throttledMs),
    },
    {
      name: `${PREFIX}_gc_seconds_total`,
      type: 'counter',
      help: 'Time for which garbage collection stopped a thread.',
      labels: [],
      series: seconds(snapshot?.gc?.totalMs),
    },
    {
      name: `${PREFIX}_gc_pause_max_seconds`,
      type: 'gauge',
      help: 'The longest pause for garbage collection since the load began.',
      labels: [],
      series: seconds(snapshot?.gc?.maxMs),
    },
  ];
}

function times(snapshot: Snapshot | undefined, bounds: readonly number[]): Family[] {
  const buckets = (labels: Labels, histogram: PackedHistogram) => bucketsOf(labels, histogram, bounds);
  return [
    {
      name: `${PREFIX}_response_time_seconds`,
      type: 'histogram',
      help: EXPORTED_FIGURES.responseTime,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap(({ name, responseTime }) =>
        bucketsOf({ request: name }, responseTime, bounds, exemplarsOf(snapshot!, name, bounds)),
      ),
    },
    {
      name: `${PREFIX}_first_byte_seconds`,
      type: 'histogram',
      help: EXPORTED_FIGURES.firstByte,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap((r) => buckets({ request: r.name }, r.firstByte)),
    },
    {
      name: `${PREFIX}_service_time_seconds`,
      type: 'histogram',
      help: EXPORTED_FIGURES.serviceTime,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap((r) => buckets({ request: r.name }, r.serviceTime)),
    },
    ...(Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map(
      (time): Family => ({
        name: `${PREFIX}_${EVENTS[time][0]}_seconds`,
        type: 'histogram',
        help: EVENTS[time][1],
        labels: ['request'],
        series: (snapshot?.requests ?? []).flatMap(({ name, events }) =>
          events === undefined ? [] : buckets({ request: name }, events[time]),
        ),
      }),
    ),
    ...(Object.keys(STEPS) as (keyof typeof STEPS)[]).map(
      (step): Family => ({
        name: `${PREFIX}_${STEPS[step][0]}_seconds`,
        type: 'histogram',
        help: STEPS[step][1],
        labels: [],
        series: snapshot?.connections === undefined ? [] : buckets({}, snapshot.connections[step]),
      }),
    ),
    {
      name: `${PREFIX}_pacing_lag_seconds`,
      type: 'histogram',
      help: EXPORTED_FIGURES.pacingLag,
      labels: [],
      series: snapshot === undefined ? [] : buckets({}, snapshot.pacingLag),
    },
  ];
}

function byRequest(snapshot: Snapshot | undefined, read: (request: RequestSnapshot) => number): Series[] {
  return (snapshot?.requests ?? []).map((request) => ({ labels: { request: request.name }, value: read(request) }));
}

/** A family with one series, 0 before the first measurement. */
function one(value = 0): Series[] {
  return [{ value }];
}

function seconds(ms = 0): Series[] {
  return one(ms / 1e3);
}

function bucketsOf(
  labels: Labels,
  histogram: PackedHistogram,
  bounds: readonly number[],
  exemplars?: ReadonlyMap<number, Exemplar>,
): Series[] {
  const { cumulative, count, sum } = classicHistogram(histogram, bounds);
  const bucket = (bound: number, value: number): Series => {
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    const exemplar = exemplars?.get(bound);
    return { suffix: '_bucket', labels: { ...labels, le }, value, ...(exemplar && { exemplar }) };
  };
  return [
    ...bounds.map((bound, i) => bucket(bound, cumulative[i]!)),
    bucket(Number.POSITIVE_INFINITY, count),
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
