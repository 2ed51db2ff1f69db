import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { Failure } from '../../transport/error-kind.ts';
import type { EndedTimes } from '../delay/request-times.ts';
import type { Trace, TraceContext } from './trace-context.ts';
import type { TraceRecorder } from './trace-recorder.ts';

/** The traces of an engine. */
export type Tracing = { context: TraceContext; recorder: TraceRecorder };

/** A request that was sent as a part of a trace, and ends, perhaps when its slot has the next one. */
export class TracedRequest {
  readonly #recorder: TraceRecorder;
  readonly #codeOf: (status: number) => string;
  readonly #trace: Trace;

  constructor(recorder: TraceRecorder, codeOf: (status: number) => string, trace: Trace) {
    this.#recorder = recorder;
    this.#codeOf = codeOf;
    this.#trace = trace;
  }

  judged(request: number, times: EndedTimes, status: number, isExpected: boolean): void {
    this.#recorder.ended(request, this.#trace, times, { outcome: this.#codeOf(status), isExpected, isTimed: true });
  }

  /** `isTimed`: whether the result has its response time. */
  failed(request: number, times: EndedTimes, { kind }: Failure, isTimed: boolean): void {
    this.#recorder.ended(request, this.#trace, times, { outcome: kind, isExpected: false, isTimed });
  }
}

/** The trace of a slot's iteration, and of its request in flight. */
export class RequestTrace {
  readonly #tracing: Tracing;
  readonly #codeOf: (status: number) => string;
  #ofIteration: Trace | undefined;
  /** The request in flight; undefined when it is no part of the iteration's trace. */
  current: TracedRequest | undefined;

  /** `codeOf`: the protocol's code of a status. */
  constructor(tracing: Tracing, codeOf: (status: number) => string) {
    this.#tracing = tracing;
    this.#codeOf = codeOf;
  }

  /** Begins the trace of an iteration. */
  begin(): void {
    this.#ofIteration = this.#tracing.context.begin();
  }

  /** The request as it is sent. One that has a traceparent keeps it; one that a script could not make is not sent. */
  traced(request: PreparedRequest): PreparedRequest {
    const trace = this.#ofIteration!;
    const traced = request.failure === undefined ? this.#tracing.context.traced(request, trace) : undefined;
    this.current = traced && new TracedRequest(this.#tracing.recorder, this.#codeOf, trace);
    return traced ?? request;
  }
}
