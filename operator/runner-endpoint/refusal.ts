/** The most of a problem that is sent, logged or kept: a sender may have written most of it. */
const MAX_ERROR = 1024;

/** A refusal, as an HTTP status and the problem as a sentence. `retryAfterMs`: when the sender may try again, with a 429. */
export type Refusal = {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429;
  error: string;
  retryAfterMs?: number;
};

/** The refusal of a sender that is to try again later. */
export function tooMany(error: string, retryAfterMs: number): Refusal {
  return { status: 429, error, retryAfterMs };
}

/** A refusal with a problem of limited length. A copy: a part of a text would keep the whole text in memory. */
export function shortened(refusal: Refusal): Refusal {
  if (refusal.error.length <= MAX_ERROR) return refusal;
  return { ...refusal, error: Buffer.from(`${refusal.error.slice(0, MAX_ERROR - 1)}…`).toString() };
}

/** Whether the sender itself is at fault, and would be again: its update can never be taken. */
export function isFinal({ status }: Refusal): boolean {
  return status === 400 || status === 413;
}
