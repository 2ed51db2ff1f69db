import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { mergePacked, PackedHistogram, subtractPacked } from '../../../../model/measure/packed-histogram.ts';
import { histogramOf, values } from '../../../support/results/histograms.ts';

function packedOf(samples: readonly number[]): PackedHistogram {
  return PackedHistogram.of(histogramOf(samples));
}

function everyBucket(count: number): Histogram {
  const histogram = new Histogram();
  histogram.counts.fill(count);
  return histogram;
}

const lossless: [sentence: string, histogram: Histogram][] = [
  ['without samples', new Histogram()],
  ['with the first bucket in use', histogramOf([1])],
  ['with the last bucket in use', histogramOf([Histogram.MAX_VALUE])],
  ['with neighbouring and distant buckets', histogramOf([1, 2, 2, 2047, 2048, 2049, 1e9])],
  ['over the whole range', histogramOf(values(5000, 5))],
  ['with every bucket in use', everyBucket(1)],
  ['with counts of 2^53 - 1', everyBucket(2 ** 53 - 1)],
];

describe('a packed histogram', () => {
  for (const [sentence, histogram] of lossless) {
    it(`${sentence} unpacks to the original histogram`, () => {
      const packed = PackedHistogram.of(histogram);
      assert.deepEqual(packed.unpack().counts, histogram.counts);
      assert.deepEqual(PackedHistogram.read(packed.bytes), packed);
    });
  }

  it('takes at most 2.5 bytes per used bucket', () => {
    const histogram = histogramOf(values(5000, 5));
    const used = histogram.counts.filter((count) => count > 0).length;
    assert.ok(PackedHistogram.of(histogram).bytes.length <= 2.5 * used);
  });

  it('does not change with the histogram from which it was made', () => {
    const histogram = histogramOf([5]);
    const packed = PackedHistogram.of(histogram);
    histogram.record(5);
    assert.equal(packed.unpack().count, 1);
  });

  it('shares no memory with the bytes from which it was read', () => {
    const bytes = packedOf([5]).bytes.slice();
    const packed = PackedHistogram.read(bytes)!;
    bytes.fill(0);
    assert.equal(packed.unpack().count, 1);
  });

  it('merges bucket by bucket', () => {
    const samples = values(3000, 9);
    const parts = [samples.slice(0, 10), samples.slice(10, 2000), [], samples.slice(2000)].map(packedOf);
    assert.deepEqual(mergePacked(parts).counts, histogramOf(samples).counts);
    assert.deepEqual(mergePacked([]).counts, new Histogram().counts);
  });

  it('minus an earlier one has the samples since then', () => {
    const [before, since] = [values(1000, 1), values(500, 2)];
    const now = packedOf([...before, ...since]);
    assert.deepEqual(subtractPacked(now, packedOf(before)).counts, histogramOf(since).counts);
    assert.deepEqual(subtractPacked(now, undefined).counts, now.unpack().counts);
    assert.deepEqual(subtractPacked(packedOf(before), now).counts, new Histogram().counts, 'never below zero');
  });

  const refused: [sentence: string, bytes: number[]][] = [
    ['a truncated number', [0x80]],
    ['a number longer than a count', [...new Array(8).fill(0xff), 0]],
    ['more empty buckets than a histogram has', [0xff, 0xff, 0xff, 0x7f]],
    ['more counts than a histogram has buckets', new Array(Histogram.LENGTH + 1).fill(2)],
  ];
  for (const [sentence, bytes] of refused) {
    it(`cannot be read from ${sentence}`, () => {
      assert.equal(PackedHistogram.read(Uint8Array.from(bytes)), undefined);
    });
  }

  it('visits only buckets with samples, even if the bytes contain a count of zero', () => {
    const visited: number[][] = [];
    PackedHistogram.read(Uint8Array.from([0, 4, 3, 6]))!.forEach((bucket, count) => {
      visited.push([bucket, count]);
    });
    assert.deepEqual(visited, [
      [1, 2],
      [4, 3],
    ]);
  });
});
