import type { FAILURE_REASONS } from '../../api/protocol/runner-update.ts';

/** Why a runner cannot send load: `reason` is the reason of the Complete condition, `problem` its message. */
export type Unfit = { reason: (typeof FAILURE_REASONS)[number] | 'RunnerFailed' | 'Interrupted'; problem: string };

/** A problem whose reason is only that the runner cannot send load. */
export function runnerFailed(problem: string): Unfit {
  return { reason: 'RunnerFailed', problem };
}
