import type { CapacityReason } from './capacity.ts';
import type { ComparisonResult } from './comparison.ts';

/** Why a runner cannot run, where a runner update says more than that it failed. */
export const FAILURE_REASONS = ['ScriptInvalid', 'SetupFailed', 'AddressDenied'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** Why a test waits before it may create its runners. */
export type TurnReason = 'WaitingForBaseline' | 'WaitingForTarget' | 'WaitingForSlot' | 'WaitingForAdmission';

declare const FROM_KUBERNETES: unique symbol;
/** A reason that Kubernetes gives for a pod, such as CreateContainerConfigError: an open set, which no union can list. */
export type PodReason = string & { readonly [FROM_KUBERNETES]: true };

/** Marks the reason of a pod's condition or container state as Kubernetes' own. */
export function podReason(reason: string): PodReason {
  return reason as PodReason;
}

/** Why a test ended without any load. */
export type NeverRanReason =
  | 'Invalid'
  | 'LimitExceeded'
  | 'Stopped'
  | 'Interrupted'
  | 'RunnerFailed'
  | FailureReason
  | 'RunnersLost'
  | 'ReadyTimeout';

/** Why not all runners are ready. */
export type WaitingReason =
  | TurnReason
  | 'WaitingForLease'
  | 'WaitingForRunners'
  | 'JobRefused'
  | 'JobSuspended'
  | 'QuotaExceeded'
  | 'PodSecurity'
  | 'PodsRefused'
  | 'RunnerReplaced'
  | 'RunnersSilent'
  | 'ImagePullFailed'
  | 'Unschedulable'
  | PodReason;

/** How a load ended. Stopped: by the annotation, in a cluster. Interrupted: by a signal, in a local run. */
export type EndReason = 'Finished' | 'Aborted' | 'Stopped' | 'Interrupted' | 'RunnersLost';

/** What a test does from the start of its load until its runners have ended. */
export type UnderLoadReason = 'Running' | 'Finishing' | 'RunnersLost' | 'Aborting' | 'Stopping' | 'TearingDown';

/** The reasons of each condition of a LoadTest or a ScheduledLoadTest. They are part of the public interface; docs/operations.md explains them. */
export type Reasons = {
  Accepted: 'Accepted' | 'Invalid' | 'LimitExceeded';
  Ready: 'RunnersReady' | 'Suspended' | WaitingReason | NeverRanReason;
  Running: 'LoadStarted' | 'Finished' | 'Suspended' | WaitingReason | NeverRanReason;
  Complete: UnderLoadReason | EndReason | 'Suspended' | WaitingReason | NeverRanReason;
  Passed:
    | 'Undecided'
    | 'ThresholdsMet'
    | 'Unchanged'
    | 'Improved'
    | 'Regressed'
    | 'TooNoisy'
    | 'NotComparable'
    | 'BaselineUnavailable'
    | 'ThresholdExceeded'
    | 'NothingAnswered'
    | 'GeneratorSaturated'
    | 'RequestsCutOff'
    | 'NoLoad'
    | 'CapacityReached'
    | 'CapacityTooLow'
    | CapacityReason
    | NeverRanReason;
  GeneratorSaturated:
    | 'Undecided'
    | 'GeneratorKeptUp'
    | 'CPUThrottled'
    | 'PacingLag'
    | 'GeneratorDelay'
    | 'EventLoopBusy'
    | 'PortsExhausted'
    | 'FileDescriptorsExhausted'
    | 'NoLoad'
    | NeverRanReason;
  Regressed: ComparisonResult | 'NotCompared';
};
