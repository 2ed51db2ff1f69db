import { Histogram, highestValue, lowestValue } from '../model/measure/histogram.ts';

/**
 * A histogram of seconds in OpenTelemetry's exponential buckets: with base = 2^(2^-scale), bucketCounts[i] values lie in
 * (base^(offset + i), base^(offset + i + 1)]. No value is zero or negative. sum, min and max are those of the buckets' middles and ends.
 */
export type ExponentialHistogram = {
  scale: number;
  offset: number;
  bucketCounts: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
};

/**
 * The finest scale. A bucket of our histograms spans at most log2(1 + 1/1024) = 1/710 of an octave. At scales up to 9, with 512 buckets an octave, it
 * is therefore narrower than an exponential bucket, and each value is at most one bucket away from its own. Native histograms of Prometheus
 * end at scale 8, to which a receiver would reduce 9 (docs/design/0073-otlp-push.md).
 */
const MAX_SCALE = 8;

/** The widest histogram, 32 octaves from 1 us to an hour, has scale 6 within this: buckets of 1.1%. */
const MAX_BUCKETS = 2048;

/** The index at {@link MAX_SCALE} of each bucket of a Histogram, by its middle. */
let finest: Int32Array | undefined;

/** Converts a histogram of microseconds bucket by bucket; undefined when it is empty. The scale is the finest within the bounds above. */
export function exponentialHistogram({ counts }: Pick<Histogram, 'counts'>): ExponentialHistogram | undefined {
  finest ??= Int32Array.from({ length: Histogram.LENGTH }, (_, bucket) =>
    exponentialIndex(middleOf(bucket), MAX_SCALE),
  );
  const used = Array.from(counts.keys()).filter((bucket) => counts[bucket]! > 0);
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  let shift = 0;
  while ((finest[last]! >> shift) - (finest[first]! >> shift) >= MAX_BUCKETS) shift++;
  const offset = finest[first]! >> shift;
  const bucketCounts = new Array<number>((finest[last]! >> shift) - offset + 1).fill(0);
  let count = 0;
  let sumUs = 0;
  for (const bucket of used) {
    const n = counts[bucket]!;
    const at = (finest[bucket]! >> shift) - offset;
    bucketCounts[at] = bucketCounts[at]! + n;
    count += n;
    sumUs += n * middleOf(bucket);
  }
  const [min, max] = [lowestValue(first) / 1e6, highestValue(last) / 1e6];
  return { scale: MAX_SCALE - shift, offset, bucketCounts, count, sum: sumUs / 1e6, min, max };
}

/** The index of the exponential bucket that counts a value in microseconds. Of a coarser scale it is the same index, shifted. */
export function exponentialIndex(us: number, scale: number): number {
  return Math.ceil(Math.log2(us / 1e6) * 2 ** scale) - 1;
}

function middleOf(bucket: number): number {
  // The first bucket counts 0, which no histogram records.
  return Math.max(1, (lowestValue(bucket) + highestValue(bucket)) / 2);
}
