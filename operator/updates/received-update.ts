import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';

/**
 * The newest update of one runner, from the pod `podUid`. `packedBytes`: what its histograms take in memory. `refused`: why the one after it
 * can never be taken, so that the runner is lost.
 */
export type ReceivedUpdate = {
  podUid: string;
  receivedAtMs: number;
  update: RunnerUpdate;
  packedBytes?: number;
  refused?: string;
};

/** The newest updates of the runners of one LoadTest, by index. Never changed in place. */
export type RunnerUpdates = ReadonlyMap<number, ReceivedUpdate>;

/** The newest snapshot of each runner that has sent one. */
export function snapshotsIn(updates: RunnerUpdates): Snapshot[] {
  return [...updates.values()].flatMap(({ update }) => update.snapshot ?? []);
}

/** The termination messages of the ended runners of one LoadTest, by index. Never changed in place. */
export type TerminationMessages = ReadonlyMap<number, string>;

/** Whether a runner's next update may change a decision: another phase, another pod, or another state of a teardown or trial. */
export function mayChangeDecision(before: ReceivedUpdate | undefined, next: ReceivedUpdate): boolean {
  return (
    before?.update.phase !== next.update.phase ||
    before.podUid !== next.podUid ||
    before.update.teardown?.state !== next.update.teardown?.state ||
    before.update.trial?.number !== next.update.trial?.number ||
    before.update.trial?.state !== next.update.trial?.state
  );
}
