import type { Snapshot } from '../../model/measure/snapshot.ts';

/** The interval in which a new measurement is persisted. */
const PERSIST_MS = 200;

/** Persists the runner's update after every new measurement, so that the measurement outlives the pod. */
export class UpdatePersistence {
  readonly #persist: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** The persisted measurements, one of each worker. */
  #persisted: readonly Snapshot[] = [];

  /** `persist` writes the current update. */
  constructor(persist: () => void) {
    this.#persist = persist;
  }

  /** Watches the newest snapshots of the workers until {@link finish}. */
  watch(newest: () => readonly Snapshot[]): void {
    this.#timer = setInterval(() => {
      const snapshots = newest();
      const persisted = this.#persisted;
      if (snapshots.length === persisted.length && snapshots.every((s, i) => s === persisted[i])) return;
      this.#persisted = snapshots;
      this.#persist();
    }, PERSIST_MS);
  }

  /** Persists the final update and ends the watching. */
  finish(): void {
    clearInterval(this.#timer);
    this.#persist();
  }
}
