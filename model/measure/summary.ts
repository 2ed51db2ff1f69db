import { msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import { type LiveCounts, recordOf } from '../../api/status/counters.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import { type TransportName, transportOf } from '../request/transport.ts';
import { type AddressUses, mergeAddresses } from './connections/addresses.ts';
import { addCounts, errorShare, noCounts } from './counters.ts';
import { type Histogram, mergeHistograms } from './histogram.ts';
import { mergePeaks } from './in-flight-peaks.ts';
import { addMessages, mergeErrors, mergeRedirects, mergeUnexpected } from './merge-snapshots.ts';
import { mergeOutcomes, mergeResponses, type Outcomes, outcomesOf } from './outcomes.ts';
import { overdueOf } from './overdue.ts';
import { lostShareOf } from './own-part.ts';
import { mergePacked, type PackedHistogram } from './packed-histogram.ts';
import { type Iterations, iterationsOf, iterationTimeUs } from './rate/iterations.ts';
import { type Rate, rateOf } from './rate/rate.ts';
import { type ErrorsOfKind, peaksOf, type Snapshot, TIME_NAMES, type Times } from './snapshot.ts';
import { type LinkedTrace, linkedTraces, mergeTraces } from './traces/kept-traces.ts';
import { addBytes, type Bytes } from './transfer/bytes.ts';
import { type ConnectionsOf, mergeConnections } from './transfer/connections.ts';
import { type EventsOf, mergeEvents } from './transfer/events.ts';

/** The measurement of the requests of one name. Histograms are of microseconds. */
export type RequestSummary = Times<Histogram> & {
  name: string;
  counts: LiveCounts;
  /** The same requests, each with its time less the generator's own part. */
  withoutGenerator: Times<Histogram>;
  /** Requests, at least, that the end cut off after a longer wait than a threshold allows. */
  overdue: number;
  /** Undefined where no transport counted any. */
  bytes?: Bytes | undefined;
  /** Of streams that the target sent. */
  messages: number;
  /** Undefined without events. */
  events?: EventsOf<Histogram> | undefined;
  /** Undefined when the termination message of a lost runner had no room for the outcomes of this name. */
  outcomes: Outcomes | undefined;
};

/** The measurement of all runners together so far. */
export type Summary = Times<Histogram> &
  AddressUses & {
    counts: LiveCounts;
    requests: RequestSummary[];
    /** By code, ascending. */
    responses: Outcomes['responses'];
    /** Errors by kind, most frequent first, each with one example. */
    errors: ErrorsOfKind[];
    /** Different responses that were not as expected. */
    unexpected: UnexpectedResponse[];
    /** The most requests in flight at once, the sum over threads and runners: an upper bound. Undefined when no runner reported it. */
    maxInFlight?: number | undefined;
    /** Redirects that were followed: the target has sent as many more responses than there were requests. */
    redirects: number;
    /** Undefined where no transport counted any. */
    bytes?: Bytes | undefined;
    /** Undefined where nobody counted them. */
    connections?: ConnectionsOf<Histogram> | undefined;
    messages: number;
    /** The same requests, each with its time less the generator's own part. */
    withoutGenerator: Times<Histogram>;
    /** Sampled traces that are worth reading. Undefined without tracing. */
    traces?: LinkedTrace[];
    pacingLag: Histogram;
    /** Since the load began, of the most advanced runner. */
    elapsedMs: number;
    iterations: Iterations;
    rate: Rate;
    /** By how much the load would have been more without the generator's own part; see lostShareOf. */
    lostShare: number;
    /** Of what has ended, 0 to 1; undefined when nothing has. */
    errorShare: number | undefined;
    transport: TransportName;
    /** Cores in use, the mean of the runners: 0.41 is 41% of one core. */
    cpu: number;
    /** Of the busiest runner, 0 to 1. */
    eventLoopUtilization: number;
    /** The number of runners that measured this. */
    runners: number;
    /** The share of time for which the CPU limit stopped the most affected runner; undefined when none has a limit. */
    throttled: number | undefined;
    /** Garbage collection: the longest pause, and the share of time of the thread that it paused for longest. */
    gc: { maxUs: number; share: number } | undefined;
  };

/**
 * Merges the newest snapshot of every runner. Histograms are added bucket for bucket: percentiles are never averaged. Snapshots of an interval
 * that does not begin with the load come with `fromMs`, its beginning.
 */
export function summarise(spec: LoadTestSpec, snapshots: readonly Snapshot[], fromMs = 0): Summary {
  const requests = spec.requests.map(({ name }) => mergeRequest(spec, name, snapshots));
  const counts = requests.map((r) => r.counts).reduce(addCounts, noCounts());
  const elapsedMs = Math.max(0, ...snapshots.map((s) => s.elapsedMs));
  const iterations = iterationsOf(spec, { counts, requests });
  const period = { fromUs: msToUs(fromMs), toUs: msToUs(fromMs + elapsedMs) };
  const times = timesOf(requests, mergeHistograms);
  const withoutGenerator = timesOf(
    requests.map((r) => r.withoutGenerator),
    mergeHistograms,
  );
  const eventLoopUtilization = Math.max(0, ...snapshots.map((s) => s.eventLoopUtilization));
  const throttled = greatest(snapshots, (s) => s.throttledMs && shareOfTime(s.throttledMs, s));
  const pacingLag = mergePacked(snapshots.map((s) => s.pacingLag));
  return {
    counts,
    requests,
    responses: mergeResponses(snapshots),
    errors: mergeErrors(snapshots),
    unexpected: mergeUnexpected(snapshots),
    maxInFlight: mergePeaks(snapshots.map(peaksOf))?.most,
    redirects: mergeRedirects(snapshots),
    messages: addMessages(requests),
    ...mergeAddresses(snapshots),
    ...tracesOf(spec, snapshots),
    bytes: addBytes(requests.map((r) => r.bytes)),
    connections: mergeConnections(snapshots.map((s) => s.connections)),
    ...times,
    withoutGenerator,
    pacingLag,
    elapsedMs,
    iterations,
    rate: rateOf(spec, period, iterations, {
      meanUs: iterationTimeUs(spec, requests),
      responseTime: { measured: times.responseTime, withoutGenerator: withoutGenerator.responseTime },
      withoutResponse: counts.timeout + counts.aborted,
    }),
    lostShare: lostShareOf(spec, { ...times, withoutGenerator, pacingLag, eventLoopUtilization, throttled }, period),
    errorShare: errorShare(counts),
    transport: transportOf(spec.target),
    cpu: mean(snapshots.filter((s) => s.elapsedMs > 0).map((s) => s.cpuMs / s.elapsedMs)),
    eventLoopUtilization,
    runners: snapshots.length,
    throttled,
    gc: pausesOf(snapshots),
  };
}

function tracesOf({ target }: LoadTestSpec, snapshots: readonly Snapshot[]): Pick<Summary, 'traces'> {
  const { traces } = mergeTraces(snapshots);
  return traces === undefined ? {} : { traces: linkedTraces(traces, target.tracing?.link) };
}

function pausesOf(snapshots: readonly Snapshot[]): Summary['gc'] {
  const maxMs = greatest(snapshots, (s) => s.gc?.maxMs);
  const share = greatest(snapshots, (s) => s.gc && shareOfTime(s.gc.totalMs, s));
  return maxMs === undefined || share === undefined ? undefined : { maxUs: Math.round(msToUs(maxMs)), share };
}

function greatest(snapshots: readonly Snapshot[], of: (s: Snapshot) => number | undefined): number | undefined {
  const known = snapshots.flatMap((s) => of(s) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function shareOfTime(ms: number, { elapsedMs }: Snapshot): number {
  return elapsedMs === 0 ? 0 : Math.min(1, ms / elapsedMs);
}

function mergeRequest(spec: LoadTestSpec, name: string, snapshots: readonly Snapshot[]): RequestSummary {
  const parts = snapshots.flatMap((s) => s.requests.filter((r) => r.name === name));
  const counts = parts.map((p) => p.counts).reduce(addCounts, noCounts());
  const withoutGenerator = timesOf(
    parts.map((p) => p.withoutGenerator),
    mergePacked,
  );
  return {
    name,
    counts,
    ...timesOf(parts, mergePacked),
    withoutGenerator,
    overdue: overdueOf(thresholdsOf(spec), { name, counts, withoutGenerator }),
    bytes: addBytes(parts.map((p) => p.bytes)),
    messages: addMessages(parts),
    events: mergeEvents(parts.map((p) => p.events)),
    outcomes: mergeOutcomes(snapshots.map((s) => outcomesOf(s, name))),
  };
}

/** The times of all `parts`, merged by `merge`. */
function timesOf<H extends Histogram | PackedHistogram>(
  parts: readonly Times<H>[],
  merge: (histograms: readonly H[]) => Histogram,
): Times<Histogram> {
  return recordOf(TIME_NAMES, (time) => merge(parts.map((p) => p[time])));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;
}
