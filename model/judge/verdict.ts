import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { unitOf } from '../../api/loadtest/metrics.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Compared } from '../compare/baseline.ts';
import type { Summary } from '../measure/summary.ts';
import { evaluate, type ThresholdResult } from '../metrics/threshold-result.ts';
import { saturation } from './saturation.ts';

export type Verdict = {
  passed: ConditionState;
  saturated: ConditionState;
  thresholds: ThresholdResult[];
  comparison?: Comparison;
};

/** Runners that were to run and those whose end is not known; what the lost ones measured last is in the summary. */
export type RunnerLosses = { desired: number; lost: number };

/**
 * Judges a result. In this order: a lost runner fails a test that says onLoss Fail; a saturated generator makes it inconclusive,
 * as no number that blames the target may come of it; then the thresholds decide, and without any, that something was answered; then the
 * comparison with a baseline, if one is asked for: without an answer to it the result is inconclusive.
 * `summary` is undefined when no runner ever reported, which leaves open all but the loss; `aborted` says which threshold ended the run early.
 */
export function judge(
  spec: LoadTestSpec,
  summary: Summary | undefined,
  losses: RunnerLosses,
  aborted?: string,
  compared?: Compared,
): Verdict {
  if (summary === undefined || summary.counts.generated === 0) return nothingMeasured(spec, losses);
  const thresholds = (spec.thresholds ?? []).map((t) => evaluate(t, summary));
  const saturated = saturation(spec, summary, !restsOnLag(summary, thresholds, aborted, compared));
  const decision = decide(spec, summary, losses, saturated, thresholds, aborted, compared);
  const message = [decision.message, countsSentence(summary), lossSentence(losses)].filter(Boolean).join('; ');
  return {
    passed: { ...decision, message },
    saturated,
    thresholds,
    ...(compared && { comparison: compared.comparison }),
  };
}

/**
 * Whether sending late may have decided the result. It lengthens response times, so that thresholds which hold all the same would hold
 * without it; and it makes no target refuse, break or answer with an error, unless it piled requests up until some were dropped.
 */
function restsOnLag(
  { counts }: Summary,
  thresholds: readonly ThresholdResult[],
  aborted: string | undefined,
  compared: Compared | undefined,
): boolean {
  const broken = thresholds.filter((t) => !t.passed);
  const failedByErrors = broken.some((t) => unitOf(t.metric) === 'percent') && counts.dropped === 0;
  const isWorse = compared?.comparison.result === 'Regressed';
  const held = thresholds.length > 0 && broken.length === 0 && aborted === undefined && !isWorse;
  return !held && !failedByErrors && counts.done > 0;
}

function decide(
  spec: LoadTestSpec,
  summary: Summary,
  losses: RunnerLosses,
  saturated: ConditionState,
  thresholds: readonly ThresholdResult[],
  aborted: string | undefined,
  compared: Compared | undefined,
): ConditionState {
  const problems = thresholds.flatMap((t) => t.problem ?? []);
  const { result, message = '' } = compared?.comparison ?? {};
  if (isFailedByLoss(spec, losses)) return failed('RunnersLost', 'runners were lost');
  if (saturated.status === 'True')
    return { status: 'Unknown', reason: 'GeneratorSaturated', message: saturated.message };
  if (aborted !== undefined) return failed('ThresholdExceeded', `aborted: ${aborted}`);
  const regression = result === 'Regressed' ? [message] : [];
  if (problems.length > 0) return failed('ThresholdExceeded', [...problems, ...regression].join(', '));
  if (thresholds.length === 0 && summary.counts.done === 0) return failed('NothingAnswered', 'no request was answered');
  if (result === 'Regressed') return failed('Regressed', message);
  if (compared?.isAvailable === false) return open('BaselineUnavailable', message);
  if (result === 'NotComparable') return open('NotComparable', message);
  const held = heldSentence(thresholds.length);
  if (compared !== undefined) return passed(result!, [held, message].filter(Boolean).join(', '));
  return thresholds.length > 0 ? passed('ThresholdsMet', held) : passed('NoThresholds', 'no thresholds to miss');
}

function isFailedByLoss({ runners }: LoadTestSpec, { lost }: RunnerLosses): boolean {
  return lost > 0 && runners.onLoss === 'Fail';
}

function open(reason: string, why: string): ConditionState {
  return { status: 'Unknown', reason, message: `not compared: ${why}` };
}

function passed(reason: string, message: string): ConditionState {
  return { status: 'True', reason, message };
}

function failed(reason: string, message: string): ConditionState {
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

function heldSentence(count: number): string {
  if (count === 0) return '';
  return count === 1 ? 'the one threshold holds' : `all ${count} thresholds hold`;
}

function countsSentence({ counts, rate }: Summary): string {
  const made = `${formatCount(counts.done)} of ${formatCount(counts.generated)} requests done`;
  return `${made}, ${formatNumber(rate.achieved)}/s`;
}

function lossSentence({ desired, lost }: RunnerLosses): string {
  return lost === 0
    ? ''
    : `${lost} of ${desired} runners lost, and with them what they counted after they were last heard of`;
}
