import { Scrapers } from '../../../model/lifecycle/scrapers.ts';

/** The longest wait for a scraper that has come before: a minute is the longest usual interval. */
const LONGEST_WAIT_MS = 61_000;

/** One scrape: who came, and whether the values were final. */
export type Scrape = { by: string; isFinal: boolean };

/**
 * Records the scrapes of /metrics, so that a pod can live until everybody who scrapes it has its final values: otherwise Prometheus would miss
 * the last seconds, or a short test as a whole.
 */
export class FinalScrape {
  readonly #scrapers = new Scrapers(LONGEST_WAIT_MS);
  readonly #served = new Set<string>();
  #came = () => {};

  scraped({ by, isFinal }: Scrape, nowMs: number): void {
    this.#scrapers.saw(by, nowMs);
    if (isFinal) this.#served.add(by);
    this.#came();
  }

  /**
   * Until when to wait: for those who have come before, and if nobody has, until `firstByMs` for the first one. Undefined when there is nobody
   * to wait for.
   */
  untilMs(nowMs: number, firstByMs: number): number | undefined {
    const missing = [...this.#scrapers.expected(nowMs)].filter(([by]) => !this.#served.has(by));
    if (missing.length > 0) return Math.max(...missing.map(([, dueMs]) => dueMs));
    return this.#scrapers.isEmpty && firstByMs > nowMs ? firstByMs : undefined;
  }

  /** Resolves when there is nobody to wait for. The values must be final by now. */
  async over(now: () => number, firstByMs: number): Promise<void> {
    for (;;) {
      const untilMs = this.untilMs(now(), firstByMs);
      if (untilMs === undefined) return;
      await this.#nextWithin(untilMs - now() + 1);
    }
  }

  #nextWithin(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#came = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
