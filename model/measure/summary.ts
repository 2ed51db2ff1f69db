import { msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LiveCounts } from '../../api/status/counters.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import { type TransportName, transportOf } from '../request/transport.ts';
import { type AddressUses, mergeAddresses } from './connections/addresses.ts';
import { addCounts, errorShare, noCounts } from './counters.ts';
import { lostShareOf } from './generator/own-part.ts';
import { cpuOf, pausesOf, throttledOf } from './generator/usage.ts';
import { type Histogram, mergeHistograms } from './histogram.ts';
import { mergePeaks } from './in-flight-peaks.ts';
import { addMessages, mergeErrors, mergeRedirects, mergeUnexpected } from './merge-snapshots.ts';
import { mergeResponses, type Outcomes } from './outcomes.ts';
import { mergePacked } from './packed-histogram.ts';
import { type Iterations, iterationsOf, iterationTimeUs } from './rate/iterations.ts';
import { type Rate, rateOf } from './rate/rate.ts';
import { mergeRequest, type RequestSummary, timesOf } from './request-summary.ts';
import { type ErrorsOfKind, peaksOf, type Snapshot, type Times } from './snapshot.ts';
import { type LinkedTrace, linkedTraces, mergeTraces } from './traces/kept-traces.ts';
import { addBytes, type Bytes } from './transfer/bytes.ts';
import { type ConnectionsOf, mergeConnections } from './transfer/connections.ts';

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
  const throttled = throttledOf(snapshots);
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
    cpu: cpuOf(snapshots),
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
