import { formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { DEFAULT_THRESHOLD, thresholdsOf, thresholdText } from '../../api/loadtest/threshold.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Compared } from '../compare/baseline.ts';
import { isIdle } from '../measure/counters.ts';
import { doneText, rateUnit } from '../measure/rate/iterations.ts';
import type { Summary } from '../measure/summary.ts';
import { evaluate, problemOf, type ThresholdResult } from '../metrics/threshold-result.ts';
import { isExplained } from './regression.ts';
import { saturation } from './saturation.ts';
import { unseenTrouble } from './trouble.ts';

export type Verdict = {
  passed: ConditionState<'Passed'>;
  saturated: ConditionState<'GeneratorSaturated'>;
  thresholds: ThresholdResult[];
  comparison?: Comparison;
};

/** How many runners the test has, and how many were lost; the summary contains the last measurements of the lost ones. */
export type RunnerLosses = { desired: number; lost: number };

/**
 * Judges a result, in this order. A lost runner fails a test with `onLoss: Fail`, and a threshold with `abort` that ended the load fails it.
 * A threshold that is broken for sure fails it, whatever the generator did: without the generator's own part it is broken, too. Otherwise a
 * saturated generator makes the result inconclusive: it must not blame the target. Then a threshold with nothing to measure and a regression
 * fail the test, and an undecided threshold leaves it inconclusive. Then the comparison with a baseline decides, where the spec asks for
 * one: without a comparison the result is inconclusive.
 *
 * `summary` is undefined when no runner sent an update, which leaves everything but the loss undecided. `aborted` names the threshold that
 * ended the run early.
 */
export function judge(
  spec: LoadTestSpec,
  summary: Summary | undefined,
  losses: RunnerLosses,
  aborted?: string,
  compared?: Compared,
): Verdict {
  if (summary === undefined || isIdle(summary.counts)) return nothingMeasured(spec, losses);
  const thresholds = thresholdsOf(spec).map((t) => evaluate(t, summary));
  const undecided = thresholds.flatMap((t) => t.uncertainty ?? []);
  const explained = explainedRegression(compared?.comparison, summary);
  const decided = [...undecided.filter((u) => u.byGenerator).map((u) => u.text), ...explained];
  const saturated = saturation(spec, summary, decided);
  const judged = { summary, thresholds, saturated, aborted, compared };
  const decision = isFailedByLoss(spec, losses) ? failed('RunnersLost', 'runners were lost') : decide(judged);
  const sentences = [decision.message, countsSentence(spec, summary), lossSentence(losses), noBaselineSentence(spec)];
  const message = sentences.filter(Boolean).join('; ');
  return {
    passed: { ...decision, message },
    saturated,
    thresholds,
    ...(compared && { comparison: compared.comparison }),
  };
}

/** A regression that the generator's own part explains, as text; none otherwise. */
function explainedRegression(comparison: Comparison | undefined, summary: Summary): string[] {
  if (comparison?.result !== 'Regressed' || !isExplained(comparison, summary)) return [];
  return [`${comparison.message}, which the generator's own delay explains`];
}

type Judged = {
  summary: Summary;
  thresholds: readonly ThresholdResult[];
  saturated: Verdict['saturated'];
  aborted: string | undefined;
  compared: Compared | undefined;
};

function decide({ summary, thresholds, saturated, aborted, compared }: Judged): Verdict['passed'] {
  const broken = thresholds.filter((t) => t.violation !== undefined).flatMap((t) => problemOf(t) ?? []);
  const problems = thresholds.flatMap((t) => problemOf(t) ?? []);
  const { result, message = '' } = compared?.comparison ?? {};
  const isSaturated = saturated.status === 'True';
  const regression = result === 'Regressed' && !isSaturated ? [message] : [];
  if (aborted !== undefined) return failed('ThresholdExceeded', `aborted: ${aborted}`);
  if (broken.length > 0 && isUnanswered(thresholds, summary))
    return failed('NothingAnswered', 'no request was answered');
  if (broken.length > 0) return failed('ThresholdExceeded', [...problems, ...regression].join(', '));
  if (isSaturated) return unknown('GeneratorSaturated', saturated.message);
  if (problems.length > 0) return failed('ThresholdExceeded', [...problems, ...regression].join(', '));
  if (regression.length > 0) return failed('Regressed', message);
  const undecided = thresholds.flatMap((t) => t.uncertainty?.text ?? []);
  if (undecided.length > 0) return unknown('RequestsCutOff', undecided.join('; '));
  const held = heldSentence(thresholds, summary);
  return compared === undefined ? passed('ThresholdsMet', held) : byComparison(compared, held);
}

/** The verdict of a test whose thresholds hold. */
export function byComparison({ comparison, isAvailable }: Compared, held: string): Verdict['passed'] {
  const { result, message } = comparison;
  if (result === 'Regressed') return failed('Regressed', message);
  if (!isAvailable) return unknown('BaselineUnavailable', `not compared: ${message}`);
  if (result === 'NotComparable') return unknown('NotComparable', `not compared: ${message}`);
  return result === 'TooNoisy' ? unknown('TooNoisy', message) : passed(result, `${held}, ${message}`);
}

/** Whether the loss of runners fails the test. */
export function isFailedByLoss({ runners }: LoadTestSpec, { lost }: RunnerLosses): boolean {
  return lost > 0 && runners.onLoss === 'Fail';
}

function unknown(reason: Verdict['passed']['reason'], message: string): Verdict['passed'] {
  return { status: 'Unknown', reason, message };
}

function passed(reason: Verdict['passed']['reason'], message: string): Verdict['passed'] {
  return { status: 'True', reason, message };
}

function failed(reason: Verdict['passed']['reason'], message: string): Verdict['passed'] {
  return { status: 'False', reason, message };
}

function nothingMeasured(spec: LoadTestSpec, losses: RunnerLosses): Verdict {
  const message = ['no load was made', lossSentence(losses)].filter(Boolean).join('; ');
  return {
    passed: isFailedByLoss(spec, losses)
      ? failed('RunnersLost', `runners were lost; ${message}`)
      : { status: 'Unknown', reason: 'NoLoad', message },
    saturated: { status: 'Unknown', reason: 'NoLoad', message: 'no load was made' },
    thresholds: [],
  };
}

/** The default threshold is not worth naming where nothing was answered. */
function isUnanswered(thresholds: readonly ThresholdResult[], { counts }: Summary): boolean {
  return counts.done === 0 && thresholds.every((t) => t.default);
}

function heldSentence(thresholds: readonly ThresholdResult[], summary: Summary): string {
  const [first, ...others] = thresholds;
  const theDefault = `the default threshold holds (${thresholdText(DEFAULT_THRESHOLD)})`;
  const one = first?.default ? theDefault : 'the one threshold holds';
  const held = others.length > 0 ? `all ${thresholds.length} thresholds hold` : one;
  return [held, unseenTrouble(thresholds, summary)].filter(Boolean).join(', but ');
}

function countsSentence(spec: LoadTestSpec, summary: Summary): string {
  return `${doneText(spec, summary)}, ${formatNumber(summary.rate.achieved)}${rateUnit(spec)}`;
}

/** Why a run that its schedule should compare has no baseline; empty for any other. */
export function noBaselineSentence({ compareWith }: LoadTestSpec): string {
  return compareWith !== undefined && compareWith.name === undefined
    ? 'not compared: no earlier run could be the baseline'
    : '';
}

/** The lost runners as a sentence; empty without any. */
export function lossSentence({ desired, lost }: RunnerLosses): string {
  return lost === 0
    ? ''
    : `${lost} of ${desired} runners lost, and with them what they counted after they were last heard of`;
}
