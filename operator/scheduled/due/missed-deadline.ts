import { metaTime } from '../../../api/common/time.ts';
import type { Start } from '../decision.ts';
import type { AcceptedSchedule } from '../scheduled-resource.ts';
import { deadlineMs, handledMs } from './starting-deadline-seconds.ts';
import { timesOf } from './times.ts';

/** Skips, with an event, the times that came since the last handled one and are too old for `spec.startingDeadlineSeconds`. */
export function missedDeadline(schedule: AcceptedSchedule, nowMs: number): Start | undefined {
  const { spec } = schedule;
  const seconds = spec.startingDeadlineSeconds;
  const [fromMs, toMs] = [handledMs(schedule), nowMs - deadlineMs(spec) - 1];
  if (seconds === undefined || spec.suspend || toMs <= fromMs) return undefined;
  const { dueMs, missed } = timesOf(spec, fromMs, toMs);
  if (dueMs === undefined) return undefined;
  const time = metaTime(dueMs);
  const earlier = missed > 1 ? ', as were earlier times' : '';
  const note = `${time} was skipped${earlier}: no run could start within startingDeadlineSeconds (${seconds})`;
  return {
    actions: [],
    handled: { lastSkippedTime: time },
    events: [{ type: 'Warning', reason: 'MissSchedule', note }],
  };
}
