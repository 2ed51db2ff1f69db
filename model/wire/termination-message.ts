import {
  MAX_TERMINATION_MESSAGE_BYTES,
  type TerminationMessage,
  terminationMessageSchema,
} from '../../api/protocol/termination-message.ts';
import { LIVE_COUNTER_NAMES, recordOf } from '../../api/status/counters.ts';
import { zlib } from '../common/zlib.ts';
import { NO_PEAKS } from '../measure/in-flight-peaks.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import { PackedHistogram } from '../measure/packed-histogram.ts';
import { impossibleNumbers } from '../measure/possible/impossible-numbers.ts';
import { mapTimes, type Snapshot } from '../measure/snapshot.ts';
import { coarsen, expand } from './coarse-histogram.ts';
import type { RunnerUpdate } from './runner-update.ts';

/**
 * Text that every message contains, for zlib to refer to: with it, the names of the counters take five bytes. It never changes, because a message
 * refers to it by positions, and a runner of another version writes and reads messages, too. A counter that it lacks takes as many bytes as its name.
 */
const dictionary = Buffer.from(
  '"message":"{"version":4,"counters":["generated","made","done","timeout","failed","dropped","aborted","unexpected","inFlight","pending",' +
    '"late","lateByGenerator","droppedByGenerator","abortedByGenerator"],"phase":"Finished","phase":"Running","startedAtMs":17,"elapsedMs":10000,' +
    '"requests":[{"counts":[0,0,0,0,0],"responseTime":[],"firstByte":[],"serviceTime":[],"withoutGenerator":{"responseTime":[],"firstByte":[],' +
    '"serviceTime":[]}}],"responses":[[200,"errors":[],"pacingLag":[],"cpuMs":100,"eventLoopUtilization":0.',
);

/** No message of a runner is longer once it is inflated. */
const MAX_JSON_BYTES = 256 * 1024;

/**
 * Each level gives up more to fit: the outcomes of each request, the resolution of times (7 bits: a bucket is 0.8% of its values, two
 * significant digits), the examples of errors, rare responses and errors, and finally the times.
 */
type Level = { outcomes?: true; bits: number | undefined; example: number; kinds: number };
const LEVELS: readonly Level[] = [
  { outcomes: true, bits: 7, example: 200, kinds: 1000 },
  { bits: 7, example: 200, kinds: 1000 },
  { bits: 6, example: 80, kinds: 100 },
  { bits: 5, example: 40, kinds: 50 },
  { bits: 4, example: 0, kinds: 20 },
  { bits: 3, example: 0, kinds: 10 },
  { bits: 2, example: 0, kinds: 10 },
  { bits: 1, example: 0, kinds: 5 },
  { bits: undefined, example: 0, kinds: 0 },
];

/**
 * The update of a runner under load in at most `limit` bytes of ASCII, at the finest level that fits. Counts are exact. Undefined without a
 * snapshot, or when not even the counts fit.
 */
export function encodeTerminationMessage(
  report: RunnerUpdate,
  limit = MAX_TERMINATION_MESSAGE_BYTES,
): string | undefined {
  for (const level of LEVELS) {
    const words = compact(report, level);
    if (words === undefined) return undefined;
    const text = zlib().deflateRawSync(JSON.stringify(words), { dictionary }).toString('base64');
    if (text.length <= limit) return text;
  }
  return undefined;
}

/**
 * The update that {@link encodeTerminationMessage} encoded, for a test with requests of these names; undefined for any other text, and for
 * numbers that cannot be. A counter that the message lacks is 0, and one that only another version knows is left out.
 */
export function decodeTerminationMessage(text: string, names: readonly string[]): RunnerUpdate | undefined {
  const words = parse(text);
  if (words?.requests.length !== names.length) return undefined;
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
  return isBroken || impossibleNumbers(update.snapshot!, 'Partial') !== undefined ? undefined : update;
}

function compact(
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

function parse(text: string): TerminationMessage | undefined {
  try {
    const json = zlib().inflateRawSync(Buffer.from(text.trim(), 'base64'), {
      dictionary,
      maxOutputLength: MAX_JSON_BYTES,
    });
    return terminationMessageSchema.safeParse(JSON.parse(json.toString())).data;
  } catch {
    return undefined;
  }
}
