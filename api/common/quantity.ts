/** Parses a percentage into a share, to the nearest number: "0.7%" -> 0.007. The text must have passed percentSchema of quantity-schema.ts. */
export function share(percent: string): number {
  return Number(`${percent.slice(0, -1)}e-2`);
}

/**
 * `value` with more digits than `rounded`, its usual form for people, where that lies on another side of one of `limits` than the value:
 * 250.02 for 250 beside a limit of 250. A text must not say that 250ms exceeds 250ms.
 */
export function roundedBeside(value: number, rounded: number, limits: readonly number[]): number {
  const isOnItsSide = (shown: number) => limits.every((limit) => Math.sign(shown - limit) === Math.sign(value - limit));
  let shown = rounded;
  for (let digits = 1; digits <= MAX_DIGITS && !isOnItsSide(shown); digits++) {
    const finer = Number(value.toPrecision(digits));
    if (Math.abs(finer - value) < Math.abs(rounded - value)) shown = finer;
  }
  return isOnItsSide(shown) ? shown : value;
}

/** The digits with which a number is exact. */
const MAX_DIGITS = 17;

/** `value` times the power of ten as a decimal number without an exponent; a product would show the error of its last binary digit. */
export function decimalText(value: number, powerOfTen: number): string {
  const scaled = Number(`${withoutExponent(value)}e${powerOfTen}`);
  return withoutExponent(scaled);
}

function withoutExponent(value: number): string {
  const text = String(value);
  return text.includes('e-') ? value.toFixed(20).replace(/0+$/, '') : text;
}

/**
 * Formats a share as a percentage with three significant digits, and with more beside a limit: 0.00033 -> "0.033%". Only 0 is "0%", and
 * only 1 is "100%".
 */
export function formatShare(value: number, limits: readonly number[] = []): string {
  return percentText(value, Number(value.toPrecision(3)), limits);
}

/** A share as a percentage in the given rounding, as far as that lies on the same side of 0, of 1 and of the limits. */
export function percentText(value: number, rounded: number, limits: readonly number[] = []): string {
  return `${decimalText(roundedBeside(value, rounded, [0, 1, ...limits]), 2)}%`;
}

/** Formats a count with thousands separators: 12500 -> "12,500". */
export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** Formats a rate or another plain number: one decimal at most from 100 on, four significant digits below, and more beside a limit. */
export function formatNumber(value: number, limits: readonly number[] = []): string {
  const rounded = value >= 100 ? Math.round(value * 10) / 10 : Number(value.toPrecision(4));
  return decimalText(roundedBeside(value, rounded, limits), 0);
}

export const PERCENT_PATTERN = /^[0-9]+([.][0-9]+)?%$/;
export const NUMBER_OR_PERCENT_PATTERN = /^[0-9]+([.][0-9]+)?%?$/;

const SCALE: Record<string, number> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** Parses a resource quantity: "500m" -> 0.5, "1Ki" -> 1024. */
export function resourceQuantity(text: string): number {
  const unit = text.replace(/^[0-9.]+/, '');
  return Number(text.slice(0, text.length - unit.length)) * SCALE[unit]!;
}
