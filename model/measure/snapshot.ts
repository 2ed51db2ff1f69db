import { type LiveCounts, recordOf } from '../../api/status/counters.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import type { AddressUses } from './connections/addresses.ts';
import type { InFlightPeaks, PeaksOf } from './in-flight-peaks.ts';
import type { Outcomes } from './outcomes.ts';
import type { PackedHistogram } from './packed-histogram.ts';
import type { KeptTraces } from './traces/kept-traces.ts';
import type { Bytes } from './transfer/bytes.ts';
import { type ConnectionsOf, mapConnections } from './transfer/connections.ts';
import { type EventsOf, mapEvents } from './transfer/events.ts';

/** The errors of one kind, with one example. Termination messages leave the times out. */
export type ErrorsOfKind = {
  kind: string;
  count: number;
  example: string;
  /** When the first and the last came, since the load began. */
  firstMs?: number | undefined;
  lastMs?: number | undefined;
};

/** Response times, those until the first byte, and service times, as histograms of the form `H` of microseconds; see docs/design/0003-times.md. */
export type Times<H> = { responseTime: H; firstByte: H; serviceTime: H };

/** The requests of one name, with histograms of the form `H`: those with a response, and with the time waited those without one in time or cut off. */
export type RequestSnapshotOf<H> = Times<H> & {
  name: string;
  counts: LiveCounts;
  /** The same requests, each with its time less the generator's own part; see docs/design/0050-the-generators-own-part.md. */
  withoutGenerator: Times<H>;
  /** Undefined where the transport counts none, and in an interval. */
  bytes?: Bytes | undefined;
  /** Messages of the streams that servers sent. Undefined: none. */
  messages?: number | undefined;
  /** Undefined before the first event of a stream, in an interval, and in a termination message. */
  events?: EventsOf<H> | undefined;
  /** Undefined for the only request, whose outcomes are those of the snapshot, and where a termination message had no room for them. */
  outcomes?: Outcomes | undefined;
};

/** What one worker, one runner or all runners have measured since the load began, with histograms of the form `H`; all of it cumulative. */
export type SnapshotOf<H> = AddressUses & {
  /** Since the load began. */
  elapsedMs: number;
  /** In the order of the spec. */
  requests: RequestSnapshotOf<H>[];
  /** By code, ascending. */
  responses: Outcomes['responses'];
  errors: ErrorsOfKind[];
  /** Examples of responses that were not as expected. Undefined: none. */
  unexpected?: UnexpectedResponse[] | undefined;
  /** The largest numbers of requests in flight. Undefined in an interval, which has none of its own. */
  inFlightPeaks?: InFlightPeaks | undefined;
  /** Redirects that were followed. Undefined: none. */
  redirects?: number | undefined;
  /** Sampled traces that are worth reading. Undefined in intervals, in termination messages, and without tracing. */
  traces?: KeptTraces | undefined;
  /** Undefined where nobody counts them, and in an interval. */
  connections?: ConnectionsOf<H> | undefined;
  /** Actual minus intended send time. */
  pacingLag: H;
  /** CPU time that the generator has used. */
  cpuMs: number;
  /** 0 to 1, since the load began. */
  eventLoopUtilization: number;
  /** How long the CPU limit has stopped the runner. Undefined: it has no limit. */
  throttledMs?: number | undefined;
  /** Garbage collections: their number, the time of all and of the longest. */
  gc?: { count: number; totalMs: number; maxMs: number } | undefined;
};

export type Snapshot = SnapshotOf<PackedHistogram>;
export type RequestSnapshot = RequestSnapshotOf<PackedHistogram>;

/** The peaks of a snapshot, with its requests in flight. */
export function peaksOf({ inFlightPeaks, requests }: Pick<Snapshot, 'inFlightPeaks' | 'requests'>): PeaksOf {
  return { peaks: inFlightPeaks, inFlight: requests.reduce((sum, { counts }) => sum + counts.inFlight, 0) };
}

export const TIME_NAMES = Object.keys({
  responseTime: 0,
  firstByte: 0,
  serviceTime: 0,
} satisfies Times<0>) as readonly (keyof Times<0>)[];

/** All times in another form. `convert` also receives the name of the time. */
export function mapTimes<A, B>(times: Times<A>, convert: (histogram: A, time: keyof Times<A>) => B): Times<B> {
  return recordOf(TIME_NAMES, (time) => convert(times[time], time));
}

/** The snapshot with its histograms in another form. `convert` also receives the path of the field. */
export function mapHistograms<A, B>(
  snapshot: SnapshotOf<A>,
  convert: (histogram: A, field: string) => B,
): SnapshotOf<B> {
  const { connections, ...rest } = snapshot;
  return {
    ...rest,
    pacingLag: convert(snapshot.pacingLag, 'pacingLag'),
    ...(connections && {
      connections: mapConnections(connections, (histogram, step) => convert(histogram, `connections.${step}`)),
    }),
    requests: snapshot.requests.map(({ events, ...request }, i) => ({
      ...request,
      ...(events && {
        events: mapEvents(events, (histogram, time) => convert(histogram, `requests.${i}.events.${time}`)),
      }),
      ...mapTimes(request, (histogram, time) => convert(histogram, `requests.${i}.${time}`)),
      withoutGenerator: mapTimes(request.withoutGenerator, (histogram, time) =>
        convert(histogram, `requests.${i}.withoutGenerator.${time}`),
      ),
    })),
  };
}
