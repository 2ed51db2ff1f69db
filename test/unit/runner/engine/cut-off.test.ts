import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Histogram } from '../../../../model/measure/histogram.ts';
import { open, specWithLoad } from '../../../support/specs/loads.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;
const HANGS: Script = (_, number) =>
  number < 50 ? { outcome: 'response', status: 200, after: 5 * MS } : { outcome: 'never' };

const ms = (us: number | undefined) => Math.round(us! / MS);

function quantiles(histogram: Histogram): Record<string, number> {
  const { count } = histogram;
  return {
    count,
    p25: ms(histogram.valueAtPercentile(25)),
    p50: ms(histogram.valueAtPercentile(50)),
    max: ms(histogram.max),
  };
}

describe('a request that the end cuts off', () => {
  const spec = specWithLoad({ ...open(50, { stages: [{ duration: '4s', rate: 50 }] }), gracefulStop: '500ms' });

  it('is recorded with the time that it waited, by the grace of the load', () => {
    const { summary } = virtualLoad(spec, HANGS);
    assert.deepEqual([summary.counts.done, summary.counts.aborted], [50, 150]);
    // Arrivals from 1 s to 4 s, all cut off at 4.5 s.
    const waited = { count: 200, p25: 5, p50: 1500, max: 3500 };
    for (const times of [summary, summary.withoutGenerator]) {
      assert.deepEqual(quantiles(times.responseTime), waited);
      assert.deepEqual(quantiles(times.serviceTime), waited);
    }
  });

  it('is recorded with the time that it waited, by a stop', () => {
    const { summary } = virtualLoad(spec, HANGS, { stopAt: 2_000 * MS });
    assert.deepEqual([summary.counts.aborted, quantiles(summary.responseTime).max], [51, 1000]);
  });

  it('has no service time when it was not written', () => {
    const { summary } = virtualLoad(spec, () => ({ outcome: 'never connects' }), { stopAt: 1_500 * MS });
    assert.equal(summary.responseTime.count, summary.counts.aborted);
    assert.equal(summary.serviceTime.count, 0);
  });
});
