import { type Interval, intervalsIn, isOneUnanswered, type Pair, type Run, type Runs } from './interval-pairs.ts';
import { type COMPARED_PERCENTILES, isWarmUp } from './intervals.ts';
import { logQuantile } from './quantiles.ts';
import { errorOfSum, standardErrors } from './statistics/dispersion.ts';
import { type Estimate, logRatio } from './statistics/estimate.ts';
import { differenceOfShares } from './statistics/share-difference.ts';
import { LEAST_PAIRS } from './statistics/signed-rank.ts';

/**
 * The change of a percentile of all response times after the warm-up. The range of either run is the one between the order statistics at
 * p ± c √(p(1-p)/n), which assumes no distribution of the times; both are combined as Zou and Donner do (Statistics in Medicine 27, 2008).
 * Undefined when a run has no response time, or intervals without any: of requests that were not made meanwhile, nothing is known.
 */
export function percentileChange(
  percentile: (typeof COMPARED_PERCENTILES)[number],
  { before, after, pairs }: Runs,
): Estimate | undefined {
  const [b, a] = [before.intervals.quantiles, after.intervals.quantiles];
  const isUnanswered = pairs.some((pair) => isOneUnanswered(pair.before.timed, pair.after.timed));
  if (a.length === 0 || b.length === 0 || isUnanswered) return undefined;
  const p = percentile / 100;
  const above = (interval: Interval) => ({ events: interval[`above${percentile}`], of: interval.timed });
  const shares = pairs.map((pair) => ({ before: above(pair.before), after: above(pair.after) }));
  const errors = standardErrors(shares, p);
  const rangeOf = (quantiles: readonly number[], run: Run) => {
    const distance = errors * Math.sqrt((p * (1 - p)) / timedIn(run));
    const [value, low, high] = [p, p - distance, p + distance].map((share) => logQuantile(quantiles, share));
    return { value: value!, below: value! - low!, above: high! - value! };
  };
  const [x, y] = [rangeOf(b, before), rangeOf(a, after)];
  const estimate = y.value - x.value;
  return {
    before: Math.exp(x.value),
    after: Math.exp(y.value),
    change: {
      estimate,
      low: estimate - Math.hypot(y.below, x.above),
      high: estimate + Math.hypot(y.above, x.below),
    },
  };
}

/** The number of response times of a run after its warm-up. */
function timedIn(run: Run): number {
  return sum(
    intervalsIn(run).filter(({ from }) => !isWarmUp(from, 1)),
    (interval) => interval.timed,
  );
}

/**
 * The change of the share of errors in all that ended. The whole run counts: a warm-up excuses slow responses but no errors, and those of the
 * last requests come after the load. Undefined when nothing ended in a run.
 */
export function errorsChange({ before, after, pairs }: Runs): Estimate | undefined {
  const [b, a] = [before, after].map((run) => {
    const all = intervalsIn(run);
    return { events: sum(all, (interval) => interval.errors), of: sum(all, (interval) => interval.ended) };
  });
  if (a!.of === 0 || b!.of === 0) return undefined;
  const failed = (interval: Interval) => ({ events: interval.errors, of: interval.ended });
  const shares = pairs.map((pair) => ({ before: failed(pair.before), after: failed(pair.after) }));
  const pooled = (a!.events + b!.events) / (a!.of + b!.of);
  return {
    before: b!.events / b!.of,
    after: a!.events / a!.of,
    change: differenceOfShares(a!, b!, standardErrors(shares, pooled)),
  };
}

/**
 * The change of the rate of responses over all pairs of intervals. What both intervals of a pair vary in is noise; an interval without any
 * response where the other run has some is none. Undefined when neither run has a response.
 */
export function rateChange(pairs: readonly Pair[]): Estimate | undefined {
  const [before, after] = [rateIn(pairs.map((pair) => pair.before)), rateIn(pairs.map((pair) => pair.after))];
  if (after === 0 && before === 0) return undefined;
  const error = errorOfRates(pairs.filter((pair) => !isOneUnanswered(pair.before.done, pair.after.done)));
  const estimate = logRatio(before, after);
  return { before, after, change: { estimate, low: estimate - error, high: estimate + error } };
}

function errorOfRates(pairs: readonly Pair[]): number {
  if (pairs.length < LEAST_PAIRS) return 0;
  const partsOf = (all: readonly Interval[]) => all.map((i) => i.done / (rateIn(all) * sum(all, (one) => one.seconds)));
  const before = partsOf(pairs.map((pair) => pair.before));
  return errorOfSum(partsOf(pairs.map((pair) => pair.after)).map((part, i) => part - before[i]!));
}

function rateIn(intervals: readonly Interval[]): number {
  return sum(intervals, (interval) => interval.done) / sum(intervals, (interval) => interval.seconds);
}

function sum(intervals: readonly Interval[], of: (interval: Interval) => number): number {
  return intervals.reduce((total, interval) => total + of(interval), 0);
}
