import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';

/** The trial of a capacity search in an instruction, and the end of its arrivals. */
export type TrialInstruction = Pick<Instruction, 'trial' | 'endTrial'>;

/** What a runner does upon an instruction. */
export type Action =
  | { type: 'Prepare'; assignment: Assignment }
  | { type: 'Start'; startAtMs: number; setup: string | undefined; trials: TrialInstruction }
  | { type: 'FollowTrial'; trials: TrialInstruction }
  | { type: 'TearDown' }
  | { type: 'Stop'; reason: string; ends: 'Load' | 'Session' | 'Nothing' };

/** The action of a runner in this phase; undefined when it has nothing to do, also because its load has ended during the exchange. */
export function actionOf(instruction: Instruction, phase: RunnerUpdate['phase']): Action | undefined {
  const { assignment, startAtMs, setup, trial, endTrial, reason = 'the operator requested it' } = instruction;
  const trials: TrialInstruction = { trial, endTrial };
  switch (instruction.instruction) {
    case 'Prepare':
      return phase === 'Starting' && assignment !== undefined ? { type: 'Prepare', assignment } : undefined;
    case 'Start':
      return phase === 'Ready' && startAtMs !== undefined ? { type: 'Start', startAtMs, setup, trials } : undefined;
    case 'Continue':
      return phase === 'Running' ? { type: 'FollowTrial', trials } : undefined;
    case 'TearDown':
      return { type: 'TearDown' };
    case 'Stop':
      return { type: 'Stop', reason, ends: endedByStop(phase) };
    default:
      return undefined;
  }
}

/** A load is cut off, and the final update follows. A runner without a load ends at once; one that has finished repeats its final update. */
function endedByStop(phase: RunnerUpdate['phase']): 'Load' | 'Session' | 'Nothing' {
  if (phase === 'Running') return 'Load';
  return phase === 'Finished' ? 'Nothing' : 'Session';
}
