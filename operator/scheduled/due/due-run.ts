import { ANNOTATION_SCHEDULED_AT, scheduledTestName } from '../../../api/common/names.ts';
import { metaTime } from '../../../api/common/time.ts';
import type { LoadTestResource } from '../../loadtest/resources/loadtest-resource.ts';
import type { Due, ObservedSchedule, RunCause } from '../decision.ts';
import { runOf } from '../runs.ts';
import type { AcceptedSchedule } from '../scheduled-resource.ts';
import { previousRun } from './previous-run.ts';
import type { Times } from './times.ts';
import { pendingTrigger, triggeredRun } from './trigger.ts';

type AcceptedObserved = ObservedSchedule & { schedule: AcceptedSchedule };

/** The run that is due now: that of a time of the schedule, and otherwise that of a trigger, which waits for the former. */
export function dueRun(
  observed: AcceptedObserved,
  { dueMs, missed }: Pick<Times, 'dueMs' | 'missed'>,
  active: readonly LoadTestResource[],
): Due | undefined {
  const { schedule, tests, nowMs } = observed;
  const trigger = pendingTrigger(schedule);
  const triggered = trigger === undefined ? undefined : triggeredRun(schedule.metadata, trigger, nowMs);
  const run = dueMs === undefined ? triggered : scheduledRun(schedule.metadata, dueMs, missed);
  if (run === undefined) return undefined;
  const { name, annotations, notes, ...cause } = run;
  const previous = previousRun(schedule, tests);
  const alone = previous === undefined || previous.problem === undefined ? [] : [`not compared: ${previous.problem}`];
  return {
    ...observed,
    ...cause,
    ...{ active, notes: [...notes, ...alone] },
    manifest: runOf(schedule, { name, annotations }, previous?.name),
  };
}

function scheduledRun({ name }: AcceptedSchedule['metadata'], dueMs: number, missed: number): RunCause {
  const dueTime = metaTime(dueMs);
  const skipped = `${missed - 1} earlier ${missed === 2 ? 'time was' : 'times were'} skipped`;
  return {
    ...{ name: scheduledTestName(name, dueMs), annotations: { [ANNOTATION_SCHEDULED_AT]: dueTime } },
    ...{ dueMs, cause: `for ${dueTime}`, notes: missed > 1 ? [skipped] : [] },
    ...{ created: { lastScheduleTime: dueTime }, skipped: { lastSkippedTime: dueTime } },
  };
}
