import { metaTime } from '../../api/common/time.ts';
import { isRegressed, type PastRun } from '../../api/scheduled/history.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import { withConditionsOf } from './accepted.ts';
import type { Start } from './decision.ts';
import { historyOf, replacedRun, resultOf } from './history.ts';
import { regressedCondition } from './regressed.ts';
import { hasPassed, newestFirst } from './runs.ts';
import type { AcceptedSchedule } from './scheduled-resource.ts';

/** The runs of a schedule, whether it can create more, and the consequence of the run that is due. */
export type StatusInput = {
  active: readonly LoadTestResource[];
  ended: readonly LoadTestResource[];
  accepted: ConditionState<'Accepted'>;
  start: Start;
  /** The next scheduled time, epoch milliseconds. */
  nextMs: number | undefined;
  nowMs: number;
};

/** The next status of a valid schedule. */
export function statusOf(
  schedule: AcceptedSchedule,
  { active, ended, accepted, start, nextMs, nowMs }: StatusInput,
): ScheduledLoadTestStatus {
  const { status: before } = schedule;
  const replaced = start.actions.flatMap((action) => (action.type === 'DeleteLoadTest' ? [action.ref] : []));
  const isReplaced = new Set(replaced.map(({ uid }) => uid));
  const listed = active.map(({ metadata: { name, uid } }) => ({ name, uid })).filter(({ uid }) => !isReplaced.has(uid));
  const results = [...replaced.map((ref) => replacedRun(ref, nowMs)), ...newestFirst(ended).map(resultOf)];
  const history = historyOf(results, before.history);
  const { lastScheduleTime, lastSkippedTime, lastTrigger } = { ...before, ...start.handled };
  const lastSuccessfulTime = ended
    .filter(hasPassed)
    .flatMap((test) => test.status.completionTime ?? [])
    .concat(before.lastSuccessfulTime ?? [])
    .toSorted()
    .at(-1);
  return {
    ...withConditionsOf(schedule, { Accepted: accepted, ...regressedCondition(schedule, history) }, nowMs),
    ...(listed.length > 0 && { active: listed, activeNames: listed.map(({ name }) => name).join(', ') }),
    ...(nextMs !== undefined && { nextScheduleTime: metaTime(nextMs) }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSkippedTime !== undefined && { lastSkippedTime }),
    ...(lastTrigger !== undefined && { lastTrigger }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
    ...(history.length > 0 && { history }),
  };
}

/** The events of each run that has ended since `before` listed it as active. */
export function endedEvents(
  { active = [] }: ScheduledLoadTestStatus,
  ended: readonly LoadTestResource[],
): Occurrence[] {
  const listed = new Set(active.map(({ uid }) => uid));
  return ended.filter(({ metadata }) => listed.has(metadata.uid)).flatMap((test) => eventsOf(resultOf(test)));
}

function eventsOf(run: PastRun): Occurrence[] {
  const { name, passed, reason, comparison } = run;
  const verdict = [passed, reason].filter(Boolean).join(', ');
  const note = `LoadTest ${name} ended; Passed is ${verdict}`;
  const ended: Occurrence = { type: passed === 'True' ? 'Normal' : 'Warning', reason: 'Ended', note };
  if (comparison === undefined || !isRegressed(run)) return [ended];
  const worse = `LoadTest ${name} is worse than ${comparison.baseline}: ${comparison.message}`;
  return [ended, { type: 'Warning', reason: 'Regressed', note: worse }];
}
