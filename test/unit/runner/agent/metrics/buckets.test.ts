import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { PackedHistogram } from '../../../../../model/measure/packed-histogram.ts';
import { BOUNDS, boundsOf, classicHistogram } from '../../../../../runner/agent/metrics/buckets.ts';
import { histogramOf } from '../../../../support/results/histograms.ts';

const packedOf = (...values: number[]) => PackedHistogram.of(histogramOf(values));

test('a classic histogram counts every value at or below its bounds', () => {
  const { cumulative, count, sum } = classicHistogram(packedOf(400, 600, 90_000, 2_000_000, 99_000_000), BOUNDS);
  const at = (bound: number) => cumulative[([...BOUNDS] as number[]).indexOf(bound)];
  assert.deepEqual([at(0.0005), at(0.001), at(0.1), at(1), at(2.5), at(30), count], [1, 2, 3, 3, 4, 4, 5]);
  assert.ok(Math.abs(sum - 101.091) < 0.1);
});

test('a histogram has a bound at the timeout, and at each limit of a threshold on a time', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://a.test', timeout: '2s' },
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
    thresholds: [
      { metric: 'responseTime.p99', max: '300ms' },
      { metric: 'responseTime.p50', max: '100ms' },
      { metric: 'errors', max: '1%' },
    ],
  });
  const added = boundsOf(spec).filter((bound) => !([...BOUNDS] as number[]).includes(bound));
  assert.deepEqual(added, [0.3, 2]);
  assert.deepEqual(
    boundsOf(spec),
    [...BOUNDS, 0.3, 2].sort((a, b) => a - b),
  );
  const { cumulative } = classicHistogram(packedOf(299_000, 301_000), boundsOf(spec));
  assert.equal(cumulative[boundsOf(spec).indexOf(0.3)], 1);
});

test('however many limits a spec has, a histogram has at most eight bounds more', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://a.test' },
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
    thresholds: Array.from({ length: 30 }, (_, i) => ({ metric: 'responseTime.p99', max: `${i + 11}ms` })),
  });
  assert.equal(boundsOf(spec).length, BOUNDS.length + 8);
});
