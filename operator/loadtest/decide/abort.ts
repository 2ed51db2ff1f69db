import { abortReason } from '../../../model/judge/abort.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';
import { hasEnded, type Runner } from '../runners/runner.ts';
import type { Observed } from './decision.ts';

/**
 * Why a threshold ends the load before its plan does. Nothing is judged while a runner is silent that may come back: it makes its load, and
 * without it the rate is too low, and shares and percentiles are those of others.
 */
export function aborting(
  { recent }: Pick<Observed, 'recent'>,
  { spec }: AcceptedLoadTest,
  runners: readonly Runner[],
): string | undefined {
  if (recent === undefined) return undefined;
  const isMissing = (index: number) => runners[index] !== undefined && !hasEnded(runners[index]);
  return recent.silent.some(isMissing) ? undefined : abortReason(spec, recent);
}
