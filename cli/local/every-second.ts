import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { WorkerPool } from '../../runner/workers/worker-pool.ts';

/** The longest time between the snapshots of one second. */
const SETTLE_MS = 200;

/**
 * Returns a function to call every few milliseconds. It calls `onSecond` once every worker has sent a newer snapshot, so that no sum mixes
 * two seconds. A worker that has finished sends none, so the wait for the others is limited.
 */
export function secondBySecond(
  pool: Pick<WorkerPool, 'snapshots'>,
  { workers, now }: { workers: number; now: () => number },
  onSecond: () => void,
): () => void {
  let reported: readonly Snapshot[] = [];
  let newerSinceMs: number | undefined;
  return () => {
    const snapshots = pool.snapshots();
    const newer = snapshots.filter((s) => !reported.includes(s)).length;
    if (newer === 0) return;
    newerSinceMs ??= now();
    if (newer < workers && now() - newerSinceMs < SETTLE_MS) return;
    reported = snapshots;
    newerSinceMs = undefined;
    onSecond();
  };
}
