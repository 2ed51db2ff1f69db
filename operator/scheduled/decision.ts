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

/** A time of the schedule that has come, with the run to create for it, as the checks see it. */
export type Due = ObservedSchedule & {
  schedule: AcceptedSchedule;
  dueMs: number;
  /** How many times have come since the last run, this one included; at most 100. */
  missed: number;
  manifest: LoadTestManifest;
  /** The runs that have not ended, oldest first. */
  active: readonly LoadTestResource[];
};

/** The consequence of a time that has come; the rest of a {@link Decision} is bookkeeping. */
export type Start = {
  actions: Action[];
  events: Occurrence[];
  lastScheduleTime?: string;
  lastSkippedTime?: string;
  againMs?: number;
};
