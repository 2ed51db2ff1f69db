import { type KeptTraces, NO_TRACES, withSlow, withUnexpected } from '../../../model/measure/traces/kept-traces.ts';
import type { EndedTimes } from '../delay/request-times.ts';
import type { Trace } from './trace-context.ts';

/** How a request ended. `isTimed`: whether the result has its response time. */
export type TracedEnd = { outcome: string; isExpected: boolean; isTimed: boolean };

/** Keeps the sampled traces of an engine that are worth reading. */
export class TraceRecorder {
  readonly #names: readonly string[];
  readonly #clock: () => number;
  #kept: KeptTraces = NO_TRACES;

  /** `names`: those of the requests. `clock` returns epoch milliseconds. */
  constructor(names: readonly string[], clock: () => number) {
    this.#names = names;
    this.#clock = clock;
  }

  /** Request number `request` has ended, which was sent as a part of `trace`. */
  ended(request: number, { id, isSampled }: Trace, times: EndedTimes, end: TracedEnd): void {
    if (!isSampled) return;
    const traced = {
      traceId: id,
      request: this.#names[request]!,
      outcome: end.outcome,
      responseTimeUs: Math.max(0, Math.round(times.endedUs - times.intendedUs)),
      endedAtMs: this.#clock(),
    };
    const { slowest, unexpected } = this.#kept;
    this.#kept = {
      slowest: end.isTimed ? withSlow(slowest, traced) : slowest,
      unexpected: end.isExpected ? unexpected : withUnexpected(unexpected, traced),
    };
  }

  get kept(): KeptTraces {
    return this.#kept;
  }
}
