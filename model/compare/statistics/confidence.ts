/** The probability that a range of a comparison misses the true change. */
export const ALPHA = 0.01;

/** The quantile of the normal distribution at 1 - ALPHA / 2. */
const NORMAL = 2.575829;

/**
 * The quantile of Student's distribution at 1 - ALPHA / 2, by Fisher's expansion (Abramowitz, Stegun, Handbook of Mathematical Functions,
 * 26.7.5): within 0.2% from seven degrees of freedom on. With infinitely many it is that of the normal distribution.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  const z = NORMAL;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + g1 / degreesOfFreedom + g2 / degreesOfFreedom ** 2 + g3 / degreesOfFreedom ** 3;
}

/** The upper bound of the estimated correlation of neighbours. */
const MOST_CORRELATION = 0.8;

/**
 * The number of values of a series that equal one independent value: (1 + r) / (1 - r) for a first-order autoregressive series (Bayley and
 * Hammersley, 1946). `correlation` is the estimate of r, that of neighbours.
 */
export function inefficiencyOf(correlation: number): number {
  const r = Math.min(MOST_CORRELATION, Math.max(0, correlation));
  return (1 + r) / (1 - r);
}
