import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { WorkerPool } from '../../runner/workers/worker-pool.ts';

/** How long the snapshots of one second may be apart. */
const SETTLE_MS = 200;

/**
 * What is to be called every few milliseconds: it calls `onSecond` when every worker has sent a newer snapshot, so that no sum mixes
 * this second with the last; a worker that has finished sends none, so that the others are waited for only so long.
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
