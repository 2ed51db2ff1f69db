import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FinalScrape, type Scrape } from '../../../../../runner/agent/metrics/final-scrape.ts';

type At = [ms: number, by: string, isFinal: boolean];

const scrapesOf = (all: readonly At[]) => {
  const scrapes = new FinalScrape();
  for (const [ms, by, isFinal] of all) scrapes.scraped({ by, isFinal }, ms);
  return scrapes;
};

describe('a runner whose load is over', () => {
  const rows: [name: string, scrapes: At[], nowMs: number, firstByMs: number, untilMs: number | undefined][] = [
    ['waits for its first scrape for as long as the operator says', [], 8000, 75_000, 75_000],
    ['does not wait for a first scrape that is overdue', [], 80_000, 75_000, undefined],
    ['does not wait for a first scrape where the operator says nothing', [], 8000, 0, undefined],
    ['does not wait once somebody has its final values', [[7000, 'a', true]], 8000, 75_000, undefined],
    ['waits a minute for one who came once, under load', [[5000, 'a', false]], 8000, 75_000, 66_000],
    [
      'waits two intervals for one who came before',
      [
        [10_000, 'a', false],
        [25_000, 'a', false],
      ],
      30_000,
      0,
      56_000,
    ],
    [
      'waits for the second of two scrapers',
      [
        [10_000, 'a', false],
        [11_000, 'b', false],
        [25_000, 'a', false],
        [26_000, 'b', false],
        [40_000, 'a', true],
      ],
      40_500,
      0,
      57_000,
    ],
    [
      'does not wait for a scraper that has gone, nor for a first one then',
      [
        [1000, 'a', false],
        [2000, 'a', false],
      ],
      30_000,
      75_000,
      undefined,
    ],
  ];
  for (const [name, scrapes, nowMs, firstByMs, untilMs] of rows)
    it(name, () => assert.equal(scrapesOf(scrapes).untilMs(nowMs, firstByMs), untilMs));

  it('ends with the first scrape of its final values', async () => {
    const scrapes = scrapesOf([[0, 'a', false]]);
    let isOver = false;
    const over = scrapes
      .over(() => 1000, 0)
      .then(() => {
        isOver = true;
      });
    const turn = () => new Promise((done) => setImmediate(done));
    const scraped = async (scrape: Scrape) => {
      scrapes.scraped(scrape, 1000);
      await turn();
    };
    // Its values were read before the load ended, and took until now to arrive.
    await scraped({ by: 'a', isFinal: false });
    assert.equal(isOver, false);
    await scraped({ by: 'a', isFinal: true });
    await over;
  });

  it('ends when the wait is over', async () => {
    const began = performance.now();
    const now = () => performance.now() - began;
    await scrapesOf([]).over(now, 5);
    assert.ok(now() >= 5);
  });
});
