const TIMEOUT = /(?:^|[\s,])timeout\s*=\s*(\d+)/i;
const SECOND = 1e6;

/**
 * For how many microseconds a connection may be idle whose server sends `keep-alive: VALUE`; undefined: without limit. The server closes the
 * connection after the timeout that it names, and a request sent at that moment would be lost. So the limit is a second less, as in undici,
 * or half of a timeout of up to two seconds.
 */
export function idleLimitOf(value: string): number | undefined {
  const seconds = TIMEOUT.exec(value)?.[1];
  if (seconds === undefined) return undefined;
  const timeout = Number(seconds) * SECOND;
  return Math.max(timeout - SECOND, timeout / 2);
}
