import { type CapacityLimit, type FinishedTrial, isJudged } from '../../../api/status/capacity.ts';
import { isTime, observedOf } from './observed.ts';
import type { SearchSettings } from './settings.ts';

/** Halving the rate improves the time of a target that queues by more than this share. */
const IMPROVES = 0.25;

/**
 * Whether no rate will pass: the target answers at the lowest rate, a time exceeds its limit, and halving the rate twice improves that time
 * by less than a quarter each.
 */
export function latencyHasFloor(settings: SearchSettings, trials: readonly FinishedTrial[]): boolean {
  const judged = trials.filter(({ purpose, rate }) => isJudged(purpose) && rate <= settings.minRate);
  // At a low rate, the few requests that a trial cuts off may break its least rate as well: one trial a rate that is only late suffices.
  const late = judged.filter(({ by = [] }) => by.length > 0 && by.every(isTime));
  const limit = late.at(-1)?.by?.[0];
  const rates = [...new Set(judged.map(({ rate }) => rate))].sort((a, b) => b - a);
  if (limit === undefined || !rates.every((rate) => late.some((trial) => trial.rate === rate))) return false;
  const best = rates.map((rate) => bestAt(settings, judged, rate, limit));
  return best.slice(1).every((value, i) => value > (1 - IMPROVES) * best[i]!);
}

/** The best value at a rate, as a disturbance only makes it worse; NaN where none was observed, which is no floor. */
function bestAt(
  settings: SearchSettings,
  trials: readonly FinishedTrial[],
  rate: number,
  limit: CapacityLimit,
): number {
  const values = trials
    .filter((trial) => trial.rate === rate)
    .flatMap((trial) => observedOf(settings, trial, limit)?.value ?? []);
  return values.length === 0 ? Number.NaN : Math.min(...values);
}
