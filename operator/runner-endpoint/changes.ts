/** Wakes those who wait for a change of a LoadTest, by its uid. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();
  #isClosed = false;

  /** Whether waiting is over for everybody. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Reports a change. Waiters continue after the caller has finished, so that they see all of its changes at once. */
  readonly notify = (uid: string): void => {
    for (const goOn of this.#waiting.get(uid) ?? []) goOn();
  };

  /** Resolves with the next change, when `signal` aborts, or when this is closed. */
  next(uid: string, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const goOn = () => {
        signal.removeEventListener('abort', goOn);
        this.#leave(uid, goOn);
        resolve();
      };
      signal.addEventListener('abort', goOn);
      this.#waiting.set(uid, (this.#waiting.get(uid) ?? new Set<() => void>()).add(goOn));
    });
  }

  /** Wakes everybody, and lets nobody wait from then on. */
  close(): void {
    this.#isClosed = true;
    for (const uid of this.#waiting.keys()) this.notify(uid);
  }

  #leave(uid: string, goOn: () => void): void {
    const waiting = this.#waiting.get(uid);
    waiting?.delete(goOn);
    if (waiting?.size === 0) this.#waiting.delete(uid);
  }
}
