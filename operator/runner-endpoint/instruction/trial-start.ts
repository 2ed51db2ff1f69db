import type { TrialPlan } from '../../../api/protocol/trial.ts';
import { liveMs } from '../polling.ts';

/** The time for the responses to all waiting runners, of which each takes less than half of a millisecond... */
const RESPOND_MS = 50;
const RUNNER_MS = 1;
/** ...and for the next update of a runner that the operator was away for. */
const RETRY_MS = 500;

export type TrialStartInput = {
  nowMs: number;
  replicas: number;
  /** Whether a runner has taken up the trial. */
  isTakenUp: boolean;
  /** Whether the runners have learnt of the trial before from this operator. */
  knowsRunners: boolean;
};

/**
 * When a trial begins of which its first runner learns now; epoch milliseconds. That is as planned, unless it took so long to persist the plan that
 * the runners would be late, or the operator has started since. All of them would then be late, and leave out what was due.
 */
export function trialStartMs(
  { number, startAtMs }: TrialPlan,
  { nowMs, replicas, isTakenUp, knowsRunners }: TrialStartInput,
): number {
  if (isTakenUp) return startAtMs;
  const heardAgainMs = knowsRunners || number === 0 ? 0 : liveMs(replicas) + RETRY_MS;
  return Math.max(startAtMs, nowMs + RESPOND_MS + replicas * RUNNER_MS + heardAgainMs);
}
