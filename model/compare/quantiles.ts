import { type Histogram, highestValue, rankOf } from '../measure/histogram.ts';

/** Odds between percentiles grow by the same factor, so that they are as dense in the tail as in the middle. */
const [FIRST, LAST, STEP] = [-4, 10, 0.25];
const LOGITS = Array.from({ length: (LAST - FIRST) / STEP + 1 }, (_, i) => FIRST + i * STEP);

/** The percentiles that a status keeps of a run, from 2 to 99.995, and with them those that a comparison judges. */
export const PERCENTILES: readonly number[] = [
  ...LOGITS.map((logit) => Number((100 / (1 + Math.exp(-logit))).toFixed(5))),
  ...[95, 99],
].sort((a, b) => a - b);

/** Their position on the scale on which quantiles lie nearly on a line. */
const POSITIONS = PERCENTILES.map((percentile) => logit(percentile / 100));

/** The values of a histogram at {@link PERCENTILES}; none of an empty one. */
export function quantilesOf(times: Histogram): number[] {
  return times.count === 0 ? [] : valuesAt(times, PERCENTILES);
}

/** The values at ascending percentiles in one pass, as Histogram.valueAtPercentile has them one by one; 0 without any value. */
export function valuesAt({ counts, count }: Histogram, percentiles: readonly number[]): number[] {
  if (count === 0) return percentiles.map(() => 0);
  let bucket = -1;
  let seen = 0;
  return percentiles.map((percentile) => {
    const rank = rankOf(percentile, count);
    while (seen < rank) seen += counts[++bucket]!;
    return highestValue(bucket);
  });
}

/**
 * The logarithm of the value that a `share` of all does not exceed, from the values at {@link PERCENTILES}. Beyond these nothing is known:
 * -Infinity or Infinity.
 */
export function logQuantile(quantiles: readonly number[], share: number): number {
  const position = share <= 0 ? Number.NEGATIVE_INFINITY : share >= 1 ? Number.POSITIVE_INFINITY : logit(share);
  if (position < POSITIONS[0]! - 1e-9) return Number.NEGATIVE_INFINITY;
  if (position > POSITIONS.at(-1)! + 1e-9) return Number.POSITIVE_INFINITY;
  const above = Math.max(
    1,
    POSITIONS.findIndex((at) => at >= position - 1e-9),
  );
  const [from, to] = [POSITIONS[above - 1]!, POSITIONS[above]!];
  const [low, high] = [Math.log(quantiles[above - 1]!), Math.log(quantiles[above]!)];
  return low + ((high - low) * (position - from)) / (to - from);
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
