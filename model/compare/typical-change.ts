import { type Interval, isOneUnanswered, type Pair } from './interval-pairs.ts';
import { type Estimate, logRatio } from './statistics/estimate.ts';
import { LEAST_PAIRS, locationOf, median } from './statistics/signed-rank.ts';

/** A value of an interval, and the number of responses that it is about. A time is Infinity in an interval without any. */
type ValueOf = { value: (interval: Interval) => number; count: (interval: Interval) => number };

/**
 * The typical change of a value from an interval of the baseline to the corresponding one, which few exceptional intervals cannot move.
 * Undefined when too few pairs have a value.
 */
export function typicalChange(pairs: readonly Pair[], { value, count }: ValueOf): Estimate | undefined {
  const values = pairs
    .filter(({ before, after }) => isMeasured(count(before), count(after)))
    .map(({ before, after }) => ({ before: value(before), after: value(after) }));
  if (values.length < LEAST_PAIRS) return undefined;
  return {
    before: medianOf(values.map((v) => v.before)),
    after: medianOf(values.map((v) => v.after)),
    change: locationOf(values.map((v) => logRatio(v.before, v.after))),
  };
}

function isMeasured(before: number, after: number): boolean {
  return Math.min(before, after) > 0 || isOneUnanswered(before, after);
}

function medianOf(values: readonly number[]): number {
  return median(values.toSorted((a, b) => a - b));
}
