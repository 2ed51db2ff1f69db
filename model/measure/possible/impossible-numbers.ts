import { identityProblems } from '../counters.ts';
import { outcomesOf } from '../outcomes.ts';
import type { PackedHistogram } from '../packed-histogram.ts';
import { mapTimes, type RequestSnapshot, type Snapshot, type Times } from '../snapshot.ts';

/**
 * How the parts of a snapshot agree. Live: histograms may be ahead of the counters. Final: they agree. Partial: a termination message may have
 * no room for the times and for rare outcomes, and that of a trial is the difference of two that are live.
 */
export type SnapshotForm = 'Live' | 'Final' | 'Partial';

/** A million a second for a hundred days. The sums over a thousand runners stay exact. */
const MOST = 2 ** 43;
/** A gigabyte a second for twelve days. */
const MOST_BYTES = 2 ** 50;
const LONGEST_MS = 366 * 24 * 3600_000;
/** A thread measures itself from a little before the load until a little after it. */
const MARGIN_MS = 60_000;
const MOST_CORES = 4096;
/** Live histograms may be ahead by the requests that ended between two reads, even on a machine that stands still for a while. */
const MOST_AHEAD = 1_000_000;

/** The first thing in a runner's measurement that cannot be, as the path of a field and a sentence; undefined when all of it can. */
export function impossibleNumbers(snapshot: Snapshot, form: SnapshotForm): string | undefined {
  for (const problem of problemsIn(snapshot, form)) return problem;
  return undefined;
}

function* problemsIn(snapshot: Snapshot, form: SnapshotForm): Generator<string> {
  const tooLong = impossibleLength(snapshot);
  if (tooLong !== undefined) yield tooLong;
  yield* impossibleCpu(snapshot);
  for (const [i, request] of snapshot.requests.entries()) {
    const path = `requests.${i}`;
    yield* identityProblems(request.counts).map((problem) => `${path}.counts: ${problem}`);
    if (request.counts.generated > MOST) yield `${path}.counts: generated ${request.counts.generated} is too many`;
    if (form !== 'Partial') yield* impossibleHistograms(request, path, form);
    yield* impossibleBytes(request, path);
    yield* impossibleEvents(request, path);
    const own = request.outcomes && outcomesOf(snapshot, request.name);
    if (own !== undefined) yield* impossibleOutcomes(own, [request], `${path}.outcomes`, form);
  }
  yield* impossibleOutcomes(snapshot, snapshot.requests, '', form);
  yield* impossibleConnections(snapshot);
  if (form === 'Partial') return;
  yield* impossiblePauses(snapshot);
  yield* impossibleErrors(snapshot);
  yield* impossiblePeaks(snapshot);
}

/** Whether a measurement is longer than any load, as above. */
export function impossibleLength({ elapsedMs }: Pick<Snapshot, 'elapsedMs'>): string | undefined {
  return elapsedMs > LONGEST_MS ? `elapsedMs: ${elapsedMs} is longer than a load can be` : undefined;
}

function* impossibleCpu({ elapsedMs, cpuMs, throttledMs = 0 }: Snapshot): Generator<string> {
  const mostMs = (elapsedMs + MARGIN_MS) * MOST_CORES;
  if (cpuMs > mostMs) yield `cpuMs: ${cpuMs} is more than ${elapsedMs} ms allow`;
  if (throttledMs > mostMs) yield `throttledMs: ${throttledMs} is more than ${elapsedMs} ms allow`;
}

function* impossiblePauses({ elapsedMs, gc }: Snapshot): Generator<string> {
  if (gc === undefined) return;
  if (gc.totalMs > elapsedMs + MARGIN_MS) yield `gc.totalMs: ${gc.totalMs} is more than ${elapsedMs} ms allow`;
  // Sums of many pauses are rounded.
  if (gc.maxMs > gc.totalMs + 1) yield `gc.maxMs: ${gc.maxMs} is more than gc.totalMs ${gc.totalMs}`;
}

function* impossibleBytes({ bytes }: RequestSnapshot, path: string): Generator<string> {
  for (const [name, count] of Object.entries(bytes ?? {}))
    if (count > MOST_BYTES) yield `${path}.bytes.${name}: ${count} is too many`;
}

function* impossibleEvents({ events }: RequestSnapshot, path: string): Generator<string> {
  if (events === undefined) return;
  const counts = { received: events.received, first: countOf(events.first), between: countOf(events.between) };
  for (const [name, count] of Object.entries(counts))
    if (count > MOST) yield `${path}.events.${name}: ${count} is too many`;
}

function* impossibleConnections({ connections }: Snapshot): Generator<string> {
  if (connections === undefined) return;
  const { opened, written, ...steps } = connections;
  const counts = { opened, written, dns: countOf(steps.dns), connect: countOf(steps.connect), tls: countOf(steps.tls) };
  for (const [name, count] of Object.entries(counts))
    if (count > MOST) yield `connections.${name}: ${count} is too many`;
}

/**
 * How many of the requests with a time a histogram has at least: one that was not written has no service time, and a runner of an older version
 * does not measure the first byte.
 */
const LEAST: Times<number> = { responseTime: 1, firstByte: 0, serviceTime: 0 };

/** The requests that the histograms contain have a response, or none in time, or were cut off. */
function* impossibleHistograms(request: RequestSnapshot, path: string, form: SnapshotForm): Generator<string> {
  const { done, timeout, aborted } = request.counts;
  const timed = done + timeout + aborted;
  const most = form === 'Final' ? timed : 2 * timed + MOST_AHEAD;
  const sizes = (times: Times<PackedHistogram>, at: string) =>
    Object.values(
      mapTimes(times, (histogram, time) => ({ at: `${at}.${time}`, count: countOf(histogram), least: LEAST[time] })),
    );
  for (const { at, count, least } of [
    ...sizes(request, path),
    ...sizes(request.withoutGenerator, `${path}.withoutGenerator`),
  ])
    if (count < least * timed || count > most)
      yield `${at}: ${count} samples are not those of ${timed} requests with a time`;
}

type Outcomes = NonNullable<ReturnType<typeof outcomesOf>>;

function* impossibleOutcomes(
  { responses, errors }: Outcomes,
  requests: readonly RequestSnapshot[],
  path: string,
  form: SnapshotForm,
): Generator<string> {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  const counted = (of: (counts: RequestSnapshot['counts']) => number) =>
    requests.reduce((total, { counts }) => total + of(counts), 0);
  const lists = [
    [
      at('responses'),
      responses.map(({ code }) => code.replace(/^0+(?=.)/, '')),
      responses,
      counted((c) => c.done),
      'done',
    ],
    [at('errors'), errors.map(({ kind }) => kind), errors, counted((c) => c.timeout + c.failed), 'timeout and failed'],
  ] as const;
  for (const [field, keys, entries, whole, name] of lists) {
    const seen = new Set<string>();
    const twice = keys.find((key) => seen.size === seen.add(key).size);
    if (twice !== undefined) yield `${field}: has ${twice} twice`;
    const sum = entries.reduce((total, { count }) => total + count, 0);
    if (sum > whole || (sum < whole && form !== 'Partial')) yield `${field}: ${sum} are not the ${whole} of ${name}`;
  }
}

function* impossibleErrors({ errors, elapsedMs }: Snapshot): Generator<string> {
  for (const [i, { firstMs = 0, lastMs = firstMs }] of errors.entries())
    if (firstMs < 0 || lastMs < firstMs || lastMs > elapsedMs + MARGIN_MS)
      yield `errors.${i}: from ${firstMs} to ${lastMs} ms is no part of ${elapsedMs} ms`;
}

function* impossiblePeaks({ inFlightPeaks, requests, elapsedMs }: Snapshot): Generator<string> {
  if (inFlightPeaks === undefined) return;
  const { most, newest, second } = inFlightPeaks;
  const made = requests.reduce((total, { counts }) => total + counts.made, 0);
  if (most > made) yield `inFlightPeaks.most: ${most} is more than made ${made}`;
  if (newest.some((peak) => peak > most)) yield `inFlightPeaks.newest: has more than most ${most}`;
  if (second * 1e3 > elapsedMs + MARGIN_MS) yield `inFlightPeaks.second: ${second} is after ${elapsedMs} ms`;
}

function countOf(histogram: PackedHistogram): number {
  let count = 0;
  histogram.forEach((_, n) => {
    count += n;
  });
  return count;
}
