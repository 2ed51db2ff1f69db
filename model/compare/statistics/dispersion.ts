import { inefficiencyOf, studentQuantile } from './confidence.ts';

/** How many of a number of requests had an event, such as an error. */
export type Share = { events: number; of: number };
export type SharePair = { before: Share; after: Share };

/**
 * The number of standard errors of independent requests between an estimate and the ends of its range, when `share` of the requests of both
 * runs have the event: 2.58 for independent requests. Requests of one interval have a common fate, so that shares may vary more from interval
 * to interval than independent requests would let them; that excess and its correlation between neighbours widen the range. The difference
 * of corresponding intervals counts, in which the course of a ramp cancels out.
 */
export function standardErrors(pairs: readonly SharePair[], share: number): number {
  const [before, after] = [pairs.map((p) => p.before), pairs.map((p) => p.after)];
  const independent = share * (1 - share) * (1 / requestsIn(before) + 1 / requestsIn(after));
  const unwidened = studentQuantile(Number.POSITIVE_INFINITY);
  if (!(independent > 0)) return unwidened;
  const { variance, neighbours } = varianceOfSum(differenceOf(deviations(after), deviations(before)));
  const excess = variance / independent - 1;
  if (!(excess > 0)) return unwidened;
  const common = excess * inefficiencyOf(neighbours / independent / excess);
  const effect = 1 + common;
  return Math.sqrt(effect) * studentQuantile((pairs.length - 1) * (effect / common) ** 2);
}

/**
 * The standard error of the sum of differences between corresponding intervals, and the quantile that belongs to it, as one product. Their
 * variation is all that is known.
 */
export function errorOfSum(differences: readonly number[]): number {
  const { variance, neighbours } = varianceOfSum(differences);
  if (variance === 0) return 0;
  return Math.sqrt(variance * inefficiencyOf(neighbours / variance)) * studentQuantile(differences.length - 1);
}

/**
 * The variance of the sum of a series whose values were independent, and the part of it that is common to neighbours, which is corrected for
 * the bias of a short series.
 */
function varianceOfSum(series: readonly number[]): { variance: number; neighbours: number } {
  const n = series.length;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const deviations = series.map((value) => value - mean);
  const products = (lag: number) => deviations.slice(lag).reduce((sum, d, i) => sum + d * deviations[i]!, 0);
  const variance = (products(0) * n) / (n - 1);
  return { variance, neighbours: (products(1) * n) / (n - 1) + variance / n };
}

/** What each interval adds to the share of all, beyond its part of the requests. */
function deviations(shares: readonly Share[]): number[] {
  const requests = requestsIn(shares);
  const events = shares.reduce((sum, s) => sum + s.events, 0);
  return shares.map((s) => (s.events - (s.of * events) / requests) / requests);
}

function differenceOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - b[i]!);
}

function requestsIn(shares: readonly Share[]): number {
  return shares.reduce((sum, s) => sum + s.of, 0);
}
