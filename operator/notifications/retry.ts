/** The most attempts of one delivery; with the waits between them they take three minutes, and up to ten where the receiver is slow or asks for longer waits. */
const MAX_ATTEMPTS = 9;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What came of an attempt: a status, with the seconds of Retry-After if there are any, or why there is none. */
export type Attempted = { status: number; retryAfterSeconds?: number | undefined } | { problem: string };

/** What follows: nothing, another attempt after a while, or none, because of `reason`. */
export type Next = { is: 'Delivered' } | { is: 'Repeated'; afterMs: number } | { is: 'GivenUp'; reason: string };

/**
 * Decides what follows attempt number `attempt`, counted from 1. Waits double from a second to a minute. A receiver that refuses the message
 * would refuse it again; redirects are not followed, because they would take it, and the address, elsewhere.
 */
export function nextOf(attempted: Attempted, attempt: number): Next {
  if ('status' in attempted && attempted.status >= 200 && attempted.status < 300) return { is: 'Delivered' };
  const reason = 'status' in attempted ? `HTTP status ${attempted.status}` : attempted.problem;
  if ('status' in attempted && !isTemporary(attempted.status)) return { is: 'GivenUp', reason };
  if (attempt >= MAX_ATTEMPTS) return { is: 'GivenUp', reason: `${reason}, ${attempt} times` };
  const backoffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  const askedMs = 'status' in attempted ? (attempted.retryAfterSeconds ?? 0) * 1e3 : 0;
  return { is: 'Repeated', afterMs: Math.min(LONGEST_WAIT_MS, Math.max(backoffMs, askedMs)) };
}

function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}
