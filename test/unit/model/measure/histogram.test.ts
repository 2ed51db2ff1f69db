import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { Histogram, highestValue, lowestValue, mergeHistograms, rankOf } from '../../../../model/measure/histogram.ts';
import { percentileOf } from '../../../../model/metrics/statistic-range.ts';
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

test('the rank of a percentile is exact for every name and count', () => {
  const names = [
    ...Array.from({ length: 99 }, (_, i) => `p${i + 1}`),
    'p995',
    'p999',
    'p9995',
    'p9999',
    'p99999',
    'p125',
  ];
  const random = seededRandom(5);
  const counts = [
    ...Array.from({ length: 2000 }, (_, i) => i + 1),
    ...Array.from({ length: 200 }, (_, i) => 1000 * (i + 1)),
    ...Array.from({ length: 200 }, () => Math.floor(2 ** (random() * 53))),
    2 ** 53 - 1,
  ];
  for (const name of names) {
    const digits = name.slice(1);
    const numerator = BigInt(digits);
    const whole = 10n ** BigInt(Math.max(2, digits.length));
    for (const count of counts) {
      const exact = (BigInt(count) * numerator + whole - 1n) / whole;
      assert.equal(BigInt(rankOf(percentileOf(name), count)), exact, `${name} of ${count}`);
    }
  }
});

test('p99.9 of 41,000 values is the one of rank 40,959', () => {
  assert.equal(rankOf(99.9, 41_000), 40_959);
  const histogram = new Histogram();
  histogram.counts[10] = 40_959;
  histogram.counts[20] = 41;
  assert.equal(histogram.valueAtPercentile(99.9), 10);
});

test('the exact figure of the samples lies within the bounds of the histogram', () => {
  const samples = values(9_999, 11).sort((a, b) => a - b);
  const histogram = histogramOf(samples);
  const isWithin = (exact: number, bounds: { low: number; high: number } | undefined, name: string) =>
    assert.ok(bounds && bounds.low <= exact && exact <= bounds.high, `${name}: ${exact} in ${JSON.stringify(bounds)}`);
  for (const p of PERCENTILES)
    isWithin(samples[rankOf(p, samples.length) - 1]!, histogram.percentileBounds(p), `p${p}`);
  isWithin(samples.reduce((sum, v) => sum + v, 0) / samples.length, histogram.meanBounds, 'mean');
  isWithin(samples[0]!, histogram.boundsAtRank(1), 'min');
  isWithin(samples.at(-1)!, histogram.boundsAtRank(samples.length), 'max');
  assert.equal(histogram.boundsAtRank(samples.length + 1), undefined);
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
  const { min, max, mean, meanBounds, count } = new Histogram();
  assert.deepEqual([min, max, mean, meanBounds, count], [undefined, undefined, undefined, undefined, 0]);
  assert.equal(new Histogram().percentileBounds(50), undefined);
});
