import { setNewest } from '../../model/common/newest.ts';
import type { Scrapers } from '../../model/lifecycle/scrapers.ts';
import { keyOf } from '../loadtest/resources/loadtest-resource.ts';
import type { NamedTotals } from './loadtest-metrics.ts';

/** The most deleted tests to keep; the oldest go first. */
const MOST = 1000;

/** The figures of a test with its uid. */
export type TestFigures = NamedTotals & { uid: string };

/**
 * The final figures of LoadTests that were deleted before everybody who scrapes the operator had them. They are exported until then: for two
 * intervals of the scrapers at most.
 */
export class DeletedTests {
  readonly #scrapers: Pick<Scrapers, 'expected'>;
  /** The complete tests of the newest scrape of each scraper, by uid. */
  readonly #complete = new Map<string, ReadonlySet<string>>();
  /** By namespace and name, with the scrapers that have not had them; the oldest first. */
  readonly #kept = new Map<string, { figures: TestFigures; missing: Set<string> }>();

  constructor(scrapers: Pick<Scrapers, 'expected'>) {
    this.#scrapers = scrapers;
  }

  /** Keeps the figures of a deleted test, if it was complete and a scraper has not had them. */
  deleted(figures: TestFigures, nowMs: number): void {
    if (!figures.totals.complete) return;
    const expected = [...this.#scrapers.expected(nowMs).keys()];
    const missing = new Set(expected.filter((by) => this.#complete.get(by)?.has(figures.uid) !== true));
    if (missing.size === 0) return;
    setNewest(this.#kept, keyOf(figures), { figures, missing }, MOST);
  }

  /**
   * What to export: the tests that exist, and those that are kept. A test with the name of a kept one waits for its turn, because both would be
   * the same series.
   */
  with(existing: readonly TestFigures[], nowMs: number): readonly TestFigures[] {
    const expected = this.#scrapers.expected(nowMs);
    for (const [key, { missing }] of this.#kept)
      if (![...missing].some((by) => expected.has(by))) this.#kept.delete(key);
    if (this.#kept.size === 0) return existing;
    const kept = [...this.#kept.values()].map(({ figures }) => figures);
    return [...existing.filter((test) => !this.#kept.has(keyOf(test))), ...kept];
  }

  /** Records what a scraper has had. */
  exported(by: string, tests: readonly TestFigures[], nowMs: number): void {
    const complete = tests.filter(({ totals }) => totals.complete).map(({ uid }) => uid);
    this.#complete.set(by, new Set(complete));
    const expected = this.#scrapers.expected(nowMs);
    for (const other of this.#complete.keys()) if (!expected.has(other)) this.#complete.delete(other);
    for (const [key, { figures, missing }] of this.#kept) {
      if (this.#complete.get(by)?.has(figures.uid)) missing.delete(by);
      if (missing.size === 0) this.#kept.delete(key);
    }
  }
}
