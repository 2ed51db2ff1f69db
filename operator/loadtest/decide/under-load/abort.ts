import { abortViolations } from '../../../../model/judge/abort.ts';
import type { StopCause } from '../../../../model/lifecycle/stop-cause.ts';
import { hasEnded } from '../../runners/runner.ts';
import type { UnderLoad } from './facts.ts';

/**
 * A threshold with `abort` ends a load once it does not hold. No threshold is judged while a runner is silent that may come back: without
 * its load the rate is too low, and shares and percentiles are those of the others.
 */
export function thresholdAbort({
  test,
  recent,
  runners,
}: Pick<UnderLoad, 'test' | 'recent' | 'runners'>): StopCause | undefined {
  if (recent === undefined) return undefined;
  const isMissing = (index: number) => runners[index] !== undefined && !hasEnded(runners[index]);
  if (recent.silent.some(isMissing)) return undefined;
  const violations = abortViolations(test.spec, recent);
  return violations.length === 0 ? undefined : { by: 'Threshold', violations };
}
