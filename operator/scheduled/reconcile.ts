import { isDeepStrictEqual } from 'node:util';
import { type Chain, firstOf } from '../common/chain.ts';
import type { Occurrence } from '../loadtest/act/events.ts';
import { acceptedCondition, invalidSpec } from './accepted.ts';
import type { Decision, ObservedSchedule, Start } from './decision.ts';
import { aboveHistoryLimits } from './history-limits.ts';
import { hasEnded, newestFirst, runOf } from './runs.ts';
import type { AcceptedSchedule } from './scheduled-resource.ts';
import { startRun } from './start-run.ts';
import { handledUntilMs } from './starting-deadline-seconds.ts';
import { endedEvents, statusOf } from './status.ts';
import { unlessSuspended } from './suspend.ts';
import { timesOf } from './times.ts';

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
  const start =
    dueMs === undefined
      ? NOTHING_DUE
      : startRun({ ...observed, dueMs, active, missed: times.missed, manifest: runOf(schedule, dueMs) });
  const tooMany = dueMs !== undefined && times.tooMany ? [TOO_MANY] : [];

  const status = statusOf(schedule.status, {
    ...{ active, ended, start, nextMs, nowMs },
    accepted: acceptedCondition(observed, schedule),
  });
  const again = [nextMs === undefined ? undefined : nextMs - nowMs, start.againMs].filter((ms) => ms !== undefined);
  return {
    actions: start.actions,
    cleanup: aboveHistoryLimits(schedule, existing.filter(hasEnded)),
    events: [...endedEvents(schedule.status, ended), ...start.events, ...tooMany],
    ...(!isDeepStrictEqual(status, schedule.status) && { status }),
    ...(again.length > 0 && { requeueAfterMs: Math.min(...again) }),
  };
}
