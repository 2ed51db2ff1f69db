import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { unitOf } from '../../api/loadtest/metrics.ts';
import { DEFAULT_THRESHOLD, thresholdsOf, thresholdText } from '../../api/loadtest/threshold.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Compared } from '../compare/baseline.ts';
import type { Summary } from '../measure/summary.ts';
import { evaluate, problemOf, type ThresholdResult } from '../metrics/threshold-result.ts';
import { saturation } from './saturation.ts';

export type Verdict = {
  passed: ConditionState<'Passed'>;
  saturated: ConditionState<'GeneratorSaturated'>;
  thresholds: ThresholdResult[];
  comparison?: Comparison;
};

/** How many runners the test has, and how many were lost; the summary contains the last measurements of the lost ones. */
export type RunnerLosses = { desired: number; lost: number };

/**
 * Judges a result, in this order. A lost runner fails a test with `onLoss: Fail`. A saturated generator makes the result inconclusive: it
 * must not blame the target. Then the thresholds decide, or the default one. Then the comparison with a baseline decides, where the spec
 * asks for one: without a comparison the result is inconclusive.
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
  if (summary === undefined || summary.counts.generated === 0) return nothingMeasured(spec, losses);
  const thresholds = thresholdsOf(spec).map((t) => evaluate(t, summary));
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
 * Whether late sending may have decided the result. Late sending lengthens response times: thresholds that hold would hold without it. It
 * causes no errors of the target, unless requests piled up until some were dropped.
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
  const held = broken.length === 0 && aborted === undefined && !isWorse;
  return !held && !failedByErrors && counts.done > 0;
}

function decide(
  spec: LoadTestSpec,
  summary: Summary,
  losses: RunnerLosses,
  saturated: Verdict['saturated'],
  thresholds: readonly ThresholdResult[],
  aborted: string | undefined,
  compared: Compared | undefined,
): Verdict['passed'] {
  const problems = thresholds.flatMap((t) => problemOf(t) ?? []);
  const { result, message = '' } = compared?.comparison ?? {};
  if (isFailedByLoss(spec, losses)) return failed('RunnersLost', 'runners were lost');
  if (saturated.status === 'True')
    return { status: 'Unknown', reason: 'GeneratorSaturated', message: saturated.message };
  if (aborted !== undefined) return failed('ThresholdExceeded', `aborted: ${aborted}`);
  const regression = result === 'Regressed' ? [message] : [];
  const isHeldToDefault = thresholds.every((t) => t.default);
  if (isHeldToDefault && summary.counts.done === 0) return failed('NothingAnswered', 'no request was answered');
  if (problems.length > 0) return failed('ThresholdExceeded', [...problems, ...regression].join(', '));
  if (result === 'Regressed') return failed('Regressed', message);
  if (compared?.isAvailable === false) return open('BaselineUnavailable', message);
  if (result === 'NotComparable') return open('NotComparable', message);
  const held = heldSentence(thresholds);
  if (compared !== undefined) return passed(result!, `${held}, ${message}`);
  return passed('ThresholdsMet', held);
}

function isFailedByLoss({ runners }: LoadTestSpec, { lost }: RunnerLosses): boolean {
  return lost > 0 && runners.onLoss === 'Fail';
}

function open(reason: 'BaselineUnavailable' | 'NotComparable', why: string): Verdict['passed'] {
  return { status: 'Unknown', reason, message: `not compared: ${why}` };
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

function heldSentence(thresholds: readonly ThresholdResult[]): string {
  const [first, ...others] = thresholds;
  if (others.length > 0) return `all ${thresholds.length} thresholds hold`;
  return first?.default
    ? `the default threshold holds (${thresholdText(DEFAULT_THRESHOLD)})`
    : 'the one threshold holds';
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
