/**
 * Takes one request's story: the arrival's number in the schedule, then microseconds since the load began (`sent` is -1 for a request
 * that was never written), the outcome, the status (0 without a response) and the request's place in the spec.
 */
export type LogRequest = (
  arrival: number,
  intended: number,
  sent: number,
  done: number,
  outcome: 'done' | 'timeout' | 'failed' | 'aborted',
  status: number,
  request: number,
) => void;

export const REQUEST_LOG_HEADER = 'arrival,intended_us,sent_us,done_us,outcome,status,request';

/** Gathers samples as CSV lines, to be taken in bulk. */
export class RequestLog {
  #lines: string[] = [];

  record(names: readonly string[]): LogRequest {
    return (arrival, intended, sent, done, outcome, status, request) => {
      this.#lines.push([arrival, intended, sent, done, outcome, status, names[request]].join(','));
    };
  }

  /** The lines since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
