import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scrapers } from '../../../../model/lifecycle/scrapers.ts';

const LONGEST_MS = 60_000;

const rows: [name: string, scrapes: [by: string, ms: number][], nowMs: number, expected: Record<string, number>][] = [
  ['nobody is expected before the first scrape', [], 0, {}],
  ['a scraper without a known interval is expected for the longest time', [['a', 5000]], 5000, { a: 65_000 }],
  [
    'a scraper is expected for two intervals, and a second for being late',
    [
      ['a', 0],
      ['a', 15_000],
    ],
    15_000,
    { a: 46_000 },
  ],
  [
    'a scraper with long intervals is not expected for longer than the longest time',
    [
      ['a', 0],
      ['a', 50_000],
    ],
    50_000,
    { a: 110_000 },
  ],
  [
    'a scraper that comes at uneven intervals is expected by the longer one',
    [
      ['a', 0],
      ['a', 14_000],
      ['a', 15_000],
    ],
    15_000,
    { a: 44_000 },
  ],
  [
    'a scraper whose time is over is gone',
    [
      ['a', 0],
      ['a', 1000],
      ['b', 1000],
    ],
    4001,
    { b: 61_000 },
  ],
];

for (const [name, scrapes, nowMs, expected] of rows)
  test(name, () => {
    const scrapers = new Scrapers(LONGEST_MS);
    for (const [by, ms] of scrapes) scrapers.saw(by, ms);
    assert.deepEqual(Object.fromEntries(scrapers.expected(nowMs)), expected);
    assert.equal(scrapers.isEmpty, scrapes.length === 0);
  });

test('a thousand addresses take the memory of a few: those that came last', () => {
  const scrapers = new Scrapers(LONGEST_MS);
  for (let i = 0; i < 1000; i++) {
    scrapers.saw('prometheus', i);
    scrapers.saw(`curl-${i}`, i);
  }
  const expected = [...scrapers.expected(1000).keys()];
  assert.equal(expected.length, 16);
  assert.ok(expected.includes('prometheus'));
});
