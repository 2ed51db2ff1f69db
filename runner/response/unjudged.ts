/** Responses that are judged after their requests have ended, and made room for others. */
export class Unjudged {
  readonly #aborts = new Set<() => void>();
  readonly #onJudged: () => void;

  /** `onJudged` is called after each judgement. */
  constructor(onJudged: () => void) {
    this.#onJudged = onJudged;
  }

  get size(): number {
    return this.#aborts.size;
  }

  /**
   * Adds a response that `later` judges; `judged` counts it then. `abort` counts it when its judgement is not waited for.
   */
  add<T>(later: (judged: (judgement: T) => void) => void, judged: (judgement: T) => void, abort: () => void): void {
    this.#aborts.add(abort);
    later((judgement) => {
      if (!this.#aborts.delete(abort)) return;
      judged(judgement);
      this.#onJudged();
    });
  }

  /** Waits for no judgement any more. */
  abortAll(): void {
    for (const abort of this.#aborts) abort();
    this.#aborts.clear();
  }
}
