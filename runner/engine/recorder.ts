import type { LiveCounts } from '../../api/status/counters.ts';
import { noCounts } from '../../model/measure/counters.ts';
import { Histogram } from '../../model/measure/histogram.ts';
import { mergeResponses, type Outcomes } from '../../model/measure/outcomes.ts';
import type { Snapshot, SnapshotOf } from '../../model/measure/snapshot.ts';
import type { Mismatch } from '../response/mismatch.ts';
import { type ExampleResponse, UnexpectedExamples } from '../response/unexpected-examples.ts';
import type { Failure } from '../transport/error-kind.ts';

/** How the generator itself fares, since the load began. */
export type Health = Pick<Snapshot, 'cpuMs' | 'eventLoopUtilization' | 'throttledMs' | 'gc'>;

/**
 * A snapshot whose histograms are the live ones, in memory that threads share: encoding them takes a third of a millisecond each, which a
 * thread that keeps a pace has no time for. They may be ahead of the counters by what was counted since, and are exact at the end.
 */
export type LiveSnapshot = SnapshotOf<Float64Array>;

type RequestRecorder = {
  counts: LiveCounts;
  responseTime: Histogram;
  serviceTime: Histogram;
  statuses: Float64Array;
  errors: Map<string, number>;
  /** How many were done when the load was over; before that, all. */
  inTime: number;
};

/**
 * Everything that one engine counts. Requests are told apart by their place in the spec; times are microseconds.
 * A time-out is recorded with the time that was waited: leaving it out would make a target look faster the more it hangs.
 * Failures are not: a refused connection takes microseconds and would make it look faster, too.
 */
export class Recorder {
  readonly #names: readonly string[];
  readonly #requests: RequestRecorder[];
  readonly #errors = new Map<string, { count: number; example: string; firstMs: number; lastMs: number }>();
  readonly #now: () => number;
  readonly #pacingLag = Histogram.shared();
  #redirects = 0;

  readonly examples: UnexpectedExamples;

  /** `now` is the time since the load began. */
  constructor(names: readonly string[], now: () => number, examples = new UnexpectedExamples()) {
    this.#names = names;
    this.#now = now;
    this.examples = examples;
    this.#requests = names.map(() => ({
      counts: noCounts(),
      responseTime: Histogram.shared(),
      serviceTime: Histogram.shared(),
      statuses: new Float64Array(1000),
      errors: new Map(),
      inTime: Number.POSITIVE_INFINITY,
    }));
  }

  /** Keeps an answer as an example of what was not expected. */
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

  /** An arrival waits for a connection. */
  pending(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.generated++;
    counts.pending++;
  }

  /** One that waited is sent after all. */
  takenUp(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.pending--;
    counts.made++;
    counts.inFlight++;
  }

  /** One that waited never will be sent. */
  givenUp(request: number): void {
    const { counts } = this.#requests[request]!;
    counts.pending--;
    counts.dropped++;
  }

  /** A request goes on to where its target has sent it. */
  redirect(): void {
    this.#redirects++;
  }

  /** What is answered from now on comes after the end of the load. */
  loadIsOver(): void {
    for (const request of this.#requests) request.inTime = request.counts.done;
  }

  paced(lag: number): void {
    this.#pacingLag.record(lag);
  }

  done(request: number, status: number, expected: boolean, responseTime: number, serviceTime: number): void {
    const recorder = this.#requests[request]!;
    recorder.counts.inFlight--;
    recorder.counts.done++;
    if (!expected) recorder.counts.unexpected++;
    recorder.statuses[status] = recorder.statuses[status]! + 1;
    recorder.responseTime.record(responseTime);
    recorder.serviceTime.record(serviceTime);
  }

  timeout(request: number, failure: Failure, responseTime: number, serviceTime: number): void {
    const recorder = this.#requests[request]!;
    recorder.counts.inFlight--;
    recorder.counts.timeout++;
    recorder.responseTime.record(responseTime);
    recorder.serviceTime.record(serviceTime);
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
    const outcomes = this.#requests.map(outcomesOf);
    return {
      elapsedMs,
      requests: this.#requests.map(({ counts, responseTime, serviceTime, inTime }, i) => ({
        name: this.#names[i]!,
        counts: { ...counts, late: Math.max(0, counts.done - inTime) },
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
    const ms = Math.round(this.#now()) / 1e3;
    if (known === undefined) this.#errors.set(kind, { count: 1, example, firstMs: ms, lastMs: ms });
    else {
      known.count++;
      known.lastMs = ms;
    }
  }
}

function outcomesOf({ statuses, errors }: RequestRecorder): Outcomes {
  const responses: Outcomes['responses'] = [];
  for (let status = 0; status < statuses.length; status++) {
    const count = statuses[status]!;
    if (count > 0) responses.push({ status, count });
  }
  return { responses, errors: [...errors].map(([kind, count]) => ({ kind, count })) };
}
