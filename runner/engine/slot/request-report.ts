import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { IncomingResponse } from '../../response/incoming-response.ts';
import type { Mismatch } from '../../response/mismatch.ts';
import type { Failure } from '../../transport/error-kind.ts';
import { type RequestTimes, UNWRITTEN } from '../delay/request-times.ts';
import type { LogOutcome, RequestOutcome } from '../request-log.ts';
import { RequestTrace } from '../tracing/request-trace.ts';
import { judgeLater, type Later } from './judge-later.ts';
import type { Pool } from './pool.ts';

/** A request that ends. `request`: its index in the spec; `arrival`: its number in the schedule. */
type Ending = { readonly request: number; readonly arrival: number; readonly times: RequestTimes };

/** Counts, traces and logs how the requests of a slot end. */
export class RequestReport {
  readonly #pool: Pool;
  /** Undefined without tracing. */
  readonly #trace: RequestTrace | undefined;
  /** Whether a response of the iteration was too late to count for the rate. */
  #iterationIsLate = false;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#trace = pool.tracing && new RequestTrace(pool.tracing, pool.protocol.codeOf);
  }

  /** An iteration begins. */
  begin(): void {
    this.#iterationIsLate = false;
    this.#trace?.begin();
  }

  /** The request as it is sent. */
  traced(request: PreparedRequest): PreparedRequest {
    return this.#trace === undefined ? request : this.#trace.traced(request);
  }

  /** `reason`: why the response is not as expected. */
  done(ending: Ending, response: IncomingResponse, expected: boolean, reason: Mismatch | undefined): void {
    const { recorder } = this.#pool;
    const { request, times } = ending;
    this.#iterationIsLate = recorder.done(request, response.status, expected, times, this.#iterationIsLate);
    this.#trace?.current?.judged(request, times, response.status, expected);
    if (!expected) recorder.example(request, response, reason ?? response.reason);
    this.#log(ending, 'done', response.status);
  }

  /** The request has ended, but its response is yet to be judged. */
  doneLater(ending: Ending, response: IncomingResponse, later: Later): void {
    const { request, times } = ending;
    judgeLater(this.#pool, later, {
      ...{ request, response, times: times.copy() },
      ...{ log: this.#logLater(ending), trace: this.#trace?.current },
    });
  }

  timedOut(ending: Ending, failure: Failure): void {
    const { request, times } = ending;
    this.#pool.recorder.timeout(request, failure, times);
    this.#trace?.current?.failed(request, times, failure, true);
    this.#log(ending, 'timeout');
  }

  failed(ending: Ending, failure: Failure): void {
    const { request, times } = ending;
    this.#pool.recorder.failed(request, failure);
    if (times.writtenUs !== UNWRITTEN) this.#trace?.current?.failed(request, times, failure, false);
    this.#log(ending, 'failed');
  }

  aborted(ending: Ending): void {
    this.#pool.recorder.aborted(ending.request, ending.times);
    this.#log(ending, 'aborted');
  }

  #log(ending: Ending, outcome: RequestOutcome, status = 0): void {
    if (this.#pool.logRequest !== undefined) this.#logLater(ending)(outcome, status);
  }

  /** A function that logs this request, also when the slot has the next one. */
  #logLater({ request, arrival, times }: Ending): LogOutcome {
    const { logRequest } = this.#pool;
    if (logRequest === undefined) return () => {};
    const { intendedUs, writtenUs, endedUs } = times;
    return (outcome, status = 0) => logRequest(arrival, intendedUs, writtenUs, endedUs, outcome, status, request);
  }
}
