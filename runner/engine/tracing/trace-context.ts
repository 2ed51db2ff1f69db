import { share } from '../../../api/common/quantity.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';

const TRACEPARENT = 'traceparent';
const [TRACE_ID_BYTES, SPAN_ID_BYTES] = [16, 8];
/** Random bytes are drawn for many requests at once: a draw of few costs as much. */
const POOL_BYTES = 4096;

/** The trace of one iteration: its requests belong together. */
export type Trace = { id: string; isSampled: boolean };

/**
 * The traces of an engine (W3C Trace Context, version 00). All bytes of identifiers are random, so that neither runners nor runs share one, and
 * samplers that look at a part of them see random bits.
 */
export class TraceContext {
  readonly #sampledShare: number;
  readonly #fill: (bytes: Buffer) => void;
  readonly #random: () => number;
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #at = POOL_BYTES;

  /** `fill` fills a buffer with bytes that nobody can repeat; `random` decides which traces are sampled. */
  constructor(sampledShare: number, fill: (bytes: Buffer) => void, random: () => number = Math.random) {
    this.#sampledShare = sampledShare;
    this.#fill = fill;
    this.#random = random;
  }

  /** Begins the trace of an iteration. */
  begin(): Trace {
    return { id: this.#hex(TRACE_ID_BYTES), isSampled: this.#random() < this.#sampledShare };
  }

  /** The request as a part of `trace`; undefined for one that has a traceparent of its own. */
  traced(request: PreparedRequest, { id, isSampled }: Trace): PreparedRequest | undefined {
    if (hasOwn(request.headers)) return undefined;
    const value = `00-${id}-${this.#hex(SPAN_ID_BYTES)}-${isSampled ? '01' : '00'}`;
    return { ...request, headers: [...request.headers, TRACEPARENT, value], fixed: false };
  }

  #hex(length: number): string {
    if (this.#at + length > POOL_BYTES) {
      this.#fill(this.#pool);
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += length;
    return this.#pool.toString('hex', from, this.#at);
  }
}

/** The traces that a target asks for; undefined without tracing. `fill`: see {@link TraceContext}. */
export function traceContextOf(
  { tracing }: Pick<Target, 'tracing'>,
  fill: (bytes: Buffer) => void,
): TraceContext | undefined {
  return tracing && new TraceContext(share(tracing.sampled), fill);
}

function hasOwn(headers: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name.length === TRACEPARENT.length && name.toLowerCase() === TRACEPARENT) return true;
  }
  return false;
}
