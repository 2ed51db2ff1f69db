import { formatMetric, limitValue } from '../../api/loadtest/metrics.ts';
import { type Threshold, thresholdName } from '../../api/loadtest/threshold.ts';
import type { Summary } from '../measure/summary.ts';
import { metricValue } from './metrics.ts';

/** A threshold with what was observed; `observed` is missing when there was nothing to measure, which does not pass. */
export type ThresholdResult = Threshold & { observed?: string; passed: boolean; problem?: string };

/** Compares the metric with its limits as numbers; the text is only for people. */
export function evaluate(threshold: Threshold, summary: Summary): ThresholdResult {
  const { metric, request, max, min } = threshold;
  const name = thresholdName(threshold);
  const value = metricValue(metric, summary, request);
  if (value === undefined) return { ...threshold, passed: false, problem: `${name} has nothing to measure` };
  const observed = formatMetric(metric, value);
  const problems = [
    max !== undefined && value > limitValue(metric, max) ? `${name} ${observed} exceeds ${max}` : '',
    min !== undefined && value < limitValue(metric, min) ? `${name} ${observed} is below ${min}` : '',
  ].filter(Boolean);
  if (problems.length === 0) return { ...threshold, observed, passed: true };
  return { ...threshold, observed, passed: false, problem: problems.join(', ') };
}
