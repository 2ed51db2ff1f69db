/** Go's duration syntax. The pattern admits no fraction of a microsecond, so parsing never rounds. */
export const DURATION_PATTERN = /^([0-9]+us|[0-9]+([.][0-9]{1,3})?ms|[0-9]+([.][0-9]{1,6})?[smh])+$/;
const PART = /([0-9]+(?:\.[0-9]+)?)(us|ms|s|m|h)/g;
const MICROSECONDS = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 } as const;

/**
 * Parses a Kubernetes duration such as "250ms", "1.5s" or "1h30m" into microseconds.
 * The text must have passed durationSchema of duration-schema.ts.
 */
export function microseconds(text: string): number {
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(PART))
    sum += Number(amount) * MICROSECONDS[unit as keyof typeof MICROSECONDS];
  return Math.round(sum);
}

/** Parses a duration into milliseconds; microseconds become the fraction. */
export function milliseconds(text: string): number {
  return usToMs(microseconds(text));
}

/**
 * Formats microseconds for a person: the largest unit that keeps the number at 1 or above, and three significant digits,
 * which is the resolution of the histograms: 312 -> "312us", 9104 -> "9.1ms", 1_500_000 -> "1.5s".
 */
export function formatMicroseconds(value: number): string {
  if (value < 1e3) return `${Math.round(value)}us`;
  if (value < 999.5e3) return `${Number(usToMs(value).toPrecision(3))}ms`;
  return `${Number(usToSeconds(value).toPrecision(3))}s`;
}

// Conversions between units of time, and from rates per microsecond to rates per second.

export function usToMs(us: number): number {
  return us / 1e3;
}

export function usToSeconds(us: number): number {
  return us / 1e6;
}

export function msToUs(ms: number): number {
  return ms * 1e3;
}

export function msToSeconds(ms: number): number {
  return ms / 1e3;
}

export function perUsToPerSecond(ratePerUs: number): number {
  return ratePerUs * 1e6;
}
