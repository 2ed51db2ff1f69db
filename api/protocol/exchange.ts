/**
 * The one exchange between a runner and the operator: the runner POSTs its cumulative update, the response is its instruction. The token
 * alone identifies the runner, so nothing in the update names it.
 */
export const RUNNER_UPDATE_PATH = '/v1/report';
export const MAX_UPDATE_BYTES = 4 * 1024 * 1024;
/** With this header (RFC 7240) a runner allows the operator to hold the response for as many seconds as the runner would wait. */
export const LONG_POLL_HEADER = { prefer: 'wait=2' } as const;
