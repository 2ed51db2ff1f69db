import { isDeepStrictEqual } from 'node:util';
import { metaTime } from '../../api/common/time.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import { type ConditionState, withConditions } from '../../api/status/conditions.ts';
import { exceeded } from '../../model/limits/violations.ts';
import type { Decision, Due, ObservedSchedule, Start } from './decision.ts';
import type { AcceptedSchedule, Schedule } from './scheduled-resource.ts';

type Conditions = Required<Pick<ScheduledLoadTestStatus, 'observedGeneration' | 'conditions'>>;

/** A schedule with an invalid spec creates no runs until it is corrected. One event reports it. */
export function invalidSpec({ nowMs, schedule }: ObservedSchedule): Decision | undefined {
  if (schedule.problem === undefined) return undefined;
  const message = schedule.problem;
  const status = {
    ...schedule.status,
    ...withAccepted(schedule, nowMs, { status: 'False', reason: 'Invalid', message }),
  };
  const isNews = !isDeepStrictEqual(status, schedule.status);
  return {
    actions: [],
    cleanup: [],
    events: isNews ? [{ type: 'Warning', reason: 'Invalid', note: message }] : [],
    ...(isNews && { status }),
  };
}

/** The condition Accepted of a valid schedule: False while its runs would exceed a limit of the operator. */
export function acceptedCondition({ nowMs, limits }: ObservedSchedule, schedule: AcceptedSchedule): Conditions {
  const excess = excessOf(schedule, limits);
  const state: ConditionState<'Accepted'> =
    excess === undefined
      ? { status: 'True', reason: 'Accepted', message: '' }
      : { status: 'False', reason: 'LimitExceeded', message: excess };
  return withAccepted(schedule, nowMs, state);
}

/** Skips a time whose run would exceed a limit of the operator. */
export function operatorLimits({ schedule, limits, manifest, dueMs }: Due): Start | undefined {
  const excess = excessOf(schedule, limits);
  if (excess === undefined) return undefined;
  const note = `${manifest.metadata.name} is not created: ${excess}`;
  return {
    actions: [],
    lastSkippedTime: metaTime(dueMs),
    events: [{ type: 'Warning', reason: 'LimitExceeded', note }],
  };
}

function withAccepted({ metadata, status }: Schedule, nowMs: number, Accepted: ConditionState<'Accepted'>): Conditions {
  const observedGeneration = metadata.generation ?? 0;
  const at = { now: metaTime(nowMs), observedGeneration };
  return { observedGeneration, conditions: withConditions(status.conditions ?? [], { Accepted }, at) };
}

/** The fields of the template that exceed a limit, and the limits; undefined when none does. */
function excessOf({ spec }: AcceptedSchedule, limits: ObservedSchedule['limits']): string | undefined {
  const excess = exceeded(spec.loadTestTemplate.spec, limits);
  return excess.length === 0 ? undefined : excess.map((problem) => `spec.loadTestTemplate.${problem}`).join('; ');
}
