import type { AcceptedSchedule } from '../scheduled-resource.ts';

/** The latest time for which a run was created or that was skipped, or when the schedule was created; epoch milliseconds. */
export function handledMs({ metadata, status }: AcceptedSchedule): number {
  const { lastScheduleTime = metadata.creationTimestamp, lastSkippedTime = lastScheduleTime } = status;
  return Math.max(Date.parse(lastScheduleTime), Date.parse(lastSkippedTime));
}

/** How late a run may start, in milliseconds. */
export function deadlineMs({ startingDeadlineSeconds }: AcceptedSchedule['spec']): number {
  return (startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1e3;
}

/** The time up to which no run starts any more, epoch milliseconds: it is handled, or older than `spec.startingDeadlineSeconds`. */
export function handledUntilMs(schedule: AcceptedSchedule, nowMs: number): number {
  // A time that is exactly as old as the deadline may still start.
  return Math.max(handledMs(schedule), nowMs - deadlineMs(schedule.spec) - 1);
}
