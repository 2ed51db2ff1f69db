import { Histogram } from '../../model/measure/histogram.ts';
import { mergeResponses } from '../../model/measure/outcomes.ts';
import type { Snapshot, SnapshotOf } from '../../model/measure/snapshot.ts';
import { mapConnections } from '../../model/measure/transfer/connections.ts';
import type { Mismatch } from '../response/mismatch.ts';
import { type ExampleResponse, UnexpectedExamples } from '../response/unexpected-examples.ts';
import type { ByteTally } from '../transport/byte-tally.ts';
import type { DialFigures } from '../transport/connect/dial-figures.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { EndedTimes } from './delay/request-times.ts';
import { ErrorRecorder } from './recording/error-recorder.ts';
import { InFlight } from './recording/in-flight.ts';
import { Lateness } from './recording/lateness.ts';
import {
  beginTrial,
  countsOf,
  eventsOf,
  measuredOf,
  newRequestRecorder,
  outcomesOf,
  type RequestRecorder,
  recordTimes,
} from './recording/request-recorder.ts';
import type { LoadEnd } from './recording/usual-time.ts';

/** The health of the generator, since the load began. */
export type Health = Pick<Snapshot, 'cpuMs' | 'eventLoopUtilization' | 'throttledMs' | 'gc'>;

/**
 * A snapshot with the live histograms, in memory that threads share: encoding one takes a third of a millisecond, which would delay arrivals.
 * A histogram may be ahead of the counters; at the end of the load they agree.
 */
export type LiveSnapshot = SnapshotOf<Float64Array>;

/**
 * Counts everything in one engine. `request` is the index of a request in the spec; times are microseconds. A timeout and a request that the
 * end cuts off are recorded in the histograms with the time waited: without it, a target would seem faster the more it hangs. A failure is
 * not: a refused connection takes microseconds and would also make the target seem faster.
 */
export class Recorder {
  readonly #names: readonly string[];
  readonly #requests: RequestRecorder[];
  readonly #errors: ErrorRecorder;
  readonly #codeOf: (status: number) => string;
  readonly #lateness: Lateness;
  readonly #pacingLag = Histogram.shared();
  #redirects = 0;
  #written = 0;
  readonly #inFlight = new InFlight();
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
    this.#errors = new ErrorRecorder(nowUs, (text) => examples.shown(text));
    this.#codeOf = codeOf;
    this.examples = examples;
    this.#requests = names.map(newRequestRecorder);
    this.#lateness = new Lateness(end, this.#requests);
  }

  /** A trial begins, whose arrivals are due until `endUs`. No request of another one is in flight. */
  trialBegins(endUs: number): void {
    this.#lateness.trialBegins(endUs);
    this.#requests.forEach(beginTrial);
  }

  /** The arrivals of the trial under way end at `endUs`. */
  trialEnds(endUs: number): void {
    this.#lateness.trialEnds(endUs);
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
    this.#inFlight.begins();
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
    this.#inFlight.begins();
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
    const events = eventsOf(this.#requests[request]!);
    events.received++;
    events.first.record(tookUs);
  }

  /** `count` further events have arrived together, `sinceUs` after the one before; none of them lies between the others. */
  nextEvents(request: number, count: number, sinceUs: number): void {
    const events = eventsOf(this.#requests[request]!);
    events.received += count;
    for (let i = 0; i < count; i++) events.between.record(i === 0 ? sinceUs : 0);
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
  streamed(request: number, messages: number): void {
    this.#requests[request]!.messages += messages;
  }

  paced(lagUs: number): void {
    this.#pacingLag.record(lagUs);
  }

  /** A response has arrived that is judged later. Its request stays in flight in the counts, but not in the peaks. */
  received(): void {
    this.#inFlight.ends();
  }

  /** A response that {@link received} counted is about to be counted in full. */
  judged(): void {
    this.#inFlight.endsAgain();
  }

  /** `wasLate`: whether an earlier response of the iteration was late. Returns whether this one is. */
  done(request: number, status: number, expected: boolean, times: EndedTimes, wasLate: boolean): boolean {
    const recorder = this.#requests[request]!;
    const { counts } = recorder;
    this.#inFlight.ends();
    counts.inFlight--;
    counts.done++;
    if (!expected) counts.unexpected++;
    recorder.statuses[status] = recorder.statuses[status]! + 1;
    this.#record(recorder, times);
    if (!this.#lateness.isAfterEnd(times)) return false;
    if (!wasLate && !this.#lateness.isLate(request, times)) return false;
    counts.late++;
    if (this.#lateness.isLateByGenerator(request, times)) counts.lateByGenerator++;
    return true;
  }

  timeout(request: number, failure: Failure, times: EndedTimes): void {
    const recorder = this.#requests[request]!;
    this.#inFlight.ends();
    recorder.counts.inFlight--;
    recorder.counts.timeout++;
    this.#record(recorder, times);
    this.#error(recorder, failure);
  }

  failed(request: number, failure: Failure): void {
    const recorder = this.#requests[request]!;
    this.#inFlight.ends();
    recorder.counts.inFlight--;
    recorder.counts.failed++;
    this.#error(recorder, failure);
  }

  /** The end cuts off a request, whose time would have been longer than the time that it waited. */
  aborted(request: number, times: EndedTimes): void {
    const recorder = this.#requests[request]!;
    this.#inFlight.ends();
    recorder.counts.inFlight--;
    recorder.counts.aborted++;
    this.#record(recorder, times);
    if (this.#lateness.isAfterEnd(times) && this.#lateness.isCutOffByGenerator(request, times))
      recorder.counts.abortedByGenerator++;
  }

  /** The load or its trial sends nothing more, so that what is usual is known. */
  allSent(): void {
    this.#lateness.allSent();
  }

  /** Overdue arrivals may still be sent when the first requests end after the load. */
  #record(recorder: RequestRecorder, times: EndedTimes): void {
    if (this.#lateness.isAfterEnd(times)) this.#lateness.allSent();
    recordTimes(recorder, times);
  }

  /** `dials`: the connections of the engine's transport. A snapshot ends the time of the peak before it: the engine's worker takes one each second. */
  snapshot(elapsedMs: number, health: Health, dials?: DialFigures): LiveSnapshot {
    const unexpected = this.examples.list();
    const outcomes = this.#requests.map((request) => outcomesOf(request, this.#codeOf));
    return {
      elapsedMs,
      requests: this.#requests.map((request, i) => ({
        name: this.#names[i]!,
        ...measuredOf(request),
        ...(outcomes.length > 1 && { outcomes: outcomes[i]! }),
      })),
      responses: mergeResponses(outcomes),
      errors: this.#errors.list(),
      ...(unexpected.length > 0 && { unexpected }),
      inFlightPeaks: this.#inFlight.takePeaks(elapsedMs),
      ...(this.#redirects > 0 && { redirects: this.#redirects }),
      ...(dials && { connections: mapConnections({ ...dials, written: this.#written }, countsOf) }),
      pacingLag: this.#pacingLag.counts,
      ...health,
    };
  }

  #error({ errors }: RequestRecorder, failure: Failure): void {
    errors.set(failure.kind, (errors.get(failure.kind) ?? 0) + 1);
    this.#errors.add(failure);
  }
}
