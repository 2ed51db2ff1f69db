import { formatMicroseconds } from '../../../api/common/duration.ts';
import { formatShare } from '../../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { type Threshold, thresholdsOf } from '../../../api/loadtest/threshold.ts';
import type { CapacityLimit, FinishedTrial, PlannedTrial } from '../../../api/status/capacity.ts';
import { saturation } from '../../judge/saturation.ts';
import { type Summary, summarise } from '../../measure/summary.ts';
import type { MeasuredTrial } from '../../measure/trial/measured-trial.ts';
import { evaluate, type ThresholdResult } from '../../metrics/threshold-result.ts';
import { lastedSeconds, trialSpec } from './trial-spec.ts';

/** A rate that the target does not answer is not one that it carries, whatever the thresholds look at. */
const ANSWERED = { metric: 'rate', min: '95%' } as const satisfies Threshold;

/**
 * The finished trial, judged by the thresholds of its test on what was measured in it alone. It is bad when a threshold is broken for sure,
 * which a generator's own delay does not excuse. Otherwise a generator that was the limit says nothing of the target. A trial whose requests had
 * to be cut off, so that a threshold is undecided, is bad: they had all the time to settle.
 */
export function judgeTrial(
  spec: LoadTestSpec,
  trial: PlannedTrial,
  { ranMs, snapshot }: Pick<MeasuredTrial, 'ranMs' | 'snapshot'>,
): FinishedTrial {
  const lasted = lastedSeconds(trial, ranMs);
  const asTest = trialSpec(spec, trial, lasted);
  const summary = summarise(asTest, snapshot === undefined ? [] : [snapshot]);
  const results = thresholdsOf(spec).map((threshold) => evaluate(threshold, summary));
  const all = [...results, ...answered(results, summary)];
  const { number, purpose, rate, seconds } = trial;
  return {
    ...{ number, purpose, rate, seconds },
    ...(lasted < seconds && { lasted: rounded(lasted) }),
    achieved: rounded(summary.rate.achieved),
    ...outcomeOf(asTest, summary, all),
    observed: results.map(({ observed = '' }) => observed),
    ...figuresOf(summary),
  };
}

/** The rule about what was answered, unless a threshold of the test is about the same. */
function answered(results: readonly ThresholdResult[], summary: Summary): ThresholdResult[] {
  return results.some(({ metric }) => metric === ANSWERED.metric) ? [] : [evaluate(ANSWERED, summary)];
}

/** A runner leaves out what was due before it learnt of the trial. */
const NOTHING_DUE = { reason: 'PacingLag', message: 'every runner learnt of the trial after its end' };

function outcomeOf(
  asTest: LoadTestSpec,
  summary: Summary,
  results: readonly ThresholdResult[],
): Pick<FinishedTrial, 'good' | 'by' | 'generator'> {
  if (summary.counts.generated === 0) return { good: false, generator: NOTHING_DUE };
  const broken = results.filter(({ violation }) => violation !== undefined);
  if (broken.length > 0) return { good: false, by: broken.map(limitOf) };
  const decided = results.flatMap(({ uncertainty }) => (uncertainty?.byGenerator ? uncertainty.text : []));
  const { status, reason, message } = saturation(asTest, summary, decided);
  if (status === 'True') return { good: false, generator: { reason, message } };
  const open = results.filter(({ passed }) => !passed);
  return open.length > 0 ? { good: false, by: open.map(limitOf) } : { good: true };
}

function limitOf({ metric, request }: ThresholdResult): CapacityLimit {
  return { metric, ...(request !== undefined && { request }) };
}

function figuresOf({ responseTime, errorShare }: Summary): Pick<FinishedTrial, 'errors' | 'p50' | 'p95' | 'p99'> {
  const [p50, p95, p99] = [50, 95, 99].map((percentile) => responseTime.valueAtPercentile(percentile));
  return {
    ...(errorShare !== undefined && { errors: formatShare(errorShare) }),
    ...(p50 !== undefined && { p50: formatMicroseconds(p50) }),
    ...(p95 !== undefined && { p95: formatMicroseconds(p95) }),
    ...(p99 !== undefined && { p99: formatMicroseconds(p99) }),
  };
}

/** To a hundredth. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
