import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { keyOf } from '../resources/loadtest-resource.ts';
import { inOrder } from './queued.ts';
import type { Turn } from './turn.ts';

/** `limits.maxConcurrentTests`: a test waits while so many tests are admitted. */
export function maxConcurrentTests({ admitted, limits }: Turn): Waiting<TurnReason> | undefined {
  const most = limits.maxConcurrentTests;
  if (most === undefined || admitted.length < most) return undefined;
  const oldest = inOrder(admitted)[0]!;
  return {
    reason: 'WaitingForSlot',
    message: `waits for one of ${admitted.length} tests to end, as the operator runs at most ${most} at once; the oldest is ${keyOf(oldest.metadata)}`,
  };
}
