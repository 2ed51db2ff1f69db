import { isDeepStrictEqual } from 'node:util';
import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import { metaTime } from '../../api/common/time.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import { type ConditionState, withConditions } from '../../api/status/conditions.ts';
import { exceeded } from '../../model/limits/violations.ts';
import type { ObjectMeta } from '../kube/types.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import { hasEnded, hasPassed, historyOf, type LoadTestManifest, newestFirst, runOf } from './runs.ts';
import type { AcceptedSchedule, Schedule } from './scheduled-resource.ts';
import { timesOf } from './times.ts';

export type Observed = {
  nowMs: number;
  schedule: Schedule;
  limits: OperatorLimits;
  /** The LoadTests that this schedule has made and that are still there. */
  tests: readonly LoadTestResource[];
  /** Why the LoadTest that is due could not be made a moment ago. */
  refusal?: string;
};

export type Action =
  | { type: 'CreateLoadTest'; manifest: LoadTestManifest }
  | { type: 'DeleteLoadTest'; ref: ObjectMeta; why: string };

export type Decision = {
  actions: Action[];
  /** What to write; left out when nothing has changed. */
  status?: ScheduledLoadTestStatus;
  /** What to do once the status is written: the history tells of a run before its LoadTest goes. */
  cleanup: Action[];
  events: Occurrence[];
  requeueAfterMs?: number;
};

type Conditions = Required<Pick<ScheduledLoadTestStatus, 'observedGeneration' | 'conditions'>>;

/** What a time that has come leads to; the rest of a {@link Decision} is bookkeeping. */
type Start = {
  actions: Action[];
  events: Occurrence[];
  lastScheduleTime?: string;
  lastSkippedTime?: string;
  againMs?: number;
};

/** A LoadTest that was refused is tried again after this at first, and less often the later it is: some refusals last. */
const REFUSED_MS = { first: 5_000, last: 60_000 };

/** Decides what a ScheduledLoadTest needs from what is observed of it, and from nothing else: CronJob's meanings. */
export function reconcileScheduled(observed: Observed): Decision {
  const { nowMs, schedule, tests } = observed;
  // The garbage collector takes the LoadTests.
  if (schedule.metadata.deletionTimestamp !== undefined) return { actions: [], cleanup: [], events: [] };
  if (schedule.problem !== undefined) return invalid(observed, schedule.problem);
  const there = tests.filter((test) => test.metadata.deletionTimestamp === undefined);
  const active = newestFirst(there.filter((test) => !hasEnded(test))).reverse();
  const ended = tests.filter(hasEnded);

  const times = timesOf(schedule.spec, earliest(schedule, nowMs), nowMs);
  const due = schedule.spec.suspend ? undefined : times.dueMs;
  const start: Start = due === undefined ? { actions: [], events: [] } : startRun(observed, schedule, due, active);
  if (due !== undefined && times.tooMany) start.events.push(TOO_MANY);

  const status = statusOf(schedule, { active, ended, start, accepted: accepted(observed, schedule) });
  const next = schedule.spec.suspend || times.nextMs === undefined ? [] : [times.nextMs - nowMs];
  const again = [...next, ...(start.againMs === undefined ? [] : [start.againMs])];
  return {
    actions: start.actions,
    cleanup: surplus(schedule, there.filter(hasEnded)),
    events: [...trailingBytes(schedule.status, ended), ...start.events],
    ...(isDeepStrictEqual(status, schedule.status) ? {} : { status }),
    ...(again.length === 0 ? {} : { requeueAfterMs: Math.min(...again) }),
  };
}

/** A schedule that makes no runs before it is corrected; it says so once. */
function invalid({ nowMs, schedule }: Observed, message: string): Decision {
  const state: ConditionState<'Accepted'> = { status: 'False', reason: 'Invalid', message };
  const status = { ...schedule.status, ...withAccepted(schedule, nowMs, state) };
  const isNews = !isDeepStrictEqual(status, schedule.status);
  return {
    actions: [],
    cleanup: [],
    events: isNews ? [{ type: 'Warning', reason: 'Invalid', note: message }] : [],
    ...(isNews && { status }),
  };
}

/** Whether runs can be made of a valid schedule: a limit of the operator may be in their way. */
function accepted({ nowMs, limits }: Observed, schedule: AcceptedSchedule): Conditions {
  const excess = excessOf(schedule, limits);
  const state: ConditionState<'Accepted'> =
    excess === undefined
      ? { status: 'True', reason: 'Accepted', message: '' }
      : { status: 'False', reason: 'LimitExceeded', message: excess };
  return withAccepted(schedule, nowMs, state);
}

function withAccepted({ metadata, status }: Schedule, nowMs: number, Accepted: ConditionState<'Accepted'>): Conditions {
  const observedGeneration = metadata.generation ?? 0;
  const at = { now: metaTime(nowMs), observedGeneration };
  return { observedGeneration, conditions: withConditions(status.conditions ?? [], { Accepted }, at) };
}

/** The fields of the template that exceed a limit, and the limits; undefined when none does. */
function excessOf({ spec }: AcceptedSchedule, limits: OperatorLimits): string | undefined {
  const excess = exceeded(spec.loadTestTemplate.spec, limits);
  return excess.length === 0 ? undefined : excess.map((problem) => `spec.loadTestTemplate.${problem}`).join('; ');
}

const TOO_MANY: Occurrence = {
  type: 'Warning',
  reason: 'TooManyMissedTimes',
  note: 'More than 100 times were missed; the latest counts. Set startingDeadlineSeconds, or check the clock.',
};

/** Times up to this one are past: a run was made for them, or was not allowed, or they are older than the schedule or its deadline. */
function earliest({ metadata, spec, status }: AcceptedSchedule, nowMs: number): number {
  const { lastScheduleTime = metadata.creationTimestamp, lastSkippedTime = lastScheduleTime } = status;
  const handled = Math.max(Date.parse(lastScheduleTime), Date.parse(lastSkippedTime));
  const deadlineMs = (spec.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1e3;
  // A time as old as the deadline allows may still start.
  return Math.max(handled, nowMs - deadlineMs - 1);
}

function startRun(
  { nowMs, tests, limits, refusal }: Observed,
  schedule: AcceptedSchedule,
  dueMs: number,
  active: readonly LoadTestResource[],
): Start {
  const manifest = runOf(schedule, dueMs);
  const { name } = manifest.metadata;
  const dueTime = metaTime(dueMs);
  // It was made, but the status that says so was not written or has not come yet.
  if (tests.some((test) => test.metadata.name === name)) return { actions: [], lastScheduleTime: dueTime, events: [] };

  const { concurrencyPolicy } = schedule.spec;
  const excess = excessOf(schedule, limits);
  if (excess !== undefined) {
    const note = `${name} is not made: ${excess}`;
    return {
      actions: [],
      lastSkippedTime: dueTime,
      events: [{ type: 'Warning', reason: 'LimitExceeded', note }],
    };
  }
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const note = `${name} waits: ${active[0]?.metadata.name} has not ended and concurrencyPolicy is Forbid`;
    return { actions: [], events: [{ type: 'Normal', reason: 'AlreadyActive', note }] };
  }
  if (refusal !== undefined) {
    const note = `${name} is not made: ${refusal}`;
    const againMs = Math.min(Math.max(REFUSED_MS.first, (nowMs - dueMs) / 4), REFUSED_MS.last);
    return { actions: [], events: [{ type: 'Warning', reason: 'FailedCreate', note }], againMs };
  }
  const replaced = concurrencyPolicy === 'Replace' ? active : [];
  const lateMs = nowMs - dueMs;
  const late = lateMs >= 60_000 ? `, ${Math.round(lateMs / 1e3)} s late` : '';
  return {
    actions: [
      ...replaced.map(
        ({ metadata }): Action => ({ type: 'DeleteLoadTest', ref: metadata, why: `replaced by ${name}` }),
      ),
      { type: 'CreateLoadTest', manifest },
    ],
    lastScheduleTime: dueTime,
    events: [{ type: 'Normal', reason: 'Created', note: `Created LoadTest ${name} for ${dueTime}${late}` }],
  };
}

/** Deletions of the oldest ended runs above the history limits. */
function surplus({ spec }: AcceptedSchedule, ended: readonly LoadTestResource[]): Action[] {
  const above = (tests: readonly LoadTestResource[], limit: number, why: string) =>
    newestFirst(tests)
      .slice(limit)
      .map(({ metadata }): Action => ({ type: 'DeleteLoadTest', ref: metadata, why }));
  const failed = ended.filter((test) => !hasPassed(test));
  return [
    ...above(ended.filter(hasPassed), spec.successfulLoadTestsHistoryLimit, 'above successfulLoadTestsHistoryLimit'),
    ...above(failed, spec.failedLoadTestsHistoryLimit, 'above failedLoadTestsHistoryLimit'),
  ];
}

function statusOf(
  { status }: AcceptedSchedule,
  {
    active,
    ended,
    start,
    accepted,
  }: { active: readonly LoadTestResource[]; ended: readonly LoadTestResource[]; start: Start; accepted: Conditions },
): ScheduledLoadTestStatus {
  const replaced = new Set(
    start.actions.flatMap((action) => (action.type === 'DeleteLoadTest' ? [action.ref.uid] : [])),
  );
  const listed = active.map(({ metadata: { name, uid } }) => ({ name, uid })).filter(({ uid }) => !replaced.has(uid));
  const history = historyOf(ended, status.history);
  const lastScheduleTime = start.lastScheduleTime ?? status.lastScheduleTime;
  const lastSkippedTime = start.lastSkippedTime ?? status.lastSkippedTime;
  const lastSuccessfulTime = ended
    .filter(hasPassed)
    .flatMap((test) => test.status.completionTime ?? [])
    .concat(status.lastSuccessfulTime ?? [])
    .toSorted()
    .at(-1);
  return {
    ...accepted,
    ...(listed.length > 0 && { active: listed }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSkippedTime !== undefined && { lastSkippedTime }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
    ...(history.length > 0 && { history }),
  };
}

/** What has ended since it was listed as active. */
function trailingBytes({ active = [] }: ScheduledLoadTestStatus, ended: readonly LoadTestResource[]): Occurrence[] {
  const listed = new Set(active.map(({ uid }) => uid));
  return ended
    .filter(({ metadata }) => listed.has(metadata.uid))
    .map((test) => ({
      type: hasPassed(test) ? 'Normal' : 'Warning',
      reason: 'Ended',
      note: `LoadTest ${test.metadata.name} ended; Passed is ${historyOf([test])[0]?.passed}`,
    }));
}
