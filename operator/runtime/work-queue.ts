const FIRST_BACKOFF_MS = 5;
const LAST_BACKOFF_MS = 60_000;
/** Timers have 31 bits; a key that is woken early waits again. */
const LONGEST_WAIT_MS = 24 * 3600_000;

/**
 * A queue of object keys, like client-go's: a key waits at most once, at most one worker has it, and a key that is added during its
 * processing returns afterwards.
 */
export class WorkQueue {
  /** Called with the wait of every key that a worker takes, in milliseconds. */
  onTaken: (waitedMs: number) => void = () => {};
  /** The time at which each key began to wait. */
  readonly #waiting = new Map<string, number>();
  readonly #processing = new Set<string>();
  /** Keys added during their processing. */
  readonly #dirty = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #stopped = false;

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#processing.has(key)) {
      this.#dirty.add(key);
      return;
    }
    if (!this.#waiting.has(key)) this.#waiting.set(key, performance.now());
    this.#hand();
  }

  /** Adds the key after `ms`; of several calls the earliest counts. */
  addAfter(key: string, ms: number): void {
    const wait = Math.min(ms, LONGEST_WAIT_MS);
    const at = Date.now() + wait;
    const known = this.#timers.get(key);
    if (this.#stopped || (known !== undefined && known.at <= at)) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, wait);
    timer.unref();
    this.#timers.set(key, { at, timer });
  }

  /** Adds the key after a delay that doubles with every failure since the last {@link forget}. */
  addFailed(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(FIRST_BACKOFF_MS * 2 ** failures, LAST_BACKOFF_MS));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Takes the next key; the caller must pass it to {@link done}. Undefined when the queue is stopped. */
  next(): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#takers.push(resolve);
    this.#hand();
    return promise;
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.delete(key)) this.add(key);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const take of this.#takers.splice(0)) take(undefined);
  }

  #hand(): void {
    if (this.#stopped) {
      for (const take of this.#takers.splice(0)) take(undefined);
      return;
    }
    for (const [key, since] of this.#waiting) {
      const take = this.#takers.shift();
      if (take === undefined) return;
      this.#waiting.delete(key);
      this.#processing.add(key);
      this.onTaken(performance.now() - since);
      take(key);
    }
  }
}
