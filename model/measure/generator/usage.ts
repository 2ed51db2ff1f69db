import { msToUs } from '../../../api/common/duration.ts';
import type { Snapshot } from '../snapshot.ts';

/** Cores in use, the mean of the runners: 0.41 is 41% of one core. */
export function cpuOf(snapshots: readonly Snapshot[]): number {
  return mean(snapshots.filter((s) => s.elapsedMs > 0).map((s) => s.cpuMs / s.elapsedMs));
}

/** The share of time for which the CPU limit stopped the most affected runner; undefined when none has a limit. */
export function throttledOf(snapshots: readonly Snapshot[]): number | undefined {
  return greatest(snapshots, (s) => s.throttledMs && shareOfTime(s.throttledMs, s));
}

/** Garbage collection: the longest pause, and the share of time of the thread that it paused for longest. */
export function pausesOf(snapshots: readonly Snapshot[]): { maxUs: number; share: number } | undefined {
  const maxMs = greatest(snapshots, (s) => s.gc?.maxMs);
  const share = greatest(snapshots, (s) => s.gc && shareOfTime(s.gc.totalMs, s));
  return maxMs === undefined || share === undefined ? undefined : { maxUs: Math.round(msToUs(maxMs)), share };
}

function greatest(snapshots: readonly Snapshot[], of: (s: Snapshot) => number | undefined): number | undefined {
  const known = snapshots.flatMap((s) => of(s) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function shareOfTime(ms: number, { elapsedMs }: Snapshot): number {
  return elapsedMs === 0 ? 0 : Math.min(1, ms / elapsedMs);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;
}
