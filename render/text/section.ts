import { percentText } from '../../api/common/quantity.ts';

/** A part of the text report: a heading and the lines below it. */
export type Section = { title: string; lines: string[] };

/** A share with two decimals, as shares of one whole stand below each other: 0.9995 -> "99.95%". */
export function percent(share: number): string {
  return percentText(share, Number(share.toFixed(4)));
}
