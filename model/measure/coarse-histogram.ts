import { bucketOf, Histogram, lowestValue } from './histogram.ts';
import { decodeHistogram } from './histogram-encoding.ts';

/**
 * A histogram in which every power of two has 2^bits buckets: each count moves to the bucket in the middle of its group, so that
 * neither the mean nor the percentiles lean to one side.
 */
export function coarsen(encoded: string, bits: number | undefined): number[] {
  const { counts } = decodeHistogram(encoded) ?? new Histogram();
  if (bits === undefined) return [];
  const pairs: number[] = [];
  let last = 0;
  let at = -1;
  for (let i = 0; i < Histogram.LENGTH; i++) {
    if (counts[i] === 0) continue;
    const value = lowestValue(i);
    const width = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, value))) - bits);
    const middle = bucketOf(Math.max(1, Math.floor(value / width) * width + Math.floor(width / 2)));
    if (middle === at) {
      pairs[pairs.length - 1] = pairs.at(-1)! + counts[i]!;
      continue;
    }
    pairs.push(middle - last, counts[i]!);
    last = middle;
    at = middle;
  }
  return pairs;
}

/** The histogram that {@link coarsen} wrote; undefined when a bucket is none of ours. */
export function expand(pairs: readonly number[]): Histogram | undefined {
  const histogram = new Histogram();
  let bucket = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    bucket += pairs[i]!;
    if (bucket >= Histogram.LENGTH) return undefined;
    histogram.counts[bucket] = histogram.counts[bucket]! + pairs[i + 1]!;
  }
  return histogram;
}
