import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Pod } from '../../kube/types.ts';

/**
 * Where a runner stands. Waiting: nothing heard of it yet. Finished: its final report is here. Failed: it says that it cannot go on.
 * Lost: it ended, or fell silent, without a final report.
 */
export type RunnerState = 'Waiting' | 'Starting' | 'Ready' | 'Running' | 'Finished' | 'Failed' | 'Lost';

/** A runner of a test, as far as it is known. */
export type Runner = {
  index: number;
  state: RunnerState;
  message: string;
  /** The furthest that is known of it, from wherever. */
  report?: RunnerUpdate;
  /** Whether nothing more can come of it: a lost one whose container has not ended may yet leave its last second behind. */
  settled: boolean;
  /** The pod that counts, and its uid also when it is gone. */
  pod?: Pod;
  podUid?: string;
};

/** Whether a runner ended before its plan did. */
export function isGone({ state }: Runner): boolean {
  return state === 'Lost' || state === 'Failed';
}

/** Whether a runner makes no load any more. */
export function hasEnded(runner: Runner): boolean {
  return isGone(runner) || runner.state === 'Finished';
}

/** The runners as the status counts them. Under load all have been ready, also those that a new operator has yet to hear. */
export function countRunners(
  runners: readonly Runner[],
  { underLoad }: { underLoad: boolean },
): NonNullable<LoadTestStatus['runners']> {
  const of = (...states: RunnerState[]) => runners.filter((r) => states.includes(r.state)).length;
  const lost = of('Lost', 'Failed');
  return {
    desired: runners.length,
    ready: underLoad ? runners.length - lost : of('Ready', 'Running', 'Finished'),
    succeeded: of('Finished'),
    lost,
  };
}

/** What runners measured last. What was in flight at one that is gone has no outcome: its end cut it off; what waited was never sent. */
export function snapshotsOf(runners: readonly Runner[]): Snapshot[] {
  return runners.flatMap((runner) => {
    const snapshot = runner.report?.snapshot;
    if (snapshot === undefined || !isGone(runner)) return snapshot ?? [];
    const requests = snapshot.requests.map((request) => {
      const { counts } = request;
      const cutOff = { aborted: counts.aborted + counts.inFlight, inFlight: 0 };
      const neverSent = { dropped: counts.dropped + counts.pending, pending: 0 };
      return { ...request, counts: { ...counts, ...cutOff, ...neverSent } };
    });
    return { ...snapshot, requests };
  });
}

/** "2 of 4 runners lost: runner 1: OOMKilled, ..."; empty when none was. */
export function lossesText(runners: readonly Runner[]): string {
  const lost = runners.filter(isGone);
  if (lost.length === 0) return '';
  const named = lost.slice(0, 5).map((r) => `runner ${r.index}: ${r.message}`);
  const rest = lost.length > named.length ? [`and ${lost.length - named.length} more`] : [];
  return `${lost.length} of ${runners.length} runners lost: ${[...named, ...rest].join(', ')}`;
}
