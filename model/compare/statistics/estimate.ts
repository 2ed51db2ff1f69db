import type { Location } from './signed-rank.ts';

/** How a metric changed: its value in either run, and the change with its range, as a difference of shares or of logarithms. */
export type Estimate = { before: number; after: number; change: Location };

/** The distance between the estimate and the farther end of its range: a greater change would have been seen. */
export function noiseOf({ estimate, low, high }: Location): number {
  return Math.max(high - estimate, estimate - low);
}

/** A change without bounds, from nothing or to nothing: large, but finite, so that differences and means of such changes exist. */
const UNBOUNDED = 20;

/** The logarithm of a ratio, within bounds. */
export function logRatio(before: number, after: number): number {
  return before === after ? 0 : Math.min(UNBOUNDED, Math.max(-UNBOUNDED, Math.log(after / before)));
}
