/** Parses a percentage into a share: "0.5%" -> 0.005. The text must have passed percentSchema of quantity-schema.ts. */
export function share(percent: string): number {
  return Number(percent.slice(0, -1)) / 100;
}

/** Formats a share as a percentage with three significant digits: 0.00033 -> "0.033%". */
export function formatShare(value: number): string {
  return `${Number((value * 100).toPrecision(3))}%`;
}

/** Formats a count with thousands separators: 12500 -> "12,500". */
export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** Formats a rate or another plain number: one decimal at most from 100 on, four significant digits below. */
export function formatNumber(value: number): string {
  return String(value >= 100 ? Math.round(value * 10) / 10 : Number(value.toPrecision(4)));
}

export const PERCENT_PATTERN = /^[0-9]+([.][0-9]+)?%$/;
export const NUMBER_PATTERN = /^[0-9]+([.][0-9]+)?$/;

const SCALE: Record<string, number> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** Parses a resource quantity: "500m" -> 0.5, "1Ki" -> 1024. */
export function resourceQuantity(text: string): number {
  const unit = text.replace(/^[0-9.]+/, '');
  return Number(text.slice(0, text.length - unit.length)) * SCALE[unit]!;
}
