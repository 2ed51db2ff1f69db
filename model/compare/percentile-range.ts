import type { Range } from '../metrics/range.ts';
import type { Intervals } from './intervals.ts';
import { logQuantile } from './quantiles.ts';

/** The quantile of the normal distribution for a confidence of 99%. */
const Z = 2.576;

/**
 * Where a percentile of the response time lies with 99% confidence, in microseconds: between the times at the ranks that the binomial
 * distribution of the times below it allows (order statistics; Conover, "Practical Nonparametric Statistics"). The times of neighbours are not
 * independent, so that the range is a lower bound of the uncertainty. Undefined when a rank is beyond the known quantiles.
 */
export function percentileRange(
  { quantiles, timed }: Pick<Intervals, 'quantiles' | 'timed'>,
  percentile: number,
): Range | undefined {
  const count = timed.reduce((sum, n) => sum + n, 0);
  if (count === 0 || quantiles.length === 0) return undefined;
  const share = percentile / 100;
  const margin = Z * Math.sqrt((share * (1 - share)) / count);
  const [low, high] = [share - margin, share + margin].map((at) => Math.round(Math.exp(logQuantile(quantiles, at))));
  return low! > 0 && Number.isFinite(high) ? { low: low!, high: high! } : undefined;
}
