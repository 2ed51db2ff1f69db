import { EXPORTED_FIGURES } from '../../../api/status/exported-figures.ts';
import type { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { Steps } from '../../../model/measure/transfer/connections.ts';
import { classicHistogram } from './buckets.ts';
import { exemplarsOf } from './exemplars.ts';
import type { Exemplar, Family, Labels, Series } from './text-format.ts';

/** The steps of opening connections, by their names in a metric. */
const STEPS = {
  dns: ['dns_lookup', 'Resolution of the name of the target or its proxy.'],
  connect: ['connect', 'TCP connect of a new connection.'],
  tls: ['tls_handshake', 'TLS handshake of a new connection.'],
} as const satisfies Record<keyof Steps<unknown>, readonly [name: string, help: string]>;

/** The times of the events of streams, by their names in a metric. */
const EVENTS = {
  first: ['first_event', 'From the intended arrival to the first event of a stream.'],
  between: ['between_events', 'From an event to the next one of its stream.'],
} as const;

/** The measured times as histograms with these bounds. */
export function timeFamilies(snapshot: Snapshot | undefined, bounds: readonly number[]): Family[] {
  const buckets = (labels: Labels, histogram: PackedHistogram) => bucketsOf(labels, histogram, bounds);
  return [
    {
      name: 'response_time_seconds',
      type: 'histogram',
      help: EXPORTED_FIGURES.responseTime,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap(({ name, responseTime }) =>
        bucketsOf({ request: name }, responseTime, bounds, exemplarsOf(snapshot!, name, bounds)),
      ),
    },
    {
      name: 'first_byte_seconds',
      type: 'histogram',
      help: EXPORTED_FIGURES.firstByte,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap((r) => buckets({ request: r.name }, r.firstByte)),
    },
    {
      name: 'service_time_seconds',
      type: 'histogram',
      help: EXPORTED_FIGURES.serviceTime,
      labels: ['request'],
      series: (snapshot?.requests ?? []).flatMap((r) => buckets({ request: r.name }, r.serviceTime)),
    },
    ...(Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map(
      (time): Family => ({
        name: `${EVENTS[time][0]}_seconds`,
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
        name: `${STEPS[step][0]}_seconds`,
        type: 'histogram',
        help: STEPS[step][1],
        labels: [],
        series: snapshot?.connections === undefined ? [] : buckets({}, snapshot.connections[step]),
      }),
    ),
    {
      name: 'pacing_lag_seconds',
      type: 'histogram',
      help: EXPORTED_FIGURES.pacingLag,
      labels: [],
      series: snapshot === undefined ? [] : buckets({}, snapshot.pacingLag),
    },
  ];
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
