import { formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Compared } from '../compare/baseline.ts';
import { isIdle } from '../measure/counters.ts';
import { doneText, rateUnit } from '../measure/rate/iterations.ts';
import type { Summary } from '../measure/summary.ts';
import { evaluate, type ThresholdResult } from '../metrics/threshold-result.ts';
import { decide, failed, type Passed } from './decision.ts';
import { isFailedByLoss, lossSentence, type RunnerLosses } from './losses.ts';
import { isExplained } from './regression.ts';
import { saturation } from './saturation.ts';

export type Verdict = {
  passed: Passed;
  saturated: ConditionState<'GeneratorSaturated'>;
  thresholds: ThresholdResult[];
  comparison?: Comparison;
};

/**
 * Judges a result: a lost runner fails a test with `onLoss: Fail`; of any other, {@link decide} decides.
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

function countsSentence(spec: LoadTestSpec, summary: Summary): string {
  return `${doneText(spec, summary)}, ${formatNumber(summary.rate.achieved)}${rateUnit(spec)}`;
}

/** Why a run that its schedule should compare has no baseline; empty for any other. */
export function noBaselineSentence({ compareWith }: LoadTestSpec): string {
  return compareWith !== undefined && compareWith.name === undefined
    ? 'not compared: no earlier run could be the baseline'
    : '';
}
