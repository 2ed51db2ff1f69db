/**
 * Where the middle of paired differences lies, without a guess at their distribution: the Hodges–Lehmann estimate and the confidence
 * interval that belongs to Wilcoxon's signed-rank test (Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.2-3.3).
 * Up to 29% of the differences may be anything at all before the estimate follows them.
 */
export type Middle = { estimate: number; low: number; high: number };

/** The chance that an interval misses the true middle. */
const ALPHA = 0.005;

/** With fewer differences, there is no interval of that confidence: all signs alike happen by chance in 2 of 2^n cases. */
export const LEAST_PAIRS = Math.ceil(Math.log2(2 / ALPHA));

/**
 * The middle of at least {@link LEAST_PAIRS} differences, in the order of time. What disturbs a run lasts, so that windows beside each
 * other are alike and tell less than as many independent ones: the interval is widened accordingly.
 */
export function middleOf(differences: readonly number[]): Middle {
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

/** No series of windows is taken for one that remembers more than this. */
const MOST_MEMORY = 0.8;

/**
 * How many values of a series are worth one independent value: (1 + r) / (1 - r) for a first-order autoregressive one (Bayley and
 * Hammersley, 1946). r, the correlation of neighbours, is that of their ranks, which outliers do not spoil, freed of the bias that
 * a short series has: -(1 + 4r) / n (Kendall, 1954).
 */
function inefficiency(series: readonly number[]): number {
  const n = series.length;
  const sorted = series.toSorted((a, b) => a - b);
  // Equal values share the middle of their ranks.
  const ranks = series.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 - (n - 1) / 2);
  const variance = ranks.reduce((sum, r) => sum + r * r, 0);
  if (variance === 0) return 1;
  const raw = ranks.slice(1).reduce((sum, r, i) => sum + r * ranks[i]!, 0) / variance;
  const r = Math.min(MOST_MEMORY, Math.max(0, (raw + 1 / n) / (1 - 4 / n)));
  return (1 + r) / (1 - r);
}

/** The middle value of a sorted list. */
export function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (sorted[Math.floor(half - 0.5)]! + sorted[Math.ceil(half - 0.5)]!) / 2;
}

/**
 * How many averages lie below the interval: the greatest sum of ranks such that it or less happens in at most half of ALPHA, where each
 * of the ranks 1..n is in the sum or not with equal chance. `ways[s]` counts the subsets of ranks that add up to s.
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
