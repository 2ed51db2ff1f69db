/** Tells those who wait for it that something about a LoadTest has changed, by its uid. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();
  #isClosed = false;

  /** Whether nobody is to wait any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Something has changed. Who waits goes on when the caller has come to its end: what it changes together is seen together. */
  readonly tell = (uid: string): void => {
    for (const goOn of this.#waiting.get(uid) ?? []) goOn();
  };

  /** Resolves with the next change, or without one when `signal` aborts or nobody is to wait any more. */
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

  /** Lets everybody go on, and nobody wait any more. */
  close(): void {
    this.#isClosed = true;
    for (const uid of this.#waiting.keys()) this.tell(uid);
  }

  #leave(uid: string, goOn: () => void): void {
    const waiting = this.#waiting.get(uid);
    waiting?.delete(goOn);
    if (waiting?.size === 0) this.#waiting.delete(uid);
  }
}
