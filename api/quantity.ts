import { z } from 'zod';

/** A share as text: "0.5%" -> 0.005. The text must have passed {@link percentSchema}. */
export function share(percent: string): number {
  return Number(percent.slice(0, -1)) / 100;
}

/** A share as a person reads it, with as many digits as tell it from nothing: 0.00033 -> "0.033%". */
export function formatShare(value: number): string {
  return `${Number((value * 100).toPrecision(3))}%`;
}

/** A rate or another plain number as a person reads it: at most one decimal from 100 on, four significant digits below. */
export function formatNumber(value: number): string {
  return String(value >= 100 ? Math.round(value * 10) / 10 : Number(value.toPrecision(4)));
}

export const PERCENT_PATTERN = /^[0-9]+(\.[0-9]+)?%$/;
export const NUMBER_PATTERN = /^[0-9]+(\.[0-9]+)?$/;

export const percentSchema = z.string().max(16).regex(PERCENT_PATTERN, 'must be a percentage such as "0.5%"');
