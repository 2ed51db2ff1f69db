import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Threshold } from '../../../../../api/loadtest/threshold.ts';
import { expectedRest } from '../../../../../model/capacity/search/expected.ts';
import { carries, search, settingsWith } from '../../../../support/capacity/searches.ts';

describe('the length of a trial', () => {
  const p = (detail: string, more: object = {}): Threshold => ({
    metric: `responseTime.${detail}`,
    max: '100ms',
    ...more,
  });
  const rows: [thresholds: Threshold[], rate: number, seconds: number][] = [
    [[p('p99')], 1000, 5],
    [[p('p99')], 100, 10],
    [[p('p99')], 10, 60],
    [[p('p50'), p('p999', { request: 'order' })], 1000, 10],
    [[p('p50')], 1000, 5],
    [[p('max'), p('mean')], 1000, 5],
    [[], 100, 10],
    [[{ metric: 'errors', max: '0.1%' }], 1000, 10],
    [[{ metric: 'errors', max: '0%' }], 1000, 5],
    [[{ metric: 'rate', min: '95%' }], 1000, 5],
  ];
  for (const [thresholds, rate, seconds] of rows)
    it(`at ${rate}/s is ${seconds}s for ${JSON.stringify(thresholds)}`, () =>
      assert.equal(settingsWith({ maxRate: 5000 }, thresholds).secondsAt(rate), seconds));
  it('is the one of the spec at every rate, where that has one', () =>
    assert.equal(settingsWith({ maxRate: 5000, trialDuration: '2.5s' }).secondsAt(1), 2.5));
});

describe('what is left of a search', () => {
  const settings = settingsWith({ minRate: 50, maxRate: 5000 });
  it('is a whole search at its beginning', () => {
    const { trials, seconds } = search(settings, carries(500));
    assert.deepEqual(expectedRest(settings, []), { trials: trials.length, seconds });
  });
  it('becomes less with each trial, and nothing at the end', () => {
    const { trials } = search(settings, carries(500));
    const left = trials.map((_, i) => expectedRest(settings, trials.slice(0, i + 1)).seconds);
    assert.equal(left.at(-1), 0);
    assert.ok(left.at(-2)! > 0 && left[10]! < left[0]!, String(left));
  });
});
