import type { Instruction } from '../../api/protocol/instruction.ts';
import type { Changes } from './changes.ts';

export type Hold = {
  /** Whether an instruction leaves the runner nothing to do. */
  isToWait: (instruction: Instruction) => boolean;
  changes: Changes;
  /** The uid of the LoadTest whose changes may bring another instruction. */
  uid: string;
  /** For how long the response is held at most. */
  ms: number;
  /** Aborts when the client has disconnected. */
  gone: AbortSignal;
};

/**
 * The instruction of `decide`: at once when there is something to do, else as soon as a change brings it. After `ms` the runner is to send its
 * next update at once, as it has waited already; once `changes` is closed, at its usual interval.
 */
export async function hold(
  decide: () => Instruction,
  { isToWait, changes, uid, ms, gone }: Hold,
): Promise<Instruction> {
  const first = decide();
  if (ms === 0 || !isToWait(first)) return first;
  const late = AbortSignal.timeout(ms);
  const over = AbortSignal.any([gone, late]);
  let latest = first;
  while (isToWait(latest) && !late.aborted && !gone.aborted && !changes.isClosed) {
    await changes.next(uid, over);
    latest = decide();
  }
  return {
    ...latest,
    ...(isToWait(latest) && late.aborted && { nextReportMs: 0 }),
    // The clock may have been set back meanwhile.
    heldMs: Math.max(0, latest.nowMs - first.nowMs),
  };
}
