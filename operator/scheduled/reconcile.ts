import { isDeepStrictEqual } from 'node:util';
import { type Chain, firstOf } from '../common/chain.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import { acceptedCondition, invalidSpec } from './accepted.ts';
import type { Decision, ObservedSchedule, Start } from './decision.ts';
import { dueRun } from './due/due-run.ts';
import { missedDeadline } from './due/missed-deadline.ts';
import { baselinesOf } from './due/previous-run.ts';
import { startRun } from './due/start-run.ts';
import { handledUntilMs } from './due/starting-deadline-seconds.ts';
import { unlessSuspended } from './due/suspend.ts';
import { timesOf } from './due/times.ts';
import { aboveHistoryLimits } from './history-limits.ts';
import { hasEnded, newestFirst } from './runs.ts';
import type { AcceptedSchedule } from './scheduled-resource.ts';
import { endedEvents, statusOf } from './status.ts';

type AcceptedObserved = ObservedSchedule & { schedule: AcceptedSchedule };

const CHECKS: Chain<ObservedSchedule, Decision> = [deletionTimestamp, invalidSpec];

const NOTHING_DUE: Start = { actions: [], events: [] };

const TOO_MANY: Occurrence = {
  type: 'Warning',
  reason: 'TooManyMissedTimes',
  note: 'More than 100 times were missed; the latest counts. Set startingDeadlineSeconds, or check the clock.',
};

/** Decides what a ScheduledLoadTest needs, from its observation alone. The fields mean the same as those of a CronJob. */
export function reconcileScheduled(observed: ObservedSchedule): Decision {
  return firstOf(CHECKS, observed) ?? scheduled(observed as AcceptedObserved);
}

/** A schedule that is being deleted is left alone: the garbage collector deletes its LoadTests. */
export function deletionTimestamp({ schedule }: ObservedSchedule): Decision | undefined {
  return schedule.metadata.deletionTimestamp === undefined ? undefined : { actions: [], cleanup: [], events: [] };
}

function scheduled(observed: AcceptedObserved): Decision {
  const { nowMs, schedule, tests } = observed;
  const existing = tests.filter((test) => test.metadata.deletionTimestamp === undefined);
  const active = newestFirst(existing.filter((test) => !hasEnded(test))).reverse();
  const ended = tests.filter(hasEnded);

  const times = timesOf(schedule.spec, handledUntilMs(schedule, nowMs), nowMs);
  const { dueMs, nextMs } = unlessSuspended(schedule, times);
  const due = dueRun(observed, { missed: times.missed, ...(dueMs !== undefined && { dueMs }) }, active);
  const start = due === undefined ? NOTHING_DUE : startRun(due);
  const missed = dueMs === undefined ? missedDeadline(schedule, nowMs) : undefined;
  const tooMany = dueMs !== undefined && times.tooMany ? [TOO_MANY] : [];

  const status = statusOf(schedule, {
    ...{ active, ended, nextMs, nowMs },
    start: { ...start, handled: { ...missed?.handled, ...start.handled } },
    accepted: acceptedCondition(observed, schedule),
  });
  const again = [nextMs === undefined ? undefined : nextMs - nowMs, start.againMs].filter((ms) => ms !== undefined);
  const kept = existing.filter(hasEnded);
  return {
    actions: start.actions,
    cleanup: aboveHistoryLimits(schedule, kept, baselinesOf(schedule, active, kept)),
    events: [...endedEvents(schedule.status, ended), ...start.events, ...(missed?.events ?? []), ...tooMany],
    ...(!isDeepStrictEqual(status, schedule.status) && { status }),
    ...(again.length > 0 && { requeueAfterMs: Math.min(...again) }),
  };
}
