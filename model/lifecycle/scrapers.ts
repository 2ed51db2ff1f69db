import { setNewest } from '../common/newest.ts';

/** The most scrapers to remember; a Prometheus that restarts may come from another address. */
const MOST = 16;
/** A scrape that is late, or missed and repeated, still counts as the next one. */
const LATE_MS = 1000;

/**
 * Who scrapes an endpoint, by address, and until when each is expected again: for twice its interval. Of the last two intervals the longer one counts,
 * because two jobs of one scraper come at uneven intervals.
 */
export class Scrapers {
  readonly #longestMs: number;
  /** The newest last; the times of up to three scrapes, the newest last. */
  readonly #times = new Map<string, readonly number[]>();

  /** `longestMs`: the longest time to expect a scraper, and that for one of which no interval is known yet. */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Whether there was any scrape. */
  get isEmpty(): boolean {
    return this.#times.size === 0;
  }

  saw(by: string, nowMs: number): void {
    const times = [...(this.#times.get(by) ?? []), nowMs].slice(-3);
    setNewest(this.#times, by, times, MOST);
  }

  /** The scrapers that are expected again, each with the latest time of its next scrape; times are those of `saw`. */
  expected(nowMs: number): ReadonlyMap<string, number> {
    const all = [...this.#times].map(([by, times]) => [by, this.#dueMs(times)] as const);
    return new Map(all.filter(([, dueMs]) => dueMs >= nowMs));
  }

  #dueMs(times: readonly number[]): number {
    const intervals = times.slice(1).map((ms, i) => ms - times[i]!);
    const most = intervals.length === 0 ? this.#longestMs : 2 * Math.max(...intervals) + LATE_MS;
    return times.at(-1)! + Math.min(this.#longestMs, most);
  }
}
