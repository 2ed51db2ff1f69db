import { bucketOf, Histogram, lowestValue } from '../measure/histogram.ts';
import { PackedHistogram } from '../measure/packed-histogram.ts';

/**
 * A histogram in which every power of two has 2^bits buckets: each count moves to the bucket in the middle of its group, so that
 * neither the mean nor the percentiles lean to one side. Empty without `bits`.
 */
export function coarsen(histogram: PackedHistogram, bits: number | undefined): number[] {
  if (bits === undefined) return [];
  const pairs: number[] = [];
  let last = 0;
  let at = -1;
  histogram.forEach((bucket, count) => {
    const value = lowestValue(bucket);
    const width = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, value))) - bits);
    const middle = bucketOf(Math.max(1, Math.floor(value / width) * width + Math.floor(width / 2)));
    if (middle === at) {
      pairs[pairs.length - 1] = pairs.at(-1)! + count;
      return;
    }
    pairs.push(middle - last, count);
    last = middle;
    at = middle;
  });
  return pairs;
}

/** The histogram that {@link coarsen} wrote; undefined when a bucket is none of ours, or its count is no exact number. */
export function expand(pairs: readonly number[]): PackedHistogram | undefined {
  const histogram = new Histogram();
  let bucket = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    bucket += pairs[i]!;
    if (bucket >= Histogram.LENGTH) return undefined;
    histogram.counts[bucket] = histogram.counts[bucket]! + pairs[i + 1]!;
  }
  return PackedHistogram.ofOthers(histogram.counts);
}
