import { thresholdName } from '../../api/loadtest/threshold.ts';
import type { ThresholdViolation } from '../../api/status/fields/stopping.ts';

/** The limits of a threshold that its metric broke, with the observed value as text. */
export type Violation = ThresholdViolation;

/** "responseTime.p99 of order 200ms exceeds 100ms"; on a ramp with the end ", which held up to 96/s". */
export function violationText(violation: Violation): string {
  const { observed, max, min, heldAt } = violation;
  const name = thresholdName(violation);
  return [
    max === undefined ? '' : `${name} ${observed} exceeds ${max}`,
    min === undefined ? '' : `${name} ${observed} is below ${min}`,
  ]
    .filter(Boolean)
    .join(', ')
    .concat(heldAt === undefined ? '' : `, which held up to ${heldAt}`);
}
