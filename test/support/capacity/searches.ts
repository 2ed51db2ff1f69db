import { capacityLoadSchema } from '../../../api/loadtest/load/capacity-load.ts';
import type { Threshold } from '../../../api/loadtest/threshold.ts';
import type { FinishedTrial, PlannedTrial } from '../../../api/status/capacity.ts';
import { type Move, nextMove, SETTLE_SECONDS } from '../../../model/capacity/search/next-move.ts';
import { type SearchSettings, searchSettings } from '../../../model/capacity/search/settings.ts';
import { capacityLoad } from '../../../model/load/capacity-load.ts';

export const P99: Threshold = { metric: 'responseTime.p99', max: '100ms' };

/** The settings of a search with these fields of `load.capacity`. */
export function settingsWith(fields: object, thresholds: readonly Threshold[] = [P99]): SearchSettings {
  return searchSettings(capacityLoad(capacityLoadSchema.parse(fields)).search!, { thresholds });
}

/** What a simulated target makes of a trial that begins at a time. */
export type Target = (trial: PlannedTrial, startSeconds: number) => Partial<FinishedTrial> & { good: boolean };

/** A target that holds up to a capacity, and then breaks the first threshold. */
export function carries(capacity: number): Target {
  return ({ rate }) => (rate <= capacity ? { good: true } : { good: false, by: [{ metric: P99.metric }] });
}

export type Search = { trials: FinishedTrial[]; reason: (Move & { type: 'End' })['reason']; seconds: number };

/** Runs a search against a target in virtual time. */
export function search(settings: SearchSettings, target: Target): Search {
  const trials: FinishedTrial[] = [];
  let seconds = 0;
  for (;;) {
    const move = nextMove(settings, trials, seconds);
    if (move.type === 'End') return { trials, reason: move.reason, seconds };
    trials.push({ ...move.trial, achieved: move.trial.rate, ...target(move.trial, seconds) });
    seconds += move.trial.seconds + SETTLE_SECONDS;
  }
}

/** The trials as text: "Climb 100 good, Climb 200 bad". */
export function trialsText(trials: readonly FinishedTrial[]): string {
  const outcome = ({ generator, good }: FinishedTrial) => (generator ? 'saturated' : good ? 'good' : 'bad');
  return trials.map((trial) => `${trial.purpose} ${trial.rate} ${outcome(trial)}`).join(', ');
}
