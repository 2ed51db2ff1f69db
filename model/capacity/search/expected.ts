import type { FinishedTrial } from '../../../api/status/capacity.ts';
import { nextMove, SETTLE_SECONDS } from './next-move.ts';
import type { SearchSettings } from './settings.ts';
import { bracketOf, triedRates } from './tried-rates.ts';

/** About how many trials are to come, and how long they take. */
export type Expected = { trials: number; seconds: number };

/**
 * What is left of a search, as if the capacity were in the middle of what is possible, and every trial told the truth. Noise makes a search
 * somewhat longer.
 */
export function expectedRest(settings: SearchSettings, trials: readonly FinishedTrial[]): Expected {
  const capacity = likelyCapacity(settings, trials);
  const imagined = [...trials];
  let seconds = 0;
  for (;;) {
    const move = nextMove({ ...settings, deadlineSeconds: Number.POSITIVE_INFINITY }, imagined, 0);
    if (move.type === 'End') return { trials: imagined.length - trials.length, seconds: Math.round(seconds) };
    const { rate } = move.trial;
    imagined.push({ ...move.trial, achieved: rate, good: rate <= capacity });
    seconds += move.trial.seconds + SETTLE_SECONDS;
  }
}

/** The middle of the bracket in log space; without an end, that of the range. */
function likelyCapacity(settings: SearchSettings, trials: readonly FinishedTrial[]): number {
  const { low, high } = bracketOf(triedRates(settings, trials));
  return Math.sqrt((low?.rate ?? settings.minRate) * (high?.rate ?? settings.maxRate));
}
