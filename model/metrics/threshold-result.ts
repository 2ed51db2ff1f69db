import { formatMetric, limitValue } from '../../api/loadtest/metrics.ts';
import { type Threshold, thresholdName } from '../../api/loadtest/threshold.ts';
import type { Summary } from '../measure/summary.ts';
import { metricValue } from './metrics.ts';
import { type Violation, violationText } from './violation.ts';

/**
 * A threshold with its observed value. `observed` is missing when there was nothing to measure, which does not pass; else `violation` holds
 * the broken limits of one that does not.
 */
export type ThresholdResult = Threshold & { observed?: string; passed: boolean; violation?: Violation };

/** Compares the metric with its limits as numbers; the text is only for people. */
export function evaluate(threshold: Threshold, summary: Summary): ThresholdResult {
  const { metric, request, max, min } = threshold;
  const value = metricValue(metric, summary, request);
  if (value === undefined) return { ...threshold, passed: false };
  const observed = formatMetric(metric, value);
  const isAbove = max !== undefined && value > limitValue(metric, max);
  const isBelow = min !== undefined && value < limitValue(metric, min);
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
  return result.violation === undefined
    ? `${thresholdName(result)} has nothing to measure`
    : violationText(result.violation);
}
