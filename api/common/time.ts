/** The last time that a Date can hold, epoch milliseconds. */
export const MAX_EPOCH_MS = 8.64e15;

/** Milliseconds since the epoch as an RFC 3339 time in UTC, with milliseconds: the form of the status and the logs. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** The form of Kubernetes' metav1.Time, which has no fractions. */
export function metaTime(epochMs: number): string {
  return `${isoTime(epochMs).slice(0, 19)}Z`;
}

/** The form of Kubernetes' metav1.MicroTime, which must have six decimals. */
export function microTime(epochMs: number): string {
  return isoTime(epochMs).replace('Z', '000Z');
}
