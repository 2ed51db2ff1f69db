import { msToUs, usToSeconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LiveCounts } from '../../api/status/counters.ts';
import type { UnexpectedResponse } from '../../api/status/loadtest-status.ts';
import { loadModelOf } from '../load/load-models.ts';
import { isSequential } from '../request/request-order.ts';
import { type TransportName, transportOf } from '../request/transport.ts';
import { addCounts, errorShare, noCounts } from './counters.ts';
import { type Histogram, mergeHistograms } from './histogram.ts';
import { mergeErrors, mergeRedirects, mergeUnexpected } from './merge-snapshots.ts';
import { mergeOutcomes, mergeResponses, type Outcomes, outcomesOf } from './outcomes.ts';
import { mergePacked } from './packed-histogram.ts';
import type { ErrorsOfKind, Snapshot } from './snapshot.ts';

/** What one kind of request measured. Times are microseconds. */
export type RequestSummary = {
  name: string;
  counts: LiveCounts;
  responseTime: Histogram;
  serviceTime: Histogram;
  /** Undefined when a runner that is gone did not say how its requests of this name ended. */
  outcomes: Outcomes | undefined;
};

/** What all runners together have measured so far. */
export type Summary = {
  counts: LiveCounts;
  requests: RequestSummary[];
  /** By code, ascending. */
  responses: Outcomes['responses'];
  /** Errors by kind, most frequent first, each with one example. */
  errors: ErrorsOfKind[];
  /** The first distinct answers that were not as expected. */
  unexpected: UnexpectedResponse[];
  /** Redirects that were followed: the target has answered so many requests more than were made. */
  redirects: number;
  responseTime: Histogram;
  serviceTime: Histogram;
  pacingLag: Histogram;
  /** Since the load began, of the runner that is furthest. */
  elapsedMs: number;
  /**
   * Responses a second while load was made, or journeys that were made to their end; `target` is what an open schedule has asked for
   * on average by then, `seconds` how long that was.
   */
  rate: { target?: number; achieved: number; seconds: number };
  errorShare: number;
  transport: TransportName;
  /** Cores in use, the mean of the runners: 0.41 is 41% of one core. */
  cpu: number;
  /** Of the busiest runner, 0 to 1. */
  eventLoopUtilization: number;
  /** How many runners measured this. */
  runners: number;
  /** The share of time in which the CPU limit stopped the runner that it stopped for longest; undefined when none has a limit. */
  throttled: number | undefined;
  /** Garbage collection: the longest pause, and the share of time of the thread that it paused for longest. */
  gc: { maxUs: number; share: number } | undefined;
};

/** Merges the newest snapshot of every runner. Histograms are added bucket for bucket: percentiles are never averaged. */
export function summarise(spec: LoadTestSpec, snapshots: readonly Snapshot[]): Summary {
  const requests = spec.requests.map(({ name }) => mergeRequest(name, snapshots));
  const counts = requests.map((r) => r.counts).reduce(addCounts, noCounts());
  const elapsedMs = Math.max(0, ...snapshots.map((s) => s.elapsedMs));
  return {
    counts,
    requests,
    responses: mergeResponses(snapshots),
    errors: mergeErrors(snapshots),
    unexpected: mergeUnexpected(snapshots),
    redirects: mergeRedirects(snapshots),
    responseTime: mergeHistograms(requests.map((r) => r.responseTime)),
    serviceTime: mergeHistograms(requests.map((r) => r.serviceTime)),
    pacingLag: mergePacked(snapshots.map((s) => s.pacingLag)),
    elapsedMs,
    rate: rateOf(spec, turnsInTime(spec, counts, requests), elapsedMs),
    errorShare: errorShare(counts),
    transport: transportOf(spec.target),
    cpu: mean(snapshots.filter((s) => s.elapsedMs > 0).map((s) => s.cpuMs / s.elapsedMs)),
    eventLoopUtilization: Math.max(0, ...snapshots.map((s) => s.eventLoopUtilization)),
    runners: snapshots.length,
    throttled: greatest(snapshots, (s) => s.throttledMs && shareOfTime(s.throttledMs, s)),
    gc: pausesOf(snapshots),
  };
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

function mergeRequest(name: string, snapshots: readonly Snapshot[]): RequestSummary {
  const parts = snapshots.flatMap((s) => s.requests.filter((r) => r.name === name));
  return {
    name,
    counts: parts.map((p) => p.counts).reduce(addCounts, noCounts()),
    responseTime: mergePacked(parts.map((p) => p.responseTime)),
    serviceTime: mergePacked(parts.map((p) => p.serviceTime)),
    outcomes: mergeOutcomes(snapshots.map((s) => outcomesOf(s, name))),
  };
}

/** What a schedule asks for one of an arrival: an answer, or a journey's last. Those that came when the load was over do not count. */
function turnsInTime(spec: LoadTestSpec, counts: LiveCounts, requests: readonly RequestSummary[]): number {
  const { done, late } = isSequential(spec) ? requests.at(-1)!.counts : counts;
  return done - late;
}

/**
 * Answers that came within the time in which load was to be made, over that time: an open schedule's length, a closed load's duration, or
 * as far as it came when it was stopped early. With the answers that come later, a target that falls behind would have reached the rate
 * that it was asked; with the time that the last of them take, one slow answer would halve the rate of all.
 */
function rateOf(spec: LoadTestSpec, inTime: number, elapsedMs: number): Summary['rate'] {
  const load = loadModelOf(spec.load);
  const timeUs = Math.min(msToUs(elapsedMs), load.lengthUs);
  const seconds = usToSeconds(timeUs);
  const achieved = perSecond(inTime, seconds);
  const due = load.arrivalsUntil(timeUs);
  return due === undefined ? { achieved, seconds } : { target: perSecond(due, seconds), achieved, seconds };
}

/** How many a second; none in no time. */
export function perSecond(count: number, seconds: number): number {
  return seconds === 0 ? 0 : count / seconds;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;
}
