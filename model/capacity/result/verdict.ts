import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { type AppliedThreshold, thresholdsOf } from '../../../api/loadtest/threshold.ts';
import { type Capacity, type CapacityReason, type FinishedTrial, isJudged } from '../../../api/status/capacity.ts';
import type { ConditionState } from '../../../api/status/conditions.ts';
import type { Reasons } from '../../../api/status/reasons.ts';
import { rateText } from '../../common/rate-text.ts';
import type { Compared } from '../../compare/baseline.ts';
import { byComparison } from '../../judge/decision.ts';
import { isFailedByLoss, lossSentence, type RunnerLosses } from '../../judge/losses.ts';
import { noBaselineSentence, type Verdict } from '../../judge/verdict.ts';
import { rateUnit } from '../../measure/rate/iterations.ts';
import type { ThresholdResult } from '../../metrics/threshold-result.ts';
import { type Bound, classify } from '../search/classification.ts';
import { type SearchSettings, searchSettings } from '../search/settings.ts';
import { type Bracket, bracketOf, counts, triedRates } from '../search/tried-rates.ts';
import { searchOf } from '../trial/trial-spec.ts';
import { capacityText } from './text.ts';

/**
 * The verdict of a search that has ended. Thresholds are those of the trial that decided, as the whole load contains rates at which they were
 * meant to break. Without a required capacity every capacity that was found passes; with one, the trials must tell on which side of it the
 * capacity is. What passes must also compare well with the baseline, where the spec names one.
 */
export function judgeSearch(
  spec: LoadTestSpec,
  capacity: Capacity,
  losses: RunnerLosses,
  compared?: Compared,
): Verdict {
  const settings = searchSettings(searchOf(spec), spec);
  const { trials = [] } = capacity;
  const bracket = bracketOf(triedRates(settings, trials));
  const unit = rateUnit(spec);
  const text = capacityText(capacity, unit);
  const decision = isFailedByLoss(spec, losses)
    ? failed('RunnersLost', `runners were lost; ${text}`)
    : decide(settings, capacity, { text, unit });
  const judged =
    decision.status === 'True' && compared !== undefined ? byComparison(compared, decision.message) : decision;
  const message = [judged.message, lossSentence(losses), noBaselineSentence(spec)].filter(Boolean).join('; ');
  return {
    passed: { ...judged, message },
    saturated: saturation(capacity),
    thresholds: thresholdsAt(spec, bracket),
    ...(compared && { comparison: compared.comparison }),
  };
}

const DECISIONS: Record<CapacityReason, ConditionState['status']> = {
  Found: 'True',
  AboveRange: 'True',
  BelowRange: 'False',
  LatencyFloor: 'False',
  NotConfirmed: 'Unknown',
  Deadline: 'Unknown',
  GeneratorSaturated: 'Unknown',
  Unstable: 'Unknown',
  Unfinished: 'Unknown',
};

function decide(
  settings: SearchSettings,
  capacity: Capacity,
  { text, unit }: { text: string; unit: string },
): Verdict['passed'] {
  const { reason = 'Unfinished' } = capacity;
  const { atLeast } = settings;
  if (atLeast === undefined) return { status: DECISIONS[reason], reason, message: text };
  const required = `${rateText(atLeast)}${unit} are required`;
  const bound = boundOf(settings, capacity, atLeast);
  if (bound === 'Lower') return { status: 'True', reason: 'CapacityReached', message: `${text}; ${required}` };
  if (bound === 'Upper') return failed('CapacityTooLow', `${text}; ${required}`);
  return { status: 'Unknown', reason, message: `${text}; ${required}, which the trials do not decide` };
}

/**
 * On which side of a required capacity the bracket is for sure: the trials between the two agree for as many seconds as a bound needs. A rate
 * that holds says so of all lower ones. Only a confirmed rate counts where rates that held were refuted by long trials.
 */
function boundOf(settings: SearchSettings, { low, high, reason, trials = [] }: Capacity, atLeast: number): Bound {
  const [from, to] = low !== undefined && low >= atLeast ? [atLeast, low] : [high ?? Number.POSITIVE_INFINITY, atLeast];
  const telling = trials.filter((trial) => counts(trial) && trial.rate >= from && trial.rate <= to);
  const bound = classify(telling, settings.secondsAt(atLeast));
  return bound === 'Lower' && reason === 'NotConfirmed' ? 'Undecided' : bound;
}

/** Each threshold in the long trial at the rate found, or in the last one that failed where no rate held. */
function thresholdsAt(spec: LoadTestSpec, { low, high }: Bracket): ThresholdResult[] {
  const trial = low?.trials.findLast(({ good }) => good) ?? high?.trials.at(-1);
  if (trial === undefined) return [];
  return thresholdsOf(spec).map((threshold, i) => {
    const observed = trial.observed?.[i];
    return { ...threshold, ...(observed && { observed }), passed: !isBroken(trial, threshold) };
  });
}

function isBroken({ by = [] }: FinishedTrial, { metric, request }: AppliedThreshold): boolean {
  return by.some((limit) => limit.metric === metric && limit.request === request);
}

/** Each trial tells whether the generator was its limit; the figures of the whole load mix them. */
function saturation({ reason, trials = [] }: Capacity): Verdict['saturated'] {
  const judged = trials.filter(({ purpose }) => isJudged(purpose));
  const limited = judged.flatMap(({ generator }) => generator ?? []);
  const last = limited.at(-1);
  if (reason === 'GeneratorSaturated' && last !== undefined)
    return { status: 'True', reason: last.reason as Reasons['GeneratorSaturated'], message: last.message };
  const repeated =
    last === undefined ? '' : `; ${limited.length} of ${judged.length} trials were repeated: ${last.message}`;
  return {
    status: 'False',
    reason: 'GeneratorKeptUp',
    message: `the load generator kept up in every trial that counts${repeated}`,
  };
}

function failed(reason: Verdict['passed']['reason'], message: string): Verdict['passed'] {
  return { status: 'False', reason, message };
}
