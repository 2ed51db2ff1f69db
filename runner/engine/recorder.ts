import type { LiveCounts } from '../../api/status/counters.ts';
import { noCounts } from '../../model/measure/counters.ts';
import { bucketFor, Histogram } from '../../model/measure/histogram.ts';
import { NO_PEAKS, withPeak } from '../../model/measure/in-flight-peaks.ts';
import { mergeResponses, type Outcomes } from '../../model/measure/outcomes.ts';
import { PackedHistogram, subtractPacked } from '../../model/measure/packed-histogram.ts';
import { mapTimes, type Snapshot, type SnapshotOf, type Times } from '../../model/measure/snapshot.ts';
import { mapConnections } from '../../model/measure/transfer/connections.ts';
import { type EventsOf, mapEvents } from '../../model/measure/transfer/events.ts';
import type { Mismatch } from '../response/mismatch.ts';
import { type ExampleResponse, UnexpectedExamples } from '../response/unexpected-examples.ts';
import { ByteTally } from '../transport/byte-tally.ts';
import type { DialFigures } from '../transport/connect/dial-figures.ts';
import type { Failure } from '../transport/error-kind.ts';
import { type EndedTimes, UNWRITTEN } from './delay/request-times.ts';

/** The health of the generator, since the load began. */
export type Health = Pick<Snapshot, 'cpuMs' | 'eventLoopUtilization' | 'throttledMs' | 'gc'>;

/**
 * A snapshot with the live histograms, in memory that threads share: encoding one takes a third of a millisecond, which would delay arrivals.
 * A histogram may be ahead of the counters; at the end of the load they agree.
 */
export type LiveSnapshot = SnapshotOf<Float64Array>;

type RequestRecorder = Times<Histogram> & {
  counts: LiveCounts;
  withoutGenerator: Times<Histogram>;
  bytes: ByteTally;
  /** Undefined before the first event. */
  events: EventsOf<Histogram> | undefined;
  /** Responses by status. */
  statuses: Float64Array;
  errors: Map<string, number>;
  /** What the trials before the newest one have counted. */
  before: { made: number; responseTime: PackedHistogram | undefined };
};

/**
 * The end of the load, or of the trial under way. `allowsUsual`: whether a response that comes after it still counts for the rate, provided that
 * it took no longer than is usual. A load that asks for a rate has its last requests in flight then, which are no shortfall.
 */
export type LoadEnd = { atUs: number; allowsUsual: boolean };

/** Responses beyond this multiple of the 99th percentile are no measure of what is usual. */
const MOST_PERCENTILES = 2;

/**
 * The longest time that is usual for a request, by the end of the load: that of the slowest response, unless a few were far slower than the
 * others. All times for a request that was not made yet, and none for one that had no response yet.
 */
function usualUs({ counts, responseTime, before }: RequestRecorder, { allowsUsual }: LoadEnd): number {
  if (!allowsUsual) return Number.NEGATIVE_INFINITY;
  if (counts.made === before.made) return Number.POSITIVE_INFINITY;
  const times =
    before.responseTime === undefined
      ? responseTime
      : subtractPacked(PackedHistogram.of(responseTime), before.responseTime);
  const { max } = times;
  const p99 = times.valueAtPercentile(99);
  if (max === undefined || p99 === undefined) return Number.NEGATIVE_INFINITY;
  return Math.min(max, MOST_PERCENTILES * p99);
}

/**
 * Counts everything in one engine. `request` is the index of a request in the spec; times are microseconds. A timeout and a request that the
 * end cuts off are recorded in the histograms with the time waited: without it, a target would seem faster the more it hangs. A failure is
 * not: a refused connection takes microseconds and would also make the target seem faster.
 */
export class Recorder {
  readonly #names: readonly string[];
  readonly #requests: RequestRecorder[];
  readonly #errors = new Map<string, { count: number; example: string; firstMs: number; lastMs: number }>();
  readonly #nowUs: () => number;
  readonly #codeOf: (status: number) => string;
  #end: LoadEnd;
  /** By request, the time that a response after the end may have taken; undefined before the end. */
  #usualUs: readonly number[] | undefined;
  readonly #pacingLag = Histogram.shared();
  #redirects = 0;
  #written = 0;
  #messages = 0;
  #inFlight = 0;
  /** The most in flight since the newest snapshot. */
  #mostInFlight = 0;
  #peaks = NO_PEAKS;

  readonly examples: UnexpectedExamples;

  /** `nowUs`: microseconds since the load began. `codeOf`: the protocol's code of a status. */
  constructor(
    names: readonly string[],
    nowUs: () => number,
    end: LoadEnd,
    codeOf: (status: number) => string,
    examples = new UnexpectedExamples(),
  ) {
    this.#names = names;
    this.#nowUs = nowUs;
    this.#end = end;
    this.#codeOf = codeOf;
    this.examples = examples;
    this.#requests = names.map(() => ({
      counts: noCounts(),
      ...sharedTimes(),
      withoutGenerator: sharedTimes(),
      bytes: new ByteTally(),
      events: undefined,
      statuses: new Float64Array(1000),
      errors: new Map(),
      before: { made: 0, responseTime: undefined },
    }));
  }

  /** A trial begins, whose arrivals are due until `endUs`. No request of another one is in flight. */
  trialBegins(endUs: number): void {
    this.trialEnds(endUs);
    this.#usualUs = undefined;
    for (const request of this.#requests)
      request.before = { made: request.counts.made, responseTime: PackedHistogram.of(request.responseTime) };
  }

  /** The arrivals of the trial under way end at `endUs`. */
  trialEnds(endUs: number): void {
    this.#end = { ...this.#end, atUs: endUs };
  }

  /** Counts an unexpected response, and keeps some as examples. */
  example(request: number, response: ExampleResponse, reason?: Mismatch): void {
    this.examples.add(this.#names[request]!, response, reason);
  }

  /** `byGenerator`: the generator's own delay is the cause. */
  dropped(request: number, byGenerator: boolean): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.dropped++;
    if (byGenerator) counts.droppedByGenerator++;
  }

  made(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.made++;
    counts.inFlight++;
    this.#begins();
  }

  /** An arrival starts to wait for a connection. */
  pending(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.pending++;
  }

  /** A waiting arrival is sent. */
  waitingSent(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.pending--;
    counts.made++;
    counts.inFlight++;
    this.#begins();
  }

  /** A waiting arrival is dropped. */
  waitingDropped(request: number, byGenerator: boolean): void {
    const { counts } = this.#requests[request]!;
    counts.pending--;
    counts.dropped++;
    if (byGenerator) counts.droppedByGenerator++;
  }

  /** Where the connections of a request count its bytes. */
  bytesOf(request: number): ByteTally {
    return this.#requests[request]!.bytes;
  }

  /** The first event of a stream has arrived. */
  firstEvent(request: number, tookUs: number): void {
    const events = this.#eventsOf(request);
    events.received++;
    events.first.record(tookUs);
  }

  /** `count` further events have arrived together, `sinceUs` after the one before; none of them lies between the others. */
  nextEvents(request: number, count: number, sinceUs: number): void {
    const events = this.#eventsOf(request);
    events.received += count;
    for (let i = 0; i < count; i++) events.between.record(i === 0 ? sinceUs : 0);
  }

  #eventsOf(request: number): EventsOf<Histogram> {
    const recorder = this.#requests[request]!;
    recorder.events ??= { received: 0, first: Histogram.shared(), between: Histogram.shared() };
    return recorder.events;
  }

  /** A request is handed to an open connection, or the next one after a redirect. */
  written(): void {
    this.#written++;
  }

  /** A request follows a redirect. */
  redirect(): void {
    this.#redirects++;
  }

  /** A stream has ended with so many messages. */
  streamed(messages: number): void {
    this.#messages += messages;
  }

  paced(lagUs: number): void {
    this.#pacingLag.record(lagUs);
  }

  /** A response has arrived that is judged later. Its request stays in flight in the counts, but not in the peaks. */
  received(): void {
    this.#inFlight--;
  }

  /** A response that {@link received} counted is about to be counted in full. */
  judged(): void {
    this.#inFlight++;
  }

  /** `wasLate`: whether an earlier response of the iteration was late. Returns whether this one is. */
  done(request: number, status: number, expected: boolean, times: EndedTimes, wasLate: boolean): boolean {
    const recorder = this.#requests[request]!;
    const { counts } = recorder;
    this.#inFlight--;
    counts.inFlight--;
    counts.done++;
    if (!expected) counts.unexpected++;
    recorder.statuses[status] = recorder.statuses[status]! + 1;
    this.#record(recorder, times);
    const { endedUs, intendedUs } = times;
    if (endedUs < this.#end.atUs) return false;
    if (!wasLate && endedUs <= intendedUs + this.#usualUs![request]!) return false;
    counts.late++;
    if (this.#isLateByGenerator(request, times)) counts.lateByGenerator++;
    return true;
  }

  /** Whether a request that has ended after the load would have ended in time without the generator's own part. */
  #isLateByGenerator(request: number, { endedUs, intendedUs, ownUs }: EndedTimes): boolean {
    const withoutUs = endedUs - ownUs;
    return withoutUs < this.#end.atUs || withoutUs <= intendedUs + this.#usualUs![request]!;
  }

  timeout(request: number, failure: Failure, times: EndedTimes): void {
    const recorder = this.#requests[request]!;
    this.#inFlight--;
    recorder.counts.inFlight--;
    recorder.counts.timeout++;
    this.#record(recorder, times);
    this.#error(recorder, failure);
  }

  failed(request: number, failure: Failure): void {
    const recorder = this.#requests[request]!;
    this.#inFlight--;
    recorder.counts.inFlight--;
    recorder.counts.failed++;
    this.#error(recorder, failure);
  }

  /** The end cuts off a request, whose time would have been longer than the time that it waited. */
  aborted(request: number, times: EndedTimes): void {
    const recorder = this.#requests[request]!;
    this.#inFlight--;
    recorder.counts.inFlight--;
    recorder.counts.aborted++;
    this.#record(recorder, times);
    if (times.endedUs >= this.#end.atUs && this.#isLateByGenerator(request, times))
      recorder.counts.abortedByGenerator++;
  }

  /** The load or its trial sends nothing more, so that what is usual is known. */
  allSent(): void {
    this.#usualUs ??= this.#requests.map((request) => usualUs(request, this.#end));
  }

  /** Overdue arrivals may still be sent when the first requests end after the load. */
  #record(recorder: RequestRecorder, times: EndedTimes): void {
    if (times.endedUs >= this.#end.atUs) this.allSent();
    record(recorder, times);
  }

  #begins(): void {
    if (++this.#inFlight > this.#mostInFlight) this.#mostInFlight = this.#inFlight;
  }

  /** `dials`: the connections of the engine's transport. A snapshot ends the time of the peak before it: the engine's worker takes one each second. */
  snapshot(elapsedMs: number, health: Health, dials?: DialFigures): LiveSnapshot {
    this.#peaks = withPeak(this.#peaks, elapsedMs, this.#mostInFlight);
    this.#mostInFlight = this.#inFlight;
    const unexpected = this.examples.list();
    const outcomes = this.#requests.map((request) => this.#outcomesOf(request));
    return {
      elapsedMs,
      requests: this.#requests.map(({ counts, withoutGenerator, bytes, events, ...times }, i) => ({
        name: this.#names[i]!,
        counts: { ...counts },
        ...mapTimes(times, countsOf),
        withoutGenerator: mapTimes(withoutGenerator, countsOf),
        ...(bytes.sent > 0 && { bytes: { sent: bytes.sent, received: bytes.received + 0 } }),
        ...(events && { events: mapEvents(events, countsOf) }),
        ...(outcomes.length > 1 && { outcomes: outcomes[i]! }),
      })),
      responses: mergeResponses(outcomes),
      errors: [...this.#errors].map(([kind, error]) => ({ kind, ...error })),
      ...(unexpected.length > 0 && { unexpected }),
      inFlightPeaks: this.#peaks,
      ...(this.#redirects > 0 && { redirects: this.#redirects }),
      ...(dials && { connections: mapConnections({ ...dials, written: this.#written }, countsOf) }),
      ...(this.#messages > 0 && { messages: this.#messages }),
      pacingLag: this.#pacingLag.counts,
      ...health,
    };
  }

  #error({ errors }: RequestRecorder, { kind, example }: Failure): void {
    errors.set(kind, (errors.get(kind) ?? 0) + 1);
    const known = this.#errors.get(kind);
    const nowMs = Math.round(this.#nowUs()) / 1e3;
    if (known === undefined) {
      // A target can choose the text of an error: the name in a Location, in a certificate, or what a proxy responds.
      this.#errors.set(kind, { count: 1, example: this.examples.shown(example), firstMs: nowMs, lastMs: nowMs });
    } else {
      known.count++;
      known.lastMs = nowMs;
    }
  }

  #outcomesOf({ statuses, errors }: RequestRecorder): Outcomes {
    const responses: Outcomes['responses'] = [];
    for (let status = 0; status < statuses.length; status++) {
      const count = statuses[status]!;
      if (count > 0) responses.push({ code: this.#codeOf(status), count });
    }
    return { responses, errors: [...errors].map(([kind, count]) => ({ kind, count })) };
  }
}

function sharedTimes(): Times<Histogram> {
  return { responseTime: Histogram.shared(), firstByte: Histogram.shared(), serviceTime: Histogram.shared() };
}

function countsOf({ counts }: Histogram): Float64Array {
  return counts;
}

/**
 * Records a request that has ended. One that was not written has no service time. Most responses come in one read: then the time until the first
 * byte is the whole, whose bucket is known.
 */
function record(recorder: RequestRecorder, times: EndedTimes): void {
  const { responseTime, firstByte, serviceTime, withoutGenerator } = recorder;
  const { intendedUs, writtenUs, firstByteUs, endedUs } = times;
  const isWhole = firstByteUs === endedUs;
  const whole = bucketFor(endedUs - intendedUs);
  const wholeWithoutOwn = bucketFor(endedUs - intendedUs - times.ownUs);
  responseTime.recordIn(whole);
  withoutGenerator.responseTime.recordIn(wholeWithoutOwn);
  firstByte.recordIn(isWhole ? whole : bucketFor(firstByteUs - intendedUs));
  withoutGenerator.firstByte.recordIn(
    isWhole ? wholeWithoutOwn : bucketFor(firstByteUs - intendedUs - times.ownFirstByteUs),
  );
  if (writtenUs === UNWRITTEN) return;
  serviceTime.record(endedUs - writtenUs);
  withoutGenerator.serviceTime.record(endedUs - writtenUs - times.ownServiceUs);
}
