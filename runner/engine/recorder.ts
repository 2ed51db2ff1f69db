import type { LiveCounts } from '../../api/status/counters.ts';
import { noCounts } from '../../model/measure/counters.ts';
import { Histogram } from '../../model/measure/histogram.ts';
import { mergeResponses, type Outcomes } from '../../model/measure/outcomes.ts';
import type { Snapshot, SnapshotOf } from '../../model/measure/snapshot.ts';
import type { Mismatch } from '../response/mismatch.ts';
import { type ExampleResponse, UnexpectedExamples } from '../response/unexpected-examples.ts';
import type { Failure } from '../transport/error-kind.ts';

/** The health of the generator, since the load began. */
export type Health = Pick<Snapshot, 'cpuMs' | 'eventLoopUtilization' | 'throttledMs' | 'gc'>;

/**
 * A snapshot with the live histograms, in memory that threads share: encoding one takes a third of a millisecond, which would delay arrivals.
 * A histogram may be ahead of the counters; at the end of the load they agree.
 */
export type LiveSnapshot = SnapshotOf<Float64Array>;

type RequestRecorder = {
  counts: LiveCounts;
  responseTime: Histogram;
  serviceTime: Histogram;
  /** Responses by status. */
  statuses: Float64Array;
  errors: Map<string, number>;
  /** Responses by the end of the load; Infinity before it. */
  doneInTime: number;
};

/**
 * Counts everything in one engine. `request` is the index of a request in the spec; times are microseconds. A timeout is recorded in the
 * histograms with the time waited: without it, a target would seem faster the more it hangs. A failure is not: a refused connection takes
 * microseconds and would also make the target seem faster.
 */
export class Recorder {
  readonly #names: readonly string[];
  readonly #requests: RequestRecorder[];
  readonly #errors = new Map<string, { count: number; example: string; firstMs: number; lastMs: number }>();
  readonly #nowUs: () => number;
  readonly #codeOf: (status: number) => string;
  readonly #pacingLag = Histogram.shared();
  #redirects = 0;

  readonly examples: UnexpectedExamples;

  /** `nowUs`: microseconds since the load began. `codeOf`: the protocol's code of a status. */
  constructor(
    names: readonly string[],
    nowUs: () => number,
    codeOf: (status: number) => string,
    examples = new UnexpectedExamples(),
  ) {
    this.#names = names;
    this.#nowUs = nowUs;
    this.#codeOf = codeOf;
    this.examples = examples;
    this.#requests = names.map(() => ({
      counts: noCounts(),
      responseTime: Histogram.shared(),
      serviceTime: Histogram.shared(),
      statuses: new Float64Array(1000),
      errors: new Map(),
      doneInTime: Number.POSITIVE_INFINITY,
    }));
  }

  /** Keeps a response as an example of unexpected ones. */
  example(request: number, response: ExampleResponse, reason?: Mismatch): void {
    this.examples.add(this.#names[request]!, response, reason);
  }

  dropped(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.dropped++;
  }

  made(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.made++;
    counts.inFlight++;
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
  }

  /** A waiting arrival is dropped. */
  waitingDropped(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.pending--;
    counts.dropped++;
  }

  /** A request follows a redirect. */
  redirect(): void {
    this.#redirects++;
  }

  /** The load is over; further responses are late. */
  loadIsOver(): void {
    for (const request of this.#requests) request.doneInTime = request.counts.done;
  }

  paced(lagUs: number): void {
    this.#pacingLag.record(lagUs);
  }

  done(request: number, status: number, expected: boolean, responseTimeUs: number, serviceTimeUs: number): void {
    const recorder = this.#requests[request]!;
    recorder.counts.inFlight--;
    recorder.counts.done++;
    if (!expected) recorder.counts.unexpected++;
    recorder.statuses[status] = recorder.statuses[status]! + 1;
    recorder.responseTime.record(responseTimeUs);
    recorder.serviceTime.record(serviceTimeUs);
  }

  timeout(request: number, failure: Failure, responseTimeUs: number, serviceTimeUs: number): void {
    const recorder = this.#requests[request]!;
    recorder.counts.inFlight--;
    recorder.counts.timeout++;
    recorder.responseTime.record(responseTimeUs);
    recorder.serviceTime.record(serviceTimeUs);
    this.#error(recorder, failure);
  }

  failed(request: number, failure: Failure): void {
    const recorder = this.#requests[request]!;
    recorder.counts.inFlight--;
    recorder.counts.failed++;
    this.#error(recorder, failure);
  }

  aborted(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.inFlight--;
    counts.aborted++;
  }

  snapshot(elapsedMs: number, health: Health): LiveSnapshot {
    const unexpected = this.examples.list();
    const outcomes = this.#requests.map((request) => this.#outcomesOf(request));
    return {
      elapsedMs,
      requests: this.#requests.map(({ counts, responseTime, serviceTime, doneInTime }, i) => ({
        name: this.#names[i]!,
        counts: { ...counts, late: Math.max(0, counts.done - doneInTime) },
        responseTime: responseTime.counts,
        serviceTime: serviceTime.counts,
        ...(outcomes.length > 1 && { outcomes: outcomes[i]! }),
      })),
      responses: mergeResponses(outcomes),
      errors: [...this.#errors].map(([kind, error]) => ({ kind, ...error })),
      ...(unexpected.length > 0 && { unexpected }),
      ...(this.#redirects > 0 && { redirects: this.#redirects }),
      pacingLag: this.#pacingLag.counts,
      ...health,
    };
  }

  #error({ errors }: RequestRecorder, { kind, example }: Failure): void {
    errors.set(kind, (errors.get(kind) ?? 0) + 1);
    const known = this.#errors.get(kind);
    const nowMs = Math.round(this.#nowUs()) / 1e3;
    if (known === undefined) this.#errors.set(kind, { count: 1, example, firstMs: nowMs, lastMs: nowMs });
    else {
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
