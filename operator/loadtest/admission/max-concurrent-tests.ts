import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import type { Turn } from './turn.ts';

/** `limits.maxConcurrentTests`: a test waits while so many tests are admitted. The message is the same for all that wait, and stays. */
export function maxConcurrentTests({ admitted, limits }: Turn): Waiting<TurnReason> | undefined {
  const most = limits.maxConcurrentTests;
  if (most === undefined || admitted.size < most) return undefined;
  return {
    reason: 'WaitingForSlot',
    message: `waits for another test to end, as the operator runs at most ${most} at once (limits.maxConcurrentTests)`,
  };
}
