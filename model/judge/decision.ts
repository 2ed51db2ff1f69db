import { DEFAULT_THRESHOLD, thresholdText } from '../../api/loadtest/threshold.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Compared } from '../compare/baseline.ts';
import type { Summary } from '../measure/summary.ts';
import { problemOf, type ThresholdResult } from '../metrics/threshold-result.ts';
import { unseenTrouble } from './trouble.ts';

/** Whether a test has passed, with the reason and a message. */
export type Passed = ConditionState<'Passed'>;

/** The facts that decide whether a test with a measurement has passed. */
export type Judged = {
  summary: Summary;
  thresholds: readonly ThresholdResult[];
  saturated: ConditionState<'GeneratorSaturated'>;
  aborted: string | undefined;
  compared: Compared | undefined;
};

/**
 * Decides in this order. A threshold with `abort` that ended the load fails the test. A threshold that is broken for sure fails it, whatever the
 * generator did: without the generator's own part it is broken, too. Otherwise a saturated generator makes the result inconclusive: it must not
 * blame the target. Then a threshold with nothing to measure and a regression fail the test, and an undecided threshold leaves it inconclusive.
 * Then the comparison with a baseline decides, where the spec asks for one: without a comparison the result is inconclusive.
 */
export function decide({ summary, thresholds, saturated, aborted, compared }: Judged): Passed {
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
export function byComparison({ comparison, isAvailable }: Compared, held: string): Passed {
  const { result, message } = comparison;
  if (result === 'Regressed') return failed('Regressed', message);
  if (!isAvailable) return unknown('BaselineUnavailable', `not compared: ${message}`);
  if (result === 'NotComparable') return unknown('NotComparable', `not compared: ${message}`);
  return result === 'TooNoisy' ? unknown('TooNoisy', message) : passed(result, `${held}, ${message}`);
}

function unknown(reason: Passed['reason'], message: string): Passed {
  return { status: 'Unknown', reason, message };
}

function passed(reason: Passed['reason'], message: string): Passed {
  return { status: 'True', reason, message };
}

export function failed(reason: Passed['reason'], message: string): Passed {
  return { status: 'False', reason, message };
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
