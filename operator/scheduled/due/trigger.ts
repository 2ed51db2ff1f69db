import {
  ANNOTATION_TRIGGER,
  ANNOTATION_TRIGGERED_BY,
  MAX_TRIGGER,
  triggeredTestName,
} from '../../../api/common/names.ts';
import type { RunCause } from '../decision.ts';
import type { AcceptedSchedule } from '../scheduled-resource.ts';

/**
 * The value of the annotation loadtest.dev/trigger for which no run was created yet. It creates one while the schedule is suspended, too, and
 * moves no time of the schedule.
 */
export function pendingTrigger({
  metadata,
  status,
}: Pick<AcceptedSchedule, 'metadata' | 'status'>): string | undefined {
  // A cut character would be another one when the API server returns it.
  const value = metadata.annotations?.[ANNOTATION_TRIGGER]?.slice(0, MAX_TRIGGER).toWellFormed();
  return value === undefined || ['', 'false', status.lastTrigger].includes(value) ? undefined : value;
}

/** The run of a trigger. Its name follows from the value, so that one value creates one run. */
export function triggeredRun({ name }: AcceptedSchedule['metadata'], value: string, nowMs: number): RunCause {
  return {
    ...{ name: triggeredTestName(name, value), annotations: { [ANNOTATION_TRIGGERED_BY]: value } },
    ...{ dueMs: nowMs, cause: `as triggered by ${value}`, notes: [] },
    ...{ created: { lastTrigger: value }, skipped: { lastTrigger: value } },
  };
}
