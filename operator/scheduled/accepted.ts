import { isDeepStrictEqual } from 'node:util';
import { metaTime } from '../../api/common/time.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import { type ConditionState, type ConditionStates, withConditions } from '../../api/status/conditions.ts';
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
    ...withConditionsOf(schedule, { Accepted: { status: 'False', reason: 'Invalid', message } }, nowMs),
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
export function acceptedCondition(
  { limits }: ObservedSchedule,
  schedule: AcceptedSchedule,
): ConditionState<'Accepted'> {
  const excess = excessOf(schedule, limits);
  return excess === undefined
    ? { status: 'True', reason: 'Accepted', message: '' }
    : { status: 'False', reason: 'LimitExceeded', message: excess };
}

/** Skips a run that would exceed a limit of the operator. */
export function operatorLimits({ schedule, limits, manifest, skipped }: Due): Start | undefined {
  const excess = excessOf(schedule, limits);
  if (excess === undefined) return undefined;
  const note = `${manifest.metadata.name} is not created: ${excess}`;
  return {
    actions: [],
    handled: skipped,
    events: [{ type: 'Warning', reason: 'LimitExceeded', note }],
  };
}

/** The conditions of a schedule after a decision at `nowMs`, and the generation that they are about. */
export function withConditionsOf({ metadata, status }: Schedule, states: ConditionStates, nowMs: number): Conditions {
  const observedGeneration = metadata.generation ?? 0;
  const at = { now: metaTime(nowMs), observedGeneration };
  return { observedGeneration, conditions: withConditions(status.conditions ?? [], states, at) };
}

/** The fields of the template that exceed a limit, and the limits; undefined when none does. */
function excessOf({ spec }: AcceptedSchedule, limits: ObservedSchedule['limits']): string | undefined {
  const excess = exceeded(spec.loadTestTemplate.spec, limits);
  return excess.length === 0 ? undefined : excess.map((problem) => `spec.loadTestTemplate.${problem}`).join('; ');
}
