import { TRIAL_STATES, type TrialState, type TrialUpdateMessage } from '../../../api/protocol/trial.ts';
import { since } from '../interval.ts';
import { mergeSnapshots } from '../merge-snapshots.ts';
import type { Snapshot } from '../snapshot.ts';

/** A trial of a capacity search, as a thread, a runner or all runners have measured it so far. */
export type MeasuredTrial = Omit<TrialUpdateMessage, 'snapshot'> & { snapshot?: Snapshot | undefined };

/**
 * The measurement of a trial that started at `startMs` of the load's own time: `before` is the newest snapshot that no request of the trial is
 * part of. Snapshots of successive trials add up to that of the whole load.
 */
export function trialSince(before: Snapshot | undefined, now: Snapshot, startMs: number): Snapshot {
  const elapsedMs = Math.max(0, now.elapsedMs - startMs);
  const busyMs = busyMsOf(now) - (before === undefined ? 0 : busyMsOf(before));
  const coveredMs = now.elapsedMs - (before?.elapsedMs ?? 0);
  return {
    ...since(before, now),
    elapsedMs,
    eventLoopUtilization: coveredMs <= 0 ? 0 : Math.min(1, Math.max(0, busyMs / coveredMs)),
    ...(now.throttledMs !== undefined && { throttledMs: Math.max(0, now.throttledMs - (before?.throttledMs ?? 0)) }),
  };
}

function busyMsOf({ eventLoopUtilization, elapsedMs }: Snapshot): number {
  return eventLoopUtilization * elapsedMs;
}

/**
 * The trial of this number of several threads or runners together: in the state of the one that is furthest behind, and with what those have
 * measured that have begun. `undefined` stands for one that has reported no trial yet.
 */
export function mergeTrials(number: number, parts: readonly (MeasuredTrial | undefined)[]): MeasuredTrial {
  const known = parts.flatMap((part) => (part?.number === number ? part : []));
  const snapshots = known.flatMap((part) => part.snapshot ?? []);
  return {
    number,
    state: known.length < parts.length ? 'Pending' : earliest(known.map((part) => part.state)),
    lateMs: Math.max(0, ...known.map((part) => part.lateMs)),
    ranMs: Math.max(0, ...known.map((part) => part.ranMs)),
    ...(snapshots.length > 0 && { snapshot: mergeSnapshots(snapshots) }),
  };
}

function earliest(states: readonly TrialState[]): TrialState {
  return TRIAL_STATES.find((state) => states.includes(state)) ?? 'Pending';
}
