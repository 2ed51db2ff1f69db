import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import {
  formatMetric,
  isOfAskedRate,
  limitedMetric,
  limitValue,
  parseMetric,
  unitOf,
} from '../../api/loadtest/metrics.ts';
import { type AppliedThreshold, type Threshold, thresholdName } from '../../api/loadtest/threshold.ts';
import type { Bounds } from '../measure/histogram.ts';
import type { Summary } from '../measure/summary.ts';
import { overdueIn } from './measured.ts';
import { metricRange } from './metrics.ts';
import type { Meets } from './range.ts';
import { type Limit, meets, type Uncertainty, uncertaintyOf } from './uncertainty.ts';
import { type Violation, violationText } from './violation.ts';

/**
 * A threshold with its observed value, and what the run can tell of it: `passed` when it holds; `violation` has the limits that it broke
 * for sure; `uncertainty` is set when the run cannot tell. None of them when there was nothing to measure, which does not pass.
 */
export type ThresholdResult = AppliedThreshold & {
  observed?: string;
  passed: boolean;
  violation?: Violation;
  uncertainty?: Uncertainty;
  /** What else `observed` counts. */
  note?: string;
  /** The value of a broken time without the generator's own part, where that is a considerable part of it. */
  withoutGenerator?: string;
};

type Judged = Limit & { meets: Meets };

/**
 * Compares the range of the metric with the limits as numbers; the text is only for people. The end of the bucket that is worse for the limit
 * counts: rounding never lets a result pass.
 */
export function evaluate(threshold: AppliedThreshold, summary: Summary): ThresholdResult {
  const judged = (['max', 'min'] as const).flatMap((bound) => judgeLimit(threshold, bound, summary));
  const [first] = judged;
  if (first === undefined) return { ...threshold, passed: false };
  const metric = limitedMetric(threshold);
  const broken = brokenIn(metric, judged);
  const observed = observedText(metric, judged, broken, summary);
  const note = overdueNote(threshold, summary);
  const result = { ...threshold, observed, passed: false, ...(note !== undefined && { note }) };
  const [breaks] = broken;
  if (breaks !== undefined)
    return { ...result, ...withoutGenerator(metric, breaks), violation: violationOf(threshold, broken, observed) };
  const unknown = judged.find((limit) => limit.meets === 'Unknown');
  if (unknown === undefined) return { ...result, passed: true };
  return { ...result, uncertainty: uncertaintyOf(threshold, unknown, summary) };
}

/** The value of the metric, beside a broken limit the end of its bucket; for a share of the rate asked: "91.2% of 500/s asked". */
function observedText(metric: string, judged: readonly Judged[], broken: readonly Judged[], { rate }: Summary): string {
  const limits = judged.map(({ limit }) => limitValue(metric, limit));
  const { observed } = judged[0]!.range;
  if (isOfAskedRate(metric))
    return `${formatMetric(metric, observed, limits)} of ${formatNumber(rate.target ?? 0)}/s asked`;
  return formatMetric(metric, broken[0]?.range.measured.low ?? observed, limits);
}

const ENDS = { max: 'high', min: 'low' } as const satisfies Record<Limit['bound'], keyof Bounds>;

/** None without the limit, or without anything to measure. */
function judgeLimit(threshold: Threshold, bound: Limit['bound'], summary: Summary): Judged[] {
  const { request, [bound]: limit } = threshold;
  const metric = limitedMetric(threshold);
  if (limit === undefined) return [];
  const range = metricRange(metric, summary, request, ENDS[bound]);
  return range === undefined ? [] : [{ bound, limit, range, meets: meets(metric, { bound, limit }, range) }];
}

/** A bucket may hold both limits. Nothing exceeds one and is below the other. */
function brokenIn(metric: string, judged: readonly Judged[]): Judged[] {
  const broken = judged.filter((limit) => limit.meets === 'Broken');
  const [max, min] = broken;
  if (max === undefined || min === undefined) return broken;
  return max.range.measured.low >= limitValue(metric, min.limit) ? [max] : broken;
}

function violationOf({ metric, request }: Threshold, broken: readonly Judged[], observed: string): Violation {
  const limits = Object.fromEntries(broken.map(({ bound, limit }) => [bound, limit]));
  return { metric, ...(request !== undefined && { request }), ...limits, observed };
}

/** A smaller part of a time is of no interest beside a limit that the rest exceeds. */
const CONSIDERABLE_SHARE = 0.05;

function withoutGenerator(metric: string, { bound, limit, range }: Judged): Pick<ThresholdResult, 'withoutGenerator'> {
  const { measured, withoutGenerator: without } = range;
  if (
    unitOf(metric) !== 'duration' ||
    bound === 'min' ||
    measured.low - without.low < CONSIDERABLE_SHARE * measured.low
  )
    return {};
  return { withoutGenerator: formatMetric(metric, without.low, [limitValue(metric, limit)]) };
}

function overdueNote({ metric, request }: Threshold, summary: Summary): string | undefined {
  const { kind, detail } = parseMetric(metric);
  const overdue = kind === 'errors' && detail === '' ? overdueIn(summary, request) : 0;
  return overdue === 0 ? undefined : `${formatCount(overdue)} were cut off after a longer wait than a threshold allows`;
}

function withoutText({ withoutGenerator: value }: ThresholdResult): string {
  return value === undefined ? '' : ` (${value} without the generator's own delay)`;
}

/** Why a threshold does not hold for sure, for people; undefined when it holds or the run cannot tell. */
export function problemOf(result: ThresholdResult): string | undefined {
  if (result.passed || result.uncertainty !== undefined) return undefined;
  const problem =
    result.violation === undefined
      ? `${thresholdName(result)} has nothing to measure`
      : [violationText(result.violation) + withoutText(result), result.note].filter(Boolean).join(', of which ');
  return result.default ? `${problem} (default)` : problem;
}
