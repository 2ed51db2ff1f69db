import type { Instruction } from '../../api/protocol/instruction.ts';
import type { Changes } from './changes.ts';

export type Hold = {
  changes: Changes;
  /** The uid of the LoadTest whose changes may bring another instruction. */
  uid: string;
  /** For how long the answer is held at most. */
  ms: number;
  /** Aborts when nobody is there any more to take the answer. */
  gone: AbortSignal;
};

/**
 * What `decide` says: at once when it is something to do, else as soon as a change makes it so. After `ms` the runner is told to ask again
 * at once, as it has waited already; when no answer is to be held any more, in its usual time.
 */
export async function hold(decide: () => Instruction, { changes, uid, ms, gone }: Hold): Promise<Instruction> {
  const first = decide();
  if (ms === 0 || !isToWait(first)) return first;
  const late = AbortSignal.timeout(ms);
  const over = AbortSignal.any([gone, late]);
  let told = first;
  while (isToWait(told) && !late.aborted && !gone.aborted && !changes.isClosed) {
    await changes.next(uid, over);
    told = decide();
  }
  return {
    ...told,
    ...(isToWait(told) && late.aborted && { nextReportMs: 0 }),
    // The clock may have been set meanwhile.
    heldMs: Math.max(0, told.nowMs - first.nowMs),
  };
}

/** Whether a runner has nothing to do but to wait. */
function isToWait({ instruction, wantsIntervals }: Instruction): boolean {
  return instruction === 'Wait' && wantsIntervals !== true;
}
