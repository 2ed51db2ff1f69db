import type { TerminationMessage } from '../../api/protocol/termination-message.ts';
import { LIVE_COUNTER_NAMES, recordOf } from '../../api/status/counters.ts';
import { NO_PEAKS } from '../measure/in-flight-peaks.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import { PackedHistogram } from '../measure/packed-histogram.ts';
import { mapTimes, type Snapshot } from '../measure/snapshot.ts';
import { coarsen, expand } from './coarse-histogram.ts';
import type { RunnerUpdate } from './runner-update.ts';

/**
 * How much a message gives up to fit: the outcomes of each request, the resolution of times (7 bits: a bucket is 0.8% of its values, two
 * significant digits; undefined: no times), the length of texts of errors, and how many kinds of responses and errors it names.
 */
export type Level = { outcomes?: true; bits: number | undefined; example: number; kinds: number };

/** An update at a level, in the form of a termination message; undefined without a snapshot. Counts are exact. */
export function compactUpdate(
  report: RunnerUpdate,
  { outcomes: withOutcomes, bits, example, kinds }: Level,
): TerminationMessage | undefined {
  const { phase, message, startedAtMs, snapshot } = report;
  if (snapshot === undefined) return undefined;
  const { throttledMs, gc } = snapshot;
  const coarse = (histogram: PackedHistogram) => coarsen(histogram, bits);
  const most = <T extends { count: number }>(items: readonly T[]) =>
    items.toSorted((a, b) => b.count - a.count).slice(0, kinds);
  return {
    version: 4,
    counters: [...LIVE_COUNTER_NAMES],
    phase,
    ...(message === undefined ? {} : { message: message.slice(0, example) }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    elapsedMs: Math.round(snapshot.elapsedMs),
    requests: snapshot.requests.map(({ counts, withoutGenerator, outcomes, bytes, messages, events: _, ...times }) => ({
      counts: LIVE_COUNTER_NAMES.map((name) => counts[name]),
      ...mapTimes(times, coarse),
      withoutGenerator: mapTimes(withoutGenerator, coarse),
      ...(bytes && { bytes: [bytes.sent, bytes.received] }),
      ...(messages === undefined ? {} : { messages }),
      ...(withOutcomes &&
        outcomes && {
          outcomes: [compactResponses(outcomes.responses), outcomes.errors.map(({ kind, count }) => [kind, count])],
        }),
    })),
    responses: compactResponses(most(snapshot.responses)),
    errors: most(snapshot.errors).map((e) => [e.kind, e.count, e.example.slice(0, example)]),
    ...(snapshot.inFlightPeaks && { mostInFlight: snapshot.inFlightPeaks.most }),
    ...(snapshot.redirects === undefined ? {} : { redirects: snapshot.redirects }),
    ...(snapshot.connections && { connections: [snapshot.connections.opened, snapshot.connections.written] }),
    pacingLag: coarse(snapshot.pacingLag),
    cpuMs: Math.round(snapshot.cpuMs),
    eventLoopUtilization: Math.round(snapshot.eventLoopUtilization * 1e3) / 1e3,
    ...(throttledMs === undefined ? {} : { throttledMs: Math.round(throttledMs) }),
    ...(gc === undefined ? {} : { gc: [gc.count, Math.round(gc.totalMs), Math.round(gc.maxMs * 10) / 10] }),
  };
}

/**
 * The update that {@link compactUpdate} made, for a test with requests of these names; undefined where the message does not fit them, or one of
 * its histograms cannot be. A counter that the message lacks is 0, and one that only another version knows is left out.
 */
export function expandUpdate(words: TerminationMessage, names: readonly string[]): RunnerUpdate | undefined {
  if (words.requests.length !== names.length) return undefined;
  const { counters } = words;
  if (words.requests.some(({ counts }) => counts.length !== counters.length)) return undefined;
  let isBroken = false;
  const expanded = (pairs: readonly number[]) => {
    const histogram = expand(pairs);
    isBroken ||= histogram === undefined;
    return histogram ?? PackedHistogram.EMPTY;
  };
  const { phase, message, startedAtMs, elapsedMs, cpuMs, eventLoopUtilization, throttledMs, gc, mostInFlight } = words;
  const update: RunnerUpdate = {
    phase,
    ...(message === undefined ? {} : { message }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    snapshot: {
      elapsedMs,
      requests: words.requests.map(({ counts, outcomes, bytes, messages, withoutGenerator, ...times }, i) => ({
        name: names[i]!,
        counts: recordOf(LIVE_COUNTER_NAMES, (name) => counts[counters.indexOf(name)] ?? 0),
        ...mapTimes(times, expanded),
        withoutGenerator: mapTimes(withoutGenerator, expanded),
        ...(bytes && { bytes: { sent: bytes[0], received: bytes[1] } }),
        ...(messages === undefined ? {} : { messages }),
        ...(outcomes && {
          outcomes: {
            responses: expandResponses(outcomes[0]),
            errors: outcomes[1].map(([kind, count]) => ({ kind, count })),
          },
        }),
      })),
      responses: expandResponses(words.responses),
      errors: words.errors.map(([kind, count, example]) => ({ kind, count, example })),
      ...(mostInFlight === undefined ? {} : { inFlightPeaks: { ...NO_PEAKS, most: mostInFlight } }),
      ...(words.redirects === undefined ? {} : { redirects: words.redirects }),
      ...(words.connections && { connections: connectionsOf(words.connections) }),
      pacingLag: expanded(words.pacingLag),
      cpuMs,
      eventLoopUtilization,
      ...(throttledMs === undefined ? {} : { throttledMs }),
      ...(gc === undefined ? {} : { gc: { count: gc[0], totalMs: gc[1], maxMs: gc[2] } }),
    },
  };
  return isBroken ? undefined : update;
}

/** A message has no room for the times of their steps. */
function connectionsOf([opened, written]: readonly [number, number]): Snapshot['connections'] {
  const { EMPTY } = PackedHistogram;
  return { opened, written, dns: EMPTY, connect: EMPTY, tls: EMPTY };
}

/** A message has codes as numbers, which all of HTTP's are. */
function compactResponses(responses: Outcomes['responses']): TerminationMessage['responses'] {
  return responses.map(({ code, count }) => [Number(code), count]);
}

function expandResponses(responses: TerminationMessage['responses']): Outcomes['responses'] {
  return responses.map(([code, count]) => ({ code: String(code), count }));
}
