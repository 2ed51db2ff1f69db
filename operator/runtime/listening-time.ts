/** A process that stood still for so long has missed what was sent to it, and its timers may run before it reads that. */
const STOPPED_MS = 5_000;
const CHECK_MS = 1_000;

/**
 * Since when this process has been able to hear the runners without a break. A starved node stops the process: what it did not hear meanwhile
 * is no silence of the runners.
 */
export class ListeningTime {
  readonly #now: () => number;
  #sinceMs: number;
  #checkedMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(now: () => number) {
    this.#now = now;
    this.#sinceMs = now();
    this.#checkedMs = this.#sinceMs;
    this.#timer = setInterval(() => this.sinceMs(), CHECK_MS);
    this.#timer.unref();
  }

  /** Epoch milliseconds. */
  sinceMs(): number {
    const nowMs = this.#now();
    if (nowMs - this.#checkedMs > STOPPED_MS) this.#sinceMs = nowMs;
    this.#checkedMs = nowMs;
    return this.#sinceMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
