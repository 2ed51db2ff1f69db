import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import type { Turn } from './turn.ts';

/**
 * `limits.maxConcurrentTests`: a test waits while so many tests of this installation are admitted. The message is the same for all that wait,
 * and stays.
 */
export function maxConcurrentTests({
  isElsewhere,
  takenSlots,
  limits,
}: Pick<Turn, 'isElsewhere' | 'takenSlots' | 'limits'>): Waiting<TurnReason> | undefined {
  const most = limits.maxConcurrentTests;
  if (isElsewhere || most === undefined || takenSlots < most) return undefined;
  return {
    reason: 'WaitingForSlot',
    message: `waits for another test to end, as the operator runs at most ${most} at once (limits.maxConcurrentTests)`,
  };
}
