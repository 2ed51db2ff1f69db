import { formatCount, formatNumber } from '../../api/common/quantity.ts';

/** A rate with its thousands separated: 1830.4 -> "1,830", 12.34 -> "12.34". */
export function rateText(rate: number): string {
  return rate < 100 ? formatNumber(rate) : formatCount(Math.round(rate));
}
