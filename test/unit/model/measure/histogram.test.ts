import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { Histogram, highestValue, lowestValue, mergeHistograms } from '../../../../model/measure/histogram.ts';
import { histogramOf, PERCENTILES, referenceOf, values } from '../../../support/results/histograms.ts';

test('buckets are contiguous and at most 0.1% of their values wide', () => {
  for (let bucket = 1; bucket < Histogram.LENGTH; bucket++) {
    assert.equal(lowestValue(bucket), highestValue(bucket - 1) + 1);
    const width = highestValue(bucket) - lowestValue(bucket) + 1;
    assert.ok(width === 1 || width / lowestValue(bucket) <= 1 / 1024);
  }
});

test('percentiles equal those of another implementation of HdrHistogram', () => {
  const samples = values(50_000, 7);
  const [ours, reference] = [histogramOf(samples), referenceOf(samples)];
  for (const p of PERCENTILES.slice(1))
    assert.equal(ours.valueAtPercentile(p), reference.getValueAtPercentile(p), `p${p}`);
  assert.equal(ours.count, reference.totalCount);
});

test('a percentile lies in the bucket of the exact percentile of the samples', () => {
  const samples = values(9_999, 3).sort((a, b) => a - b);
  const histogram = histogramOf(samples);
  for (const p of PERCENTILES) {
    const exact = samples[Math.max(1, Math.ceil((p * samples.length) / 100)) - 1]!;
    const actual = histogram.valueAtPercentile(p)!;
    assert.ok(actual >= exact && actual - exact <= exact / 1024, `p${p}: ${actual} for ${exact}`);
  }
});

test('merged histograms equal the histogram of all samples, bucket by bucket, however the samples are split', () => {
  const samples = values(20_000, 23);
  const whole = histogramOf(samples);
  const random = seededRandom(99);
  for (let round = 0; round < 50; round++) {
    const parts: number[][] = Array.from({ length: 1 + Math.floor(random() * 20) }, () => []);
    for (const value of samples) parts[Math.floor(random() * parts.length)]!.push(value);
    assert.deepEqual(mergeHistograms(parts.map(histogramOf)).counts, whole.counts);
  }
});

test('values outside the range count in its first and last bucket', () => {
  const histogram = histogramOf([-5, 0, 0.4, 1e12]);
  assert.equal(histogram.min, 1);
  assert.equal(histogram.valueAtPercentile(75), 1);
  assert.ok(histogram.max! >= Histogram.MAX_VALUE);
});

test('an empty histogram has no statistics', () => {
  const { min, max, mean, count } = new Histogram();
  assert.deepEqual([min, max, mean, count], [undefined, undefined, undefined, 0]);
});
