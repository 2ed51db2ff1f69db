import { decimalText, roundedBeside } from './quantity.ts';

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
 * which is the resolution of the histograms: 312 -> "312us", 9104 -> "9.1ms", 1_500_000 -> "1.5s". Beside a limit it has as many
 * digits as it takes to differ: 250_030 beside 250_000 -> "250.03ms".
 */
export function formatMicroseconds(value: number, limits: readonly number[] = []): string {
  const shown = roundedBeside(value, value < 1e3 ? Math.round(value) : Number(value.toPrecision(3)), limits);
  if (shown < 1e3) return `${decimalText(shown, 0)}us`;
  return shown < 1e6 ? `${decimalText(shown, -3)}ms` : `${decimalText(shown, -6)}s`;
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

export function secondsToMs(seconds: number): number {
  return seconds * 1e3;
}

export function msToSeconds(ms: number): number {
  return ms / 1e3;
}

export function perUsToPerSecond(ratePerUs: number): number {
  return ratePerUs * 1e6;
}
