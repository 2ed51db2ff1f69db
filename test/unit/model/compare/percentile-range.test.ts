import assert from 'node:assert/strict';
import { it } from 'node:test';
import { percentileRange } from '../../../../model/compare/percentile-range.ts';
import { simulate } from '../../../support/results/comparison-runs.ts';

/** The p99 of the service, whose times are log-normal around 20 ms: 20 ms · e^(0.5 · 2.326). */
const TRUTH_US = 64_000;

it('the range of a percentile contains the true one in at least 95 of 100 runs, and narrows with more responses', () => {
  const rangesOf = (perInterval: number) =>
    Array.from({ length: 100 }, (_, seed) => percentileRange(simulate({ ms: 20, perInterval }, seed), 99)!);
  const widths = [100, 1600].map((perInterval) => {
    const ranges = rangesOf(perInterval);
    const right = ranges.filter(({ low, high }) => low <= TRUTH_US && TRUTH_US <= high).length;
    assert.ok(right >= 95, `${right} of 100 with ${perInterval} responses in an interval`);
    return ranges.reduce((sum, { low, high }) => sum + high - low, 0);
  });
  assert.ok(widths[0]! > 3 * widths[1]!, `${widths}`);
});

it('the range of a percentile is unknown without responses, and where too few are beyond it', () => {
  assert.equal(percentileRange({ quantiles: [], timed: [0] }, 99), undefined);
  const { quantiles } = simulate({ ms: 20 }, 1);
  assert.equal(percentileRange({ quantiles, timed: [50] }, 99), undefined);
});
