/** After this a scrape that does not come is not waited for. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Remembers when /metrics was read, to let a pod that is scraped live until its final counters have been: what Prometheus did not
 * see of the last seconds would otherwise be lost to it.
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

  /**
   * How long to wait for one more scrape: twice the interval that was seen and a little more; not at all when nobody scrapes.
   */
  get patienceMs(): number {
    if (this.#lastMs === undefined) return 0;
    return this.#intervalMs === 0 ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, 2 * this.#intervalMs + 1000);
  }

  /** Resolves at the next scrape, or when it is not worth waiting for. */
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
