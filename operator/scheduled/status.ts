import { metaTime } from '../../api/common/time.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { Start } from './decision.ts';
import { hasPassed, historyOf, newestFirst, replacedRun, resultOf } from './runs.ts';

/** The runs of a schedule, its condition, and the consequence of the time that has come. */
export type StatusInput = {
  active: readonly LoadTestResource[];
  ended: readonly LoadTestResource[];
  accepted: Pick<ScheduledLoadTestStatus, 'observedGeneration' | 'conditions'>;
  start: Start;
  /** The next scheduled time, epoch milliseconds. */
  nextMs: number | undefined;
  nowMs: number;
};

/** The status of a valid schedule, after `before`. */
export function statusOf(
  before: ScheduledLoadTestStatus,
  { active, ended, accepted, start, nextMs, nowMs }: StatusInput,
): ScheduledLoadTestStatus {
  const replaced = start.actions.flatMap((action) => (action.type === 'DeleteLoadTest' ? [action.ref] : []));
  const isReplaced = new Set(replaced.map(({ uid }) => uid));
  const listed = active.map(({ metadata: { name, uid } }) => ({ name, uid })).filter(({ uid }) => !isReplaced.has(uid));
  const results = [...replaced.map((ref) => replacedRun(ref, nowMs)), ...newestFirst(ended).map(resultOf)];
  const history = historyOf(results, before.history);
  const lastScheduleTime = start.lastScheduleTime ?? before.lastScheduleTime;
  const lastSkippedTime = start.lastSkippedTime ?? before.lastSkippedTime;
  const lastSuccessfulTime = ended
    .filter(hasPassed)
    .flatMap((test) => test.status.completionTime ?? [])
    .concat(before.lastSuccessfulTime ?? [])
    .toSorted()
    .at(-1);
  return {
    ...accepted,
    ...(listed.length > 0 && { active: listed, activeNames: listed.map(({ name }) => name).join(', ') }),
    ...(nextMs !== undefined && { nextScheduleTime: metaTime(nextMs) }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSkippedTime !== undefined && { lastSkippedTime }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
    ...(history.length > 0 && { history }),
  };
}

/** An event for each run that has ended since `before` listed it as active. */
export function endedEvents(
  { active = [] }: ScheduledLoadTestStatus,
  ended: readonly LoadTestResource[],
): Occurrence[] {
  const listed = new Set(active.map(({ uid }) => uid));
  return ended
    .filter(({ metadata }) => listed.has(metadata.uid))
    .map((test) => ({
      type: hasPassed(test) ? 'Normal' : 'Warning',
      reason: 'Ended',
      note: endNote(resultOf(test)),
    }));
}

function endNote({ name, passed, reason }: ReturnType<typeof resultOf>): string {
  return `LoadTest ${name} ended; Passed is ${[passed, reason].filter(Boolean).join(', ')}`;
}
