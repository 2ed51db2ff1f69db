import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../../../model/wire/histogram-encoding.ts';
import { histogramOf, PERCENTILES, referenceOf, values } from '../../../support/results/histograms.ts';

function encoded(histogram: Histogram): string {
  return encodeHistogram(PackedHistogram.of(histogram));
}

test('another implementation decodes our encoding, and we decode its encoding', () => {
  const samples = values(20_000, 11);
  const [ours, reference] = [histogramOf(samples), referenceOf(samples)];
  const theirs = decodeFromCompressedBase64(encoded(ours));
  assert.equal(theirs.totalCount, samples.length);
  for (const p of PERCENTILES) assert.equal(theirs.getValueAtPercentile(p), reference.getValueAtPercentile(p));
  assert.deepEqual(decodeHistogram(encodeIntoCompressedBase64(reference))?.unpack().counts, ours.counts);
});

test('encoding and decoding preserve a histogram', () => {
  for (const samples of [[], [1], [Histogram.MAX_VALUE], [0, 1, 2047, 2048, 2049], values(1000, 5)]) {
    const histogram = histogramOf(samples);
    assert.deepEqual(decodeHistogram(encoded(histogram))?.unpack().counts, histogram.counts);
  }
});

test('counts above 32 bits are encoded exactly', () => {
  const histogram = new Histogram();
  histogram.counts[1234] = 2 ** 45 + 1;
  assert.equal(decodeHistogram(encoded(histogram))?.unpack().counts[1234], 2 ** 45 + 1);
});

test('decodeHistogram refuses other text', () => {
  const good = Buffer.from(encoded(histogramOf([5, 500])), 'base64');
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
