import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../model/common/random.ts';
import { bucketOf, Histogram, highestValue, lowestValue } from '../../../model/measure/histogram.ts';
import { exponentialHistogram, exponentialIndex } from '../../../telemetry/exponential-histogram.ts';
import { histogramOf } from '../../support/results/summary.ts';

/** Values of microseconds, spread evenly over the octaves between two. */
function values(count: number, fromUs: number, toUs: number): number[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, () => Math.floor(fromUs * (toUs / fromUs) ** random()));
}

const SPREADS: [string, number[], number][] = [
  ['a fast service, 200 us to 20 ms', values(20_000, 200, 20_000), 8],
  ['eight octaves, 1 to 256 ms', values(20_000, 1000, 255_000), 8],
  ['a service with stalls, 1 ms to 30 s', values(20_000, 1000, 30_000_000), 7],
  ['the whole range, 1 us to an hour', [1, ...values(20_000, 1, Histogram.MAX_VALUE), Histogram.MAX_VALUE], 6],
  ['one value', [5000], 8],
];

describe('an exponential histogram', () => {
  for (const [name, samples, scale] of SPREADS) {
    const exponential = exponentialHistogram(histogramOf(samples))!;
    const { offset, bucketCounts } = exponential;

    it(`of ${name} has scale ${scale} and every value`, () => {
      assert.equal(exponential.scale, scale);
      assert.equal(exponential.count, samples.length);
      assert.equal(
        bucketCounts.reduce((sum, n) => sum + n, 0),
        samples.length,
      );
      assert.ok(bucketCounts.length <= 2048 && bucketCounts[0]! > 0 && bucketCounts.at(-1)! > 0);
    });

    it(`of ${name} has each value within one bucket of its own`, () => {
      const sorted = samples.toSorted((a, b) => a - b);
      let at = 0;
      for (const [i, n] of bucketCounts.entries()) {
        for (const us of sorted.slice(at, at + n)) {
          const off = Math.abs(exponentialIndex(us, scale) - (offset + i));
          assert.ok(off <= 1, `${us} us is ${off} buckets away`);
        }
        at += n;
      }
    });

    it(`of ${name} has the sum of its values within 0.1%`, () => {
      const seconds = samples.reduce((sum, us) => sum + us, 0) / 1e6;
      assert.ok(Math.abs(exponential.sum - seconds) <= seconds / 1000, `${exponential.sum} for ${seconds}`);
    });
  }

  it('of nothing is none', () => assert.equal(exponentialHistogram(new Histogram()), undefined));

  it('has the bounds that OpenTelemetry defines: the upper one belongs to the bucket', () => {
    // One second is base^0, and the highest value of the bucket below it.
    assert.equal(exponentialIndex(1_000_000, 0), -1);
    assert.equal(exponentialIndex(1_000_001, 0), 0);
    assert.equal(exponentialIndex(2_000_000, 0), 0);
    assert.equal(exponentialIndex(2_000_000, 8), 255);
    assert.equal(exponentialIndex(2_000_001, 8), 256);
  });

  it('has at scale 9 buckets that are wider than each of ours, and at 10 narrower ones', () => {
    const octaves = (us: number) => {
      const bucket = bucketOf(us);
      return Math.log2((highestValue(bucket) + 1) / lowestValue(bucket));
    };
    const widest = Math.max(...Array.from({ length: 20 }, (_, i) => octaves(2048 * 2 ** i)));
    assert.ok(widest < 1 / 512 && widest > 1 / 1024, `${widest}`);
  });
});
