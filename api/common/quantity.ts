import { textOf } from './rule.ts';

/** A share as text: "0.5%" -> 0.005. The text must have passed {@link percentSchema}. */
export function share(percent: string): number {
  return Number(percent.slice(0, -1)) / 100;
}

/** A share as a person reads it, with as many digits as tell it from nothing: 0.00033 -> "0.033%". */
export function formatShare(value: number): string {
  return `${Number((value * 100).toPrecision(3))}%`;
}

/** A count as a person reads it: 12500 -> "12,500". */
export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** A rate or another plain number as a person reads it: at most one decimal from 100 on, four significant digits below. */
export function formatNumber(value: number): string {
  return String(value >= 100 ? Math.round(value * 10) / 10 : Number(value.toPrecision(4)));
}

export const PERCENT_PATTERN = /^[0-9]+([.][0-9]+)?%$/;
export const NUMBER_PATTERN = /^[0-9]+([.][0-9]+)?$/;

export const percentSchema = textOf(PERCENT_PATTERN, 'must be a percentage such as "0.5%"', { max: 16 });

const SCALE: Record<string, number> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** An amount of CPU, memory or another resource, as Kubernetes writes it: the part of its forms that people use. */
export const resourceQuantitySchema = textOf(
  /^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/,
  'must be a quantity such as 500m, 2 or 128Mi',
  { max: 32 },
);

/** The number that a resource quantity stands for: "500m" -> 0.5, "1Ki" -> 1024. */
export function resourceQuantity(text: string): number {
  const unit = text.replace(/^[0-9.]+/, '');
  return Number(text.slice(0, text.length - unit.length)) * SCALE[unit]!;
}
