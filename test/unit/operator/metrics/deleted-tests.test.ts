import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Scrapers } from '../../../../model/lifecycle/scrapers.ts';
import { DeletedTests, type TestFigures } from '../../../../operator/metrics/deleted-tests.ts';
import { totalsOf } from '../../../../operator/metrics/loadtest-totals.ts';

const ABOUT = { type: 'Open', release: '', schedule: '', thresholds: [] };

function figuresOf(name: string, uid: string, complete = true): TestFigures {
  return { namespace: 'shop', name, uid, totals: { ...totalsOf(ABOUT, {}, new Map()), complete } };
}

describe('a LoadTest that is deleted', () => {
  let scrapers: Scrapers;
  let deleted: DeletedTests;
  beforeEach(() => {
    scrapers = new Scrapers(300_000);
    deleted = new DeletedTests(scrapers);
  });
  /** A scrape that has arrived; the uids of the tests in it. */
  const scrape = (by: string, nowMs: number, existing: readonly TestFigures[] = []) => {
    const tests = deleted.with(existing, nowMs);
    scrapers.saw(by, nowMs);
    deleted.exported(by, tests, nowMs);
    return tests.map(({ uid }) => uid);
  };

  it('stays until one more scrape when its result is new', () => {
    scrape('a', 0, [figuresOf('checkout', '1', false)]);
    deleted.deleted(figuresOf('checkout', '1'), 1000);
    assert.deepEqual(scrape('a', 15_000), ['1']);
    assert.deepEqual(scrape('a', 30_000), []);
  });

  it('is gone at once when its result has been scraped', () => {
    scrape('a', 0, [figuresOf('checkout', '1')]);
    deleted.deleted(figuresOf('checkout', '1'), 1000);
    assert.deepEqual(scrape('a', 15_000), []);
  });

  it('is gone at once when it has no result', () => {
    scrape('a', 0);
    deleted.deleted(figuresOf('checkout', '1', false), 1000);
    assert.deepEqual(scrape('a', 15_000), []);
  });

  it('is gone at once where nobody scrapes', () => {
    deleted.deleted(figuresOf('checkout', '1'), 1000);
    assert.deepEqual(scrape('a', 15_000), []);
  });

  it('stays until each of two scrapers has it', () => {
    scrape('a', 0);
    scrape('b', 5000);
    deleted.deleted(figuresOf('checkout', '1'), 6000);
    assert.deepEqual(scrape('a', 15_000), ['1']);
    assert.deepEqual(scrape('a', 30_000), ['1']);
    assert.deepEqual(scrape('b', 35_000), ['1']);
    assert.deepEqual(scrape('a', 45_000), []);
  });

  it('does not stay for a scraper that has gone', () => {
    scrape('a', 0);
    scrape('a', 15_000);
    deleted.deleted(figuresOf('checkout', '1'), 16_000);
    assert.deepEqual(
      deleted.with([], 46_000).map(({ uid }) => uid),
      ['1'],
    );
    assert.deepEqual(deleted.with([], 46_001), []);
  });

  it('comes before one of the same name, which would be the same series', () => {
    scrape('a', 0);
    deleted.deleted(figuresOf('checkout', '1'), 1000);
    const next = [figuresOf('checkout', '2', false), figuresOf('search', '3')];
    assert.deepEqual(scrape('a', 15_000, next), ['3', '1']);
    assert.deepEqual(scrape('a', 30_000, next), ['2', '3']);
  });

  it('makes room for later ones among thousands', () => {
    scrape('a', 0);
    for (let i = 0; i < 1500; i++) deleted.deleted(figuresOf(`t${i}`, String(i)), 1000);
    const uids = scrape('a', 15_000);
    assert.deepEqual([uids.length, uids.at(-1)], [1000, '1499']);
  });
});
