import { ALPHA, inefficiencyOf } from './confidence.ts';

/**
 * The location of paired differences without an assumption about their distribution: the Hodges–Lehmann estimate and the confidence
 * interval of Wilcoxon's signed-rank test (Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.2-3.3). Its breakdown
 * point is 29%: so many of the differences may be arbitrary.
 */
export type Location = { estimate: number; low: number; high: number };

/** With fewer differences, no interval has that confidence: all n signs are equal by chance in 2 of 2^n cases. */
export const LEAST_PAIRS = Math.ceil(Math.log2(2 / ALPHA));

/**
 * The location of at least {@link LEAST_PAIRS} differences, in the order of time. Disturbances last, so that neighbouring intervals of a run
 * are correlated and less informative than independent ones; the confidence interval is widened accordingly.
 */
export function locationOf(differences: readonly number[]): Location {
  const averages = differences.flatMap((a, i) => differences.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const outside = outsideOf(differences.length);
  const estimate = median(averages);
  const wider = Math.sqrt(inefficiency(differences));
  return {
    estimate,
    low: estimate - wider * (estimate - averages[outside]!),
    high: estimate + wider * (averages[averages.length - 1 - outside]! - estimate),
  };
}

/** The number of differences that equal one independent value. The correlation of neighbours is that of their ranks, which is robust. */
function inefficiency(series: readonly number[]): number {
  const n = series.length;
  const sorted = series.toSorted((a, b) => a - b);
  // Equal values share their mean rank.
  const ranks = series.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 - (n - 1) / 2);
  const variance = ranks.reduce((sum, r) => sum + r * r, 0);
  if (variance === 0) return 1;
  const raw = ranks.slice(1).reduce((sum, r, i) => sum + r * ranks[i]!, 0) / variance;
  // A short series has a bias of -(1 + 4r) / n (Kendall, 1954).
  return inefficiencyOf((raw + 1 / n) / (1 - 4 / n));
}

/** The median of a sorted list. */
export function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (sorted[Math.floor(half - 0.5)]! + sorted[Math.ceil(half - 0.5)]!) / 2;
}

/**
 * The number of averages below the confidence interval: the greatest sum of ranks whose cumulative probability is at most half of ALPHA,
 * when each of the ranks 1..n is in the sum with probability 1/2. `ways[s]` counts the subsets of ranks that add up to s.
 */
function outsideOf(n: number): number {
  const ways = new Float64Array((n * (n + 1)) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++)
    for (let sum = ways.length - 1; sum >= rank; sum--) ways[sum] = ways[sum]! + ways[sum - rank]!;
  let below = 0;
  let outside = 0;
  for (let sum = 0; sum < ways.length; sum++) {
    below += ways[sum]! / 2 ** n;
    if (below > ALPHA / 2) break;
    outside = sum;
  }
  return outside;
}
