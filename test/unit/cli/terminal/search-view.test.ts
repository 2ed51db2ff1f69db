import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { liveLines } from '../../../../cli/terminal/live-view.ts';
import { SearchLines, searchPlan, searchView } from '../../../../cli/terminal/search-view.ts';
import { viewOfSummary } from '../../../../cli/terminal/view-of-run.ts';
import { plain } from '../../../../render/common/paint.ts';
import { summaryOf } from '../../../support/results/summary.ts';

const SPEC = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: { type: 'Capacity', capacity: { maxRate: 5000 } },
});
const OPEN = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: { type: 'Open', open: { stages: [{ duration: '1m', rate: 1 }] } },
});
const CLIMB = { purpose: 'Climb', seconds: 5, good: true } as const;
const SEARCH = {
  loadStartTime: '2026-03-01T12:00:00.000Z',
  capacity: {
    low: 400,
    high: 800,
    expected: { trials: 9, seconds: 90 },
    trial: { number: 4, purpose: 'Narrow', rate: 565.7, seconds: 5, startTime: '2026-03-01T12:00:30.000Z' } as const,
    trials: [
      { ...CLIMB, number: 2, rate: 400, achieved: 400, p99: '9ms' },
      { ...CLIMB, number: 3, rate: 800, achieved: 420, good: false, by: [{ metric: 'errors' }], p99: '90ms' },
    ],
  },
};
const ENDED = {
  ...SEARCH,
  capacity: { rate: 400, low: 400, high: 420, regular: true, reason: 'Found' as const, trials: SEARCH.capacity.trials },
};

describe('a search at a terminal', () => {
  it('says before the load how many trials it is expected to take, and how long', () => {
    assert.equal(searchPlan(SPEC), 'the search takes about 19 trials, 3m 24s');
    assert.equal(searchPlan(OPEN), undefined);
  });

  it('is as far as its expected end says', () => {
    const { share, totalMs } = searchView(SPEC, SEARCH, 60_000);
    assert.deepEqual([share, totalMs], [0.5, 120_000]);
    assert.deepEqual(searchView(SPEC, SEARCH, 150_000).share, 1);
    assert.deepEqual(searchView(SPEC, {}, 1000), {});
  });

  it('shows the bracket, the trial under way and what is left', () => {
    const lines = (search: object) =>
      liveLines(viewOfSummary(SPEC, undefined, summaryOf(60_000), [], search), { columns: 90, rows: 30 }, plain);
    assert.deepEqual(
      lines(SEARCH).filter((line) => /^(capacity|trial|thresholds)/.test(line)),
      ['capacity   carries 400/s and not 800/s', 'trial      narrow 566/s for 5s  about 9 trials, 1m 30s left'],
    );
    assert.deepEqual(
      lines(ENDED).filter((line) => /^(capacity|trial|thresholds)/.test(line)),
      ['capacity   carries 400/s (400–420)'],
    );
  });

  it('has a progress line for each trial that has finished', () => {
    const lines = new SearchLines(SPEC);
    assert.equal(lines.next({}, 0), undefined);
    assert.equal(
      lines.next(SEARCH, 30_000),
      '  30s  climb 800/s bad  p99 90ms  carries 400/s and not 800/s  about 9 trials, 1m 30s left',
    );
    assert.equal(lines.next(SEARCH, 31_000), undefined);
  });
});
