const TIMEOUT = /(?:^|[\s,])timeout\s*=\s*(\d+)/i;
const SECOND = 1e6;

/**
 * For how long, in microseconds, a connection may be idle whose server says `keep-alive: VALUE`: the server closes it behind that, and a
 * request that goes out at the time would be lost. A second less, as undici has it; but of a second or two, half.
 */
export function idleLimitOf(value: string): number | undefined {
  const seconds = TIMEOUT.exec(value)?.[1];
  if (seconds === undefined) return undefined;
  const kept = Number(seconds) * SECOND;
  return Math.max(kept - SECOND, kept / 2);
}
