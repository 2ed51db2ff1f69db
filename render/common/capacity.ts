import {
  type CapacityLimit,
  type FinishedTrial,
  isJudged,
  type PlannedTrial,
  type TrialPurpose,
} from '../../api/status/capacity.ts';
import { limitName } from '../../model/capacity/result/text.ts';
import { rateText } from '../../model/common/rate-text.ts';

/** What a trial is for, in a word or two. */
const PURPOSES: Record<TrialPurpose, string> = {
  WarmUp: 'warm-up',
  Climb: 'climb',
  Below: 'below the range',
  Hold: 'hold',
  Narrow: 'narrow',
  Decide: 'decide',
  Confirm: 'confirm',
};

/** A trial as people read it: "climb 800/s". */
export function trialText({ purpose, rate }: Pick<PlannedTrial, 'purpose' | 'rate'>, unit: string): string {
  return `${PURPOSES[purpose]} ${rateText(rate)}${unit}`;
}

/** What a finished trial says of its rate. */
export function trialOutcome({ purpose, good, generator }: FinishedTrial): 'good' | 'bad' | 'none' {
  if (!isJudged(purpose) || generator !== undefined) return 'none';
  return good ? 'good' : 'bad';
}

/** The columns of a table of trials. */
export const TRIAL_COLUMNS = ['trial', 'asked', 'achieved', 'p50', 'p95', 'p99', 'errors', 'seconds', 'limit'] as const;

/** The cells of a finished trial under {@link TRIAL_COLUMNS}. */
export function trialCells(trial: FinishedTrial): string[] {
  const { purpose, rate, achieved, p50 = '-', p95 = '-', p99 = '-', errors = '-', seconds, lasted, generator } = trial;
  const limit = generator === undefined ? limitsText(trial.by) : 'the load generator';
  const lastedText = String(Math.round(10 * (lasted ?? seconds)) / 10);
  return [PURPOSES[purpose], rateText(rate), rateText(achieved), p50, p95, p99, errors, lastedText, limit];
}

function limitsText(by: readonly CapacityLimit[] | undefined): string {
  return (by ?? []).map(limitName).join(', ');
}
