import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstScrapeMs } from '../../../../operator/metrics/first-scrape.ts';

type Config = Parameters<typeof firstScrapeMs>[0];

describe('runners wait for their first scrape', () => {
  const annotated: Config = { firstScrapeMs: 75_000, scrapeAnnotations: true };
  const monitored: Config = { firstScrapeMs: 75_000, scrapeAnnotations: false };
  const rows: [name: string, config: Config, isScraped: boolean, ageMs: number, expected: number][] = [
    ['where the operator is scraped by annotations', annotated, true, 3_600_000, 75_000],
    ['not where nobody scrapes the operator', annotated, false, 3_600_000, 0],
    ['while the operator is too young to know', annotated, false, 74_999, 75_000],
    ['not once it is old enough', annotated, false, 75_000, 0],
    ['with a PodMonitor, whoever scrapes the operator', monitored, false, 3_600_000, 75_000],
    ['never where that is disabled', { ...monitored, firstScrapeMs: 0 }, true, 0, 0],
  ];
  for (const [name, config, isScraped, ageMs, expected] of rows)
    it(name, () => assert.equal(firstScrapeMs(config, { isScraped, sinceMs: 1000, nowMs: 1000 + ageMs }), expected));
});
