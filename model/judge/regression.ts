import { share } from '../../api/common/quantity.ts';
import { limitValue, unitOf } from '../../api/loadtest/metrics.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import type { Summary } from '../measure/summary.ts';
import { metricRange } from '../metrics/metrics.ts';

/**
 * Whether the generator's own part of this run explains every regression of a comparison: without it, no regressed metric would be worse than
 * the baseline by more than the comparison allows. The observed value of a comparison may be a typical one of many intervals. It is scaled by
 * the ratio of the whole run's metric without and with the own part.
 */
export function isExplained({ metrics, maxRegression }: Comparison, summary: Summary): boolean {
  const regressed = metrics.filter((m) => m.result === 'Regressed');
  return regressed.length > 0 && regressed.every((m) => isWithin(m, share(maxRegression), summary));
}

function isWithin(
  { metric, baseline, observed }: Comparison['metrics'][number],
  allowed: number,
  summary: Summary,
): boolean {
  const range = metricRange(metric, summary);
  // Shares are compared by difference; the errors that the generator causes saturate it anyway.
  if (range === undefined || baseline === undefined || observed === undefined || unitOf(metric) === 'percent')
    return false;
  const { measured, withoutGenerator } = range;
  const scaled = limitValue(metric, observed) * (withoutGenerator.low / measured.low);
  const ratio = scaled / limitValue(metric, baseline);
  return unitOf(metric) === 'duration' ? ratio <= 1 + allowed : ratio >= 1 - allowed;
}
