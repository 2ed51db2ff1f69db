import { formatMetric, limitValue } from '../../api/loadtest/metrics.ts';
import { type AppliedThreshold, thresholdName } from '../../api/loadtest/threshold.ts';
import type { Summary } from '../measure/summary.ts';
import { metricBounds, metricValue } from './metrics.ts';
import { type Violation, violationText } from './violation.ts';

/**
 * A threshold with its observed value. `observed` is missing when there was nothing to measure, which does not pass; else `violation` holds
 * the broken limits of one that does not.
 */
export type ThresholdResult = AppliedThreshold & { observed?: string; passed: boolean; violation?: Violation };

/**
 * Compares the metric with its limits as numbers; the text is only for people. The end of the bucket that is worse for the limit counts:
 * rounding never lets a result pass.
 */
export function evaluate(threshold: AppliedThreshold, summary: Summary): ThresholdResult {
  const { metric, request, max, min } = threshold;
  const value = metricValue(metric, summary, request);
  const bounds = metricBounds(metric, summary, request);
  if (value === undefined || bounds === undefined) return { ...threshold, passed: false };
  const [most, least] = [max, min].map((limit) => (limit === undefined ? undefined : limitValue(metric, limit)));
  const isAbove = most !== undefined && bounds.high > most;
  // A bucket may hold both limits. Nothing exceeds one and is below the other.
  const isBelow = least !== undefined && bounds.low < least && !(isAbove && bounds.high >= least);
  const shown = isAbove ? bounds.high : isBelow ? bounds.low : value;
  const limits = [most, least].filter((limit) => limit !== undefined);
  const observed = formatMetric(metric, shown, limits);
  if (!isAbove && !isBelow) return { ...threshold, observed, passed: true };
  const violation = {
    metric,
    ...(request !== undefined && { request }),
    ...(isAbove && { max }),
    ...(isBelow && { min }),
    observed,
  };
  return { ...threshold, observed, passed: false, violation };
}

/** The reason why a threshold did not pass, for people; undefined when it passed. */
export function problemOf(result: ThresholdResult): string | undefined {
  if (result.passed) return undefined;
  const problem =
    result.violation === undefined
      ? `${thresholdName(result)} has nothing to measure`
      : violationText(result.violation);
  return result.default ? `${problem} (default)` : problem;
}
