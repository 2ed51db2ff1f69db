import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Pod } from '../../kube/types.ts';

/**
 * The state of a runner. Waiting: it has sent no update yet. Finished: its final update is here. Failed: it cannot continue, as it reports
 * itself. Lost: it ended, or fell silent, without a final update.
 */
export type RunnerState = 'Waiting' | 'Starting' | 'Ready' | 'Running' | 'Finished' | 'Failed' | 'Lost';

/** A runner of a test, from all evidence about it. */
export type Runner = {
  index: number;
  state: RunnerState;
  message: string;
  /** The update that covers the longest time, from any source. */
  update?: RunnerUpdate;
  /** Whether nothing more can arrive. A lost runner whose container has not ended may still leave a termination message. */
  settled: boolean;
  /** The pod that carries the load, and its uid, also after the pod is gone. */
  pod?: Pod;
  podUid?: string;
};

/** Whether a runner ended before its plan did. */
export function isGone({ state }: Runner): boolean {
  return state === 'Lost' || state === 'Failed';
}

/** Whether a runner generates no more load. */
export function hasEnded(runner: Runner): boolean {
  return isGone(runner) || runner.state === 'Finished';
}

/** The runners as the status counts them. Under load all have been ready, also those whose first update a new operator still awaits. */
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

/** The last snapshots of the runners. The end of a lost runner aborted its requests in flight, and dropped those that waited to be sent. */
export function snapshotsOf(runners: readonly Runner[]): Snapshot[] {
  return runners.flatMap((runner) => {
    const snapshot = runner.update?.snapshot;
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
