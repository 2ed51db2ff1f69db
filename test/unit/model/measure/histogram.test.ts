import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { seededRandom } from '../../../../model/common/random.ts';
import { Histogram, highestValue, lowestValue, mergeHistograms } from '../../../../model/measure/histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../../../model/measure/histogram-encoding.ts';

const PERCENTILES = [0, 10, 50, 90, 95, 99, 99.9, 99.99, 100];

/** Values over the whole range, more of them at the low end: a random power of two with random digits. */
function values(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 1 + Math.floor(2 ** (random() * 31.7) * random()));
}

function histogramOf(samples: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of samples) histogram.record(value);
  return histogram;
}

function referenceOf(samples: readonly number[]) {
  const reference = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: Histogram.MAX_VALUE,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of samples) reference.recordValue(value);
  return reference;
}

test('every bucket begins where the one before it ends, and is no wider than 0.1% of its values', () => {
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

test('a percentile is the smallest sample that so many percent do not exceed, to the bucket', () => {
  const samples = values(9_999, 3).sort((a, b) => a - b);
  const histogram = histogramOf(samples);
  for (const p of PERCENTILES) {
    const exact = samples[Math.max(1, Math.ceil((p * samples.length) / 100)) - 1]!;
    const said = histogram.valueAtPercentile(p)!;
    assert.ok(said >= exact && said - exact <= exact / 1024, `p${p}: ${said} for ${exact}`);
  }
});

test('another implementation reads our encoding, and we read its', () => {
  const samples = values(20_000, 11);
  const [ours, reference] = [histogramOf(samples), referenceOf(samples)];
  const theirs = decodeFromCompressedBase64(encodeHistogram(ours));
  assert.equal(theirs.totalCount, samples.length);
  for (const p of PERCENTILES) assert.equal(theirs.getValueAtPercentile(p), reference.getValueAtPercentile(p));
  assert.deepEqual(decodeHistogram(encodeIntoCompressedBase64(reference))?.counts, ours.counts);
});

test('an encoded histogram comes back as it was', () => {
  for (const samples of [[], [1], [Histogram.MAX_VALUE], [0, 1, 2047, 2048, 2049], values(1000, 5)]) {
    const histogram = histogramOf(samples);
    assert.deepEqual(decodeHistogram(encodeHistogram(histogram))?.counts, histogram.counts);
  }
});

test('counts above 32 bits are encoded whole', () => {
  const histogram = new Histogram();
  histogram.counts[1234] = 2 ** 45 + 1;
  assert.equal(decodeHistogram(encodeHistogram(histogram))?.counts[1234], 2 ** 45 + 1);
});

test('a merged histogram equals that of all samples together, bucket for bucket, however they are split', () => {
  const samples = values(20_000, 23);
  const whole = histogramOf(samples);
  const random = seededRandom(99);
  for (let round = 0; round < 50; round++) {
    const parts: number[][] = Array.from({ length: 1 + Math.floor(random() * 20) }, () => []);
    for (const value of samples) parts[Math.floor(random() * parts.length)]!.push(value);
    assert.deepEqual(mergeHistograms(parts.map(histogramOf)).counts, whole.counts);
  }
});

test('text that is no such histogram is refused', () => {
  const good = Buffer.from(encodeHistogram(histogramOf([5, 500])), 'base64');
  const cut = good.subarray(0, good.length - 3);
  const otherDigits = encodeIntoCompressedBase64(build({ numberOfSignificantValueDigits: 2 }));
  for (const text of [
    '',
    'AAAA',
    'not base64',
    cut.toString('base64'),
    otherDigits,
    good.subarray(8).toString('base64'),
  ]) {
    assert.equal(decodeHistogram(text), undefined, JSON.stringify(text));
  }
});

test('values outside of the range count at its ends', () => {
  const histogram = histogramOf([-5, 0, 0.4, 1e12]);
  assert.equal(histogram.min, 1);
  assert.equal(histogram.valueAtPercentile(75), 1);
  assert.ok(histogram.max! >= Histogram.MAX_VALUE);
});

test('an empty histogram has no figures', () => {
  const { min, max, mean, count } = new Histogram();
  assert.deepEqual([min, max, mean, count], [undefined, undefined, undefined, 0]);
});
