import { isoTime } from '../../api/common/time.ts';
import { type ConditionState, type ConditionStates, withConditions } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { NeverRanReason, UnderLoadReason, WaitingReason } from '../../api/status/reasons.ts';
import { type StopCause, stoppingOf, stopText } from './stop-cause.ts';

/** Why not all runners are ready: the reason of the condition, and the message of the pod or the API server. */
export type Waiting<R extends WaitingReason = WaitingReason> = { reason: R; message: string };

/**
 * The facts about a test before its end, which {@link withStage} turns into conditions. Unserved: no operator has looked at it, not even at
 * its spec. Accepted: nothing is known of its runners yet.
 * Unjudgeable: this version of the operator cannot read the spec of a load that another version started.
 */
export type Stage =
  | { is: 'Unserved'; message: string }
  | { is: 'Accepted' }
  | { is: 'Waiting'; waiting: Waiting }
  | { is: 'Suspended' }
  | { is: 'Started'; runners: number; loadStartMs: number }
  | { is: 'UnderLoad'; reason: UnderLoadReason; stop?: StopCause | undefined; losses: string }
  | { is: 'NeverRan'; reason: NeverRanReason; message: string }
  | { is: 'Unjudgeable'; message: string };

/** When a stage was decided, about which generation of the spec, and why the baseline of `compareWith` is not usable so far. */
export type Decided = { nowMs: number; generation: number; baselineProblem?: string | undefined };

/** `before` in the stage `stage`: its conditions, the times that the stage sets, and why the load ends, while it does. */
export function withStage(before: LoadTestStatus, stage: Stage, decided: Decided): LoadTestStatus {
  return withStates(withFields(before, stage, decided), statesOf(stage, decided), decided);
}

/** `before` with the conditions `states`, whose times are cut to whole seconds. */
export function withStates(
  before: LoadTestStatus,
  states: ConditionStates,
  { nowMs, generation: observedGeneration }: Decided,
): LoadTestStatus {
  const at = { now: isoTime(Math.floor(nowMs / 1e3) * 1e3), observedGeneration };
  return { ...before, observedGeneration, conditions: withConditions(before.conditions ?? [], states, at) };
}

/** `before` at the end of the test, which no longer has a reason to stop. Its end is not before anything in it, whatever the clock says now. */
export function completed({ stopping: _, ...before }: LoadTestStatus, nowMs: number): LoadTestStatus {
  const times = [before.startTime, before.loadStartTime, before.loadEndTime].flatMap((at) => at ?? []).map(Date.parse);
  return { ...before, completionTime: isoTime(Math.max(nowMs, ...times)) };
}

function withFields(before: LoadTestStatus, stage: Stage, { nowMs }: Decided): LoadTestStatus {
  if (stage.is === 'Suspended') {
    const { startTime: _, runners: __, ...rest } = before;
    return rest;
  }
  if (stage.is === 'Started') return { ...before, loadStartTime: isoTime(stage.loadStartMs) };
  if (stage.is === 'NeverRan' || stage.is === 'Unjudgeable') return completed(before, nowMs);
  const stopping = stage.is === 'UnderLoad' && stage.stop !== undefined ? stoppingOf(stage.stop) : undefined;
  return stopping === undefined ? before : { ...before, stopping };
}

function statesOf(stage: Stage, decided: Decided): ConditionStates {
  switch (stage.is) {
    case 'Unserved':
      return { ...waiting({ reason: 'WaitingForLease', message: stage.message }), ...UNDECIDED };
    case 'Accepted':
      return { ...accepted(decided), Complete: isFalse('WaitingForRunners'), ...UNDECIDED };
    case 'Waiting':
      return { ...accepted(decided), ...waiting(stage.waiting), ...UNDECIDED };
    case 'Suspended':
      return {
        ...accepted(decided),
        Ready: isFalse('Suspended'),
        Running: isFalse('Suspended'),
        Complete: isFalse('Suspended', 'spec.suspend is true'),
        ...UNDECIDED,
      };
    case 'Started': {
      const { runners, loadStartMs } = stage;
      return {
        ...accepted(decided),
        Ready: isTrue('RunnersReady', `${runners} of ${runners} runners are ready`),
        Running: isTrue('LoadStarted', `the load begins at ${isoTime(loadStartMs)}`),
        Complete: isFalse('Running'),
        ...UNDECIDED,
      };
    }
    case 'UnderLoad': {
      const message = stage.stop === undefined ? stage.losses : stopText(stage.stop);
      return { Complete: isFalse(stage.reason, message) };
    }
    case 'NeverRan':
      return {
        ...(isRefusal(stage.reason) ? { Accepted: isFalse(stage.reason, stage.message) } : accepted(decided)),
        ...ended(stage.reason, stage.message),
        Passed: isUnknown(stage.reason, `no load was made: ${stage.message}`),
        GeneratorSaturated: isUnknown(stage.reason, 'no load was made'),
      };
    case 'Unjudgeable': {
      const open = isUnknown('Invalid' as const, `its load cannot be judged: ${stage.message}`);
      return {
        Accepted: isFalse('Invalid', stage.message),
        ...ended('Invalid', stage.message),
        Passed: open,
        GeneratorSaturated: open,
      };
    }
  }
}

function isTrue<R>(reason: R, message: string): State<R> {
  return { status: 'True', reason, message };
}

function isFalse<R>(reason: R, message = ''): State<R> {
  return { status: 'False', reason, message };
}

function isUnknown<R>(reason: R, message: string): State<R> {
  return { status: 'Unknown', reason, message };
}

type State<R> = { status: ConditionState['status']; reason: R; message: string };

const NOT_YET = isUnknown('Undecided' as const, 'the test is not complete');
const UNDECIDED = { Passed: NOT_YET, GeneratorSaturated: NOT_YET };

/** A valid test. A baseline that is not usable so far is named early, while there is time to provide it. */
function accepted({ baselineProblem }: Decided): ConditionStates {
  const message = baselineProblem === undefined ? '' : `spec.compareWith: ${baselineProblem} so far`;
  return { Accepted: isTrue('Accepted', message) };
}

/** Why a test waits is the reason of every condition that waits for it: people look at Complete, which `kubectl get` shows. */
function waiting({ reason, message }: Waiting): ConditionStates {
  const state = isFalse(reason, message);
  return { Ready: state, Running: state, Complete: state };
}

function isRefusal(reason: NeverRanReason): reason is 'Invalid' | 'LimitExceeded' {
  return reason === 'Invalid' || reason === 'LimitExceeded';
}

function ended(reason: NeverRanReason, message: string): ConditionStates {
  return { Ready: isFalse(reason, message), Running: isFalse(reason), Complete: isTrue(reason, message) };
}
