import type { FailureReason } from '../../api/status/reasons.ts';

/** The reason why a runner cannot send load: `reason` is the reason of the Complete condition, `problem` its message. */
export type Unfit = { reason: FailureReason | 'RunnerFailed' | 'Interrupted'; problem: string };

/** A problem without a more specific reason. */
export function runnerFailed(problem: string): Unfit {
  return { reason: 'RunnerFailed', problem };
}
