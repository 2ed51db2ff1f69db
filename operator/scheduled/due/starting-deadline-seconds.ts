import type { AcceptedSchedule } from '../scheduled-resource.ts';

/**
 * The time up to which no run starts any more, epoch milliseconds: a run was created for it, or was skipped, or it is older than the
 * schedule or than `spec.startingDeadlineSeconds`.
 */
export function handledUntilMs({ metadata, spec, status }: AcceptedSchedule, nowMs: number): number {
  const { lastScheduleTime = metadata.creationTimestamp, lastSkippedTime = lastScheduleTime } = status;
  const handledMs = Math.max(Date.parse(lastScheduleTime), Date.parse(lastSkippedTime));
  const deadlineMs = (spec.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1e3;
  // A time that is exactly as old as the deadline may still start.
  return Math.max(handledMs, nowMs - deadlineMs - 1);
}
