export type RequestOutcome = 'done' | 'timeout' | 'failed' | 'aborted';

/** Logs how one request ended. */
export type LogOutcome = (outcome: RequestOutcome, status?: number) => void;

/**
 * Logs one request. `arrival`: its number in the schedule. Times: microseconds since the load began; `sentUs` is -1 for a request that was
 * never written. `status`: 0 without a response. `request`: its index in the spec.
 */
export type LogRequest = (
  arrival: number,
  intendedUs: number,
  sentUs: number,
  doneUs: number,
  outcome: RequestOutcome,
  status: number,
  request: number,
) => void;

export const REQUEST_LOG_HEADER = 'arrival,intended_us,sent_us,done_us,outcome,status,request';

/** Collects one CSV line per request, to be taken in bulk. */
export class RequestLog {
  #lines: string[] = [];

  /** A function that adds lines with these names of the spec's requests. */
  logger(names: readonly string[]): LogRequest {
    return (arrival, intendedUs, sentUs, doneUs, outcome, status, request) => {
      this.#lines.push([arrival, intendedUs, sentUs, doneUs, outcome, status, names[request]].join(','));
    };
  }

  /** The lines since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
