import { MAX_UNEXPECTED } from '../../api/common/sizes.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import { mergeAddresses } from './connections/addresses.ts';
import { addCounts } from './counters.ts';
import { mergePeaks } from './in-flight-peaks.ts';
import { byFrequency, mergeOutcomes, mergeResponses, outcomesOf } from './outcomes.ts';
import { mergePacked, PackedHistogram } from './packed-histogram.ts';
import { type ErrorsOfKind, mapTimes, peaksOf, type RequestSnapshot, type Snapshot, type Times } from './snapshot.ts';
import { mergeTraces } from './traces/kept-traces.ts';
import { addBytes } from './transfer/bytes.ts';
import { mapConnections, mergeConnections } from './transfer/connections.ts';
import { mapEvents, mergeEvents } from './transfer/events.ts';
import { withCounts, withExample } from './unexpected-examples.ts';

/** Merges snapshots of the same test, so that their requests have the same order. Throws without any. */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const [first] = snapshots;
  if (first === undefined) throw new Error('bug: no snapshot to merge');
  if (snapshots.length === 1) return first;
  return {
    elapsedMs: Math.max(...snapshots.map((s) => s.elapsedMs)),
    requests: first.requests.map(({ name }, i) => ({
      name,
      counts: snapshots.map((s) => s.requests[i]!.counts).reduce(addCounts),
      ...mergeTimes(snapshots.map((s) => s.requests[i]!)),
      withoutGenerator: mergeTimes(snapshots.map((s) => s.requests[i]!.withoutGenerator)),
      ...transfersIn(snapshots.map((s) => s.requests[i]!)),
      ...(first.requests.length > 1 && outcomesIn(snapshots, name)),
    })),
    responses: mergeResponses(snapshots),
    errors: mergeErrors(snapshots),
    unexpected: mergeUnexpected(snapshots),
    ...mergeInFlight(snapshots),
    ...(snapshots.some((s) => s.redirects !== undefined) && { redirects: mergeRedirects(snapshots) }),
    ...mergeAddresses(snapshots),
    ...mergeTraces(snapshots),
    ...connectionsIn(snapshots),
    pacingLag: merged(snapshots.map((s) => s.pacingLag)),
    cpuMs: snapshots.reduce((sum, s) => sum + s.cpuMs, 0),
    eventLoopUtilization: Math.max(...snapshots.map((s) => s.eventLoopUtilization)),
    ...mergeThrottling(snapshots),
    ...mergePauses(snapshots),
  };
}

function transfersIn(parts: readonly RequestSnapshot[]): Pick<RequestSnapshot, 'bytes' | 'messages' | 'events'> {
  const bytes = addBytes(parts.map((p) => p.bytes));
  const events = mergeEvents(parts.map((p) => p.events));
  const messages = addMessages(parts);
  return {
    ...(bytes && { bytes }),
    ...(messages > 0 && { messages }),
    ...(events && { events: mapEvents(events, PackedHistogram.of) }),
  };
}

function connectionsIn(snapshots: readonly Snapshot[]): Pick<Snapshot, 'connections'> {
  const sum = mergeConnections(snapshots.map((s) => s.connections));
  return sum === undefined ? {} : { connections: mapConnections(sum, PackedHistogram.of) };
}

function outcomesIn(snapshots: readonly Snapshot[], name: string): Pick<RequestSnapshot, 'outcomes'> {
  const outcomes = mergeOutcomes(snapshots.map((s) => outcomesOf(s, name)));
  return outcomes === undefined ? {} : { outcomes };
}

function mergeInFlight(snapshots: readonly Snapshot[]): Pick<Snapshot, 'inFlightPeaks'> {
  const inFlightPeaks = mergePeaks(snapshots.map(peaksOf));
  return inFlightPeaks === undefined ? {} : { inFlightPeaks };
}

/** The longest time: a CPU limit throttles all threads of a runner together, and the most affected runner counts. */
function mergeThrottling(snapshots: readonly Snapshot[]): Pick<Snapshot, 'throttledMs'> {
  const known = snapshots.flatMap((s) => s.throttledMs ?? []);
  return known.length === 0 ? {} : { throttledMs: Math.max(...known) };
}

/** The number of all collections, with the times of the thread that was stopped for longest. */
function mergePauses(snapshots: readonly Snapshot[]): Pick<Snapshot, 'gc'> {
  const known = snapshots.flatMap((s) => s.gc ?? []);
  if (known.length === 0) return {};
  return {
    gc: {
      count: known.reduce((sum, gc) => sum + gc.count, 0),
      totalMs: Math.max(...known.map((gc) => gc.totalMs)),
      maxMs: Math.max(...known.map((gc) => gc.maxMs)),
    },
  };
}

/** The number of redirects that were followed. */
export function mergeRedirects(snapshots: readonly Snapshot[]): number {
  return snapshots.reduce((sum, s) => sum + (s.redirects ?? 0), 0);
}

/** The messages of streams. */
export function addMessages(requests: readonly Pick<RequestSnapshot, 'messages'>[]): number {
  return requests.reduce((sum, { messages = 0 }) => sum + messages, 0);
}

/** Errors by kind, most frequent first. */
export function mergeErrors(snapshots: readonly Snapshot[]): ErrorsOfKind[] {
  const byKind = new Map<string, ErrorsOfKind>();
  for (const error of snapshots.flatMap((s) => s.errors)) {
    const known = byKind.get(error.kind);
    if (known === undefined) byKind.set(error.kind, { ...error });
    else {
      known.count += error.count;
      if (error.firstMs !== undefined) known.firstMs = Math.min(known.firstMs ?? error.firstMs, error.firstMs);
      if (error.lastMs !== undefined) known.lastMs = Math.max(known.lastMs ?? error.lastMs, error.lastMs);
    }
  }
  return [...byKind.values()].sort(byFrequency);
}

/** Different examples, taken from the snapshots in turn so that each contributes some, with the sums of their counts. */
export function mergeUnexpected(snapshots: readonly Pick<Snapshot, 'unexpected'>[]): UnexpectedResponse[] {
  const lists = snapshots.map((s) => s.unexpected ?? []);
  const inTurns = Array.from({ length: MAX_UNEXPECTED }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
  return withCounts(inTurns.reduce(withExample, [] as readonly UnexpectedResponse[]), lists);
}

function mergeTimes(parts: readonly Times<PackedHistogram>[]): Times<PackedHistogram> {
  return mapTimes(parts[0]!, (_, time) => merged(parts.map((p) => p[time])));
}

function merged(histograms: readonly PackedHistogram[]): PackedHistogram {
  return PackedHistogram.of(mergePacked(histograms));
}
