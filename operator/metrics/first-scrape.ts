import type { Config } from '../runtime/config.ts';

/** What this operator knows of scrapers: whether one is expected at its own /metrics, and since when one could have come. */
export type ScrapedItself = { isScraped: boolean; sinceMs: number; nowMs: number };

/**
 * How long after its start a runner waits for its first scrape, in milliseconds: as configured where runners are scraped, else not at all. A
 * PodMonitor scrapes them. A Prometheus that goes by annotations scrapes this operator as well, unless the operator is too young for it.
 */
export function firstScrapeMs(
  { firstScrapeMs: configuredMs, scrapeAnnotations }: Pick<Config, 'firstScrapeMs' | 'scrapeAnnotations'>,
  { isScraped, sinceMs, nowMs }: ScrapedItself,
): number {
  const hasPodMonitor = !scrapeAnnotations;
  const isTooYoung = nowMs - sinceMs < configuredMs;
  return hasPodMonitor || isScraped || isTooYoung ? configuredMs : 0;
}
