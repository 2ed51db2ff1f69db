import type { FinishedTrial } from '../../../api/status/capacity.ts';

/** What the trials at one rate say of it: a lower bound of the capacity, an upper bound, or not enough. */
export type Bound = 'Lower' | 'Upper' | 'Undecided';

/** The share of the seconds at one rate that may be bad: a rate holds when it holds most of the time. */
export const EXCEED_RATIO = 0.5;

/** The seconds that decide about a rate, as trials of its usual length. */
const DECIDING_TRIALS = 5;

type Measured = Pick<FinishedTrial, 'good' | 'seconds'>;

/**
 * Load classification of RFC 9971 (Multiple Loss Ratio Search): a rate is judged by the seconds of its trials and not by one of them. It is an
 * upper bound when no further trial could make it good, and a lower bound when it stays good whatever the missing seconds bring. The RFC also
 * counts trials that are shorter than asked. Here every trial has its length, or was ended because it was certain to fail at that.
 */
export function classify(trials: readonly Measured[], usualSeconds: number): Bound {
  let good = 0;
  let bad = 0;
  for (const trial of trials) {
    if (trial.good) good += trial.seconds;
    else bad += trial.seconds;
  }
  const whole = Math.max(good + bad, DECIDING_TRIALS * usualSeconds);
  if (bad > EXCEED_RATIO * whole) return 'Upper';
  return whole - good <= EXCEED_RATIO * whole ? 'Lower' : 'Undecided';
}

/**
 * Conditional throughput of RFC 9971, the figure to compare between tests: what was answered in time at a lower bound, as far as it may be
 * relied on. The trials are walked from the best one on until the seconds that may not be bad are used up; missing seconds count as bad ones.
 */
export function conditionalThroughput(
  trials: readonly Pick<FinishedTrial, 'achieved' | 'rate' | 'seconds'>[],
  usualSeconds: number,
): number | undefined {
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  let left = Math.max(seconds, DECIDING_TRIALS * usualSeconds) * (1 - EXCEED_RATIO);
  const best = trials.toSorted((a, b) => b.achieved / b.rate - a.achieved / a.rate);
  for (const trial of best) {
    left -= trial.seconds;
    if (left <= 0) return Math.min(trial.achieved, trial.rate);
  }
  return undefined;
}
