/** The longest wait for a scrape. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Records the scrapes of /metrics, so that a pod can live until its final counters have been scraped: otherwise Prometheus would miss the last
 * seconds.
 */
export class FinalScrape {
  #lastMs: number | undefined;
  #intervalMs = 0;
  #waiting = () => {};

  scraped(nowMs: number): void {
    if (this.#lastMs !== undefined) this.#intervalMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    this.#waiting();
  }

  /** The time to wait for one more scrape: a little more than twice the observed interval, and none if there was no scrape. */
  get patienceMs(): number {
    if (this.#lastMs === undefined) return 0;
    return this.#intervalMs === 0 ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, 2 * this.#intervalMs + 1000);
  }

  /** Resolves at the next scrape, or after {@link patienceMs}. */
  next(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, this.patienceMs);
      this.#waiting = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
