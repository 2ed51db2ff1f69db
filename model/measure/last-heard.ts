import type { Snapshot } from './snapshot.ts';

/** When each runner of a test last sent a newer snapshot, by the load's own time: that of the most advanced runner. */
export class LastHeard {
  #heard: { elapsedMs: number; atMs: number }[] = [];

  /** Takes the newest snapshot of every runner, by index. A runner that began late counts as heard although it stays behind the others. */
  hear(snapshots: readonly (Snapshot | undefined)[], nowMs: number): void {
    this.#heard = snapshots.map((snapshot, index) => {
      const before = this.#heard[index] ?? { elapsedMs: -1, atMs: Number.NEGATIVE_INFINITY };
      return snapshot === undefined || snapshot.elapsedMs === before.elapsedMs
        ? before
        : { elapsedMs: snapshot.elapsedMs, atMs: nowMs };
    });
  }

  /** By index; -Infinity for a runner that was never heard. */
  get heardAtMs(): number[] {
    return this.#heard.map(({ atMs }) => atMs);
  }
}
