import type { FailureReason } from '../../api/status/reasons.ts';

/** Why a runner cannot send load: `reason` is the reason of the Complete condition, `problem` its message. */
export type Unfit = { reason: FailureReason | 'RunnerFailed' | 'Interrupted'; problem: string };

/** A problem whose reason is only that the runner cannot send load. */
export function runnerFailed(problem: string): Unfit {
  return { reason: 'RunnerFailed', problem };
}
