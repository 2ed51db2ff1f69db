import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { ObjectMeta } from '../kube/types.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { LoadTestManifest } from './runs.ts';
import type { AcceptedSchedule, Schedule } from './scheduled-resource.ts';

/** The whole input of a decision about a ScheduledLoadTest. */
export type ObservedSchedule = {
  nowMs: number;
  schedule: Schedule;
  limits: OperatorLimits;
  /** The existing LoadTests of this schedule. */
  tests: readonly LoadTestResource[];
  /** Why the API server has just refused the LoadTest that is due. */
  refusal?: string;
};

/** A change to make. Every action may be repeated. */
export type Action =
  | { type: 'CreateLoadTest'; manifest: LoadTestManifest }
  | { type: 'DeleteLoadTest'; ref: ObjectMeta; why: string };

export type Decision = {
  actions: Action[];
  /** The whole status to write; left out when nothing has changed. */
  status?: ScheduledLoadTestStatus;
  /** Actions for after the write of the status: the history must have a run before its LoadTest is deleted. */
  cleanup: Action[];
  events: Occurrence[];
  requeueAfterMs?: number;
};

/** The fields of the status that record which times and triggers are handled. */
type Handled = Partial<Pick<ScheduledLoadTestStatus, 'lastScheduleTime' | 'lastSkippedTime' | 'lastTrigger'>>;

/** The cause of a run, a time of the schedule or a trigger, with the run to create for it, as the checks see it. */
export type Due = ObservedSchedule & {
  schedule: AcceptedSchedule;
  /** Since when the run is due, epoch milliseconds. */
  dueMs: number;
  /** The cause in words, after "Created LoadTest NAME". */
  cause: string;
  /** Further sentences for the event of the creation. */
  notes: readonly string[];
  /** What the status records once the run exists, or is skipped. */
  created: Handled;
  skipped: Handled;
  manifest: LoadTestManifest;
  /** The runs that have not ended, oldest first. */
  active: readonly LoadTestResource[];
};

/** What distinguishes the run of a time from that of a trigger. */
export type RunCause = Pick<Due, 'dueMs' | 'cause' | 'notes' | 'created' | 'skipped'> & {
  name: string;
  annotations: Record<string, string>;
};

/** The consequence of a due run; the rest of a {@link Decision} is bookkeeping. */
export type Start = {
  actions: Action[];
  events: Occurrence[];
  handled?: Handled;
  againMs?: number;
};
