import type { LiveCounts } from '../../api/status/counters.ts';
import type { UnexpectedResponse } from '../../api/status/loadtest-status.ts';
import type { Outcomes } from './outcomes.ts';
import type { PackedHistogram } from './packed-histogram.ts';

/** The errors of one kind, with one example. Termination messages leave the times out. */
export type ErrorsOfKind = {
  kind: string;
  count: number;
  example: string;
  /** When the first and the last came, since the load began. */
  firstMs?: number | undefined;
  lastMs?: number | undefined;
};

/** The requests of one name, with histograms of the form `H`. */
export type RequestSnapshotOf<H> = {
  name: string;
  counts: LiveCounts;
  responseTime: H;
  serviceTime: H;
  /** Undefined for the only request, whose outcomes are those of the snapshot, and where a termination message had no room for them. */
  outcomes?: Outcomes | undefined;
};

/** What one worker, one runner or all runners have measured since the load began, with histograms of the form `H`; all of it cumulative. */
export type SnapshotOf<H> = {
  /** Since the load began. */
  elapsedMs: number;
  /** In the order of the spec. */
  requests: RequestSnapshotOf<H>[];
  /** By code, ascending. */
  responses: Outcomes['responses'];
  errors: ErrorsOfKind[];
  /** Examples of responses that were not as expected. Undefined: none. */
  unexpected?: UnexpectedResponse[] | undefined;
  /** Redirects that were followed. Undefined: none. */
  redirects?: number | undefined;
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

/** The snapshot with its histograms in another form. `convert` also receives the path of the field. */
export function mapHistograms<A, B>(
  snapshot: SnapshotOf<A>,
  convert: (histogram: A, field: string) => B,
): SnapshotOf<B> {
  return {
    ...snapshot,
    pacingLag: convert(snapshot.pacingLag, 'pacingLag'),
    requests: snapshot.requests.map((request, i) => ({
      ...request,
      responseTime: convert(request.responseTime, `requests.${i}.responseTime`),
      serviceTime: convert(request.serviceTime, `requests.${i}.serviceTime`),
    })),
  };
}
