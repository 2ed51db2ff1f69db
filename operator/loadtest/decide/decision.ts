import type { Predecessors } from '../../../api/protocol/predecessors.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { NotificationType } from '../../../api/status/notification-types.ts';
import { baselineProblem } from '../../../model/compare/baseline.ts';
import type { Decided } from '../../../model/lifecycle/stage.ts';
import type { Summary } from '../../../model/measure/summary.ts';
import type { RunnerEnd } from '../../../model/result/report-document.ts';
import type { Observed } from '../observe/observed.ts';

/** A change to make. Every action may be repeated. */
export type Action =
  | { type: 'CreateJob' }
  | { type: 'DeleteJob' }
  | { type: 'ReplaceJob'; predecessors: Predecessors; suspended: boolean }
  | { type: 'SuspendJob' }
  | { type: 'RecordLostRunners'; annotations: Record<string, string> }
  | { type: 'DeleteTest' }
  | { type: 'StopRunners'; reason: string }
  | { type: 'EndTrial'; number: number }
  | { type: 'TearDown' }
  | { type: 'WriteReport'; runners: RunnerEnd[]; summary: Summary }
  | { type: 'ForgetUpdates' }
  | { type: 'Notify'; notification: NotificationType };

/** The actions, the whole status as it should read, if it is known, and when to decide again at the latest. */
export type Decision = { actions: Action[]; status?: LoadTestStatus; requeueAfterMs?: number };

/** When a decision is made, about which generation, and whether `spec.compareWith` names a usable baseline. */
export function decidedOn({ nowMs, test, baseline }: Pick<Observed, 'nowMs' | 'test' | 'baseline'>): Decided {
  const name = test.spec?.compareWith?.name;
  return {
    nowMs,
    generation: test.metadata.generation ?? 0,
    ...(name !== undefined && { baselineProblem: baselineProblem(name, baseline) }),
  };
}
