/** The ends of the bucket of a value, or bounds of a mean: the exact figure of the samples, in whole microseconds, lies between them. */
export type Bounds = { low: number; high: number };

/**
 * A high dynamic range histogram of microseconds, from 1 us to an hour with three significant decimal digits, in the bucket layout
 * of HdrHistogram: 2,048 linear buckets, then 1,024 for every further power of two, so that a bucket is never wider than 0.1% of
 * its values. Every instance has the same layout: adding them bucket for bucket merges them exactly. PackedHistogram is the small form.
 */
export class Histogram {
  static readonly MAX_VALUE = 3_600_000_000;
  static readonly LENGTH = 23 * 1024;

  readonly counts: Float64Array;

  /** Empty, or a live view of `counts`, which may be those of another thread's histogram. */
  constructor(counts: Float64Array = new Float64Array(Histogram.LENGTH)) {
    this.counts = counts;
  }

  /** Empty, with counts in memory that other threads can read while this one records. */
  static shared(): Histogram {
    return new Histogram(new Float64Array(new SharedArrayBuffer(Histogram.LENGTH * Float64Array.BYTES_PER_ELEMENT)));
  }

  /** Counts one value; a value outside of the range counts at its limit. */
  record(value: number): void {
    this.recordIn(bucketFor(value));
  }

  /** Counts one value in the bucket of {@link bucketFor}. */
  recordIn(bucket: number): void {
    this.counts[bucket] = this.counts[bucket]! + 1;
  }

  /** Adds every bucket of `other` to this one's. */
  add(other: Histogram): void {
    for (let i = 0; i < Histogram.LENGTH; i++) this.counts[i] = this.counts[i]! + other.counts[i]!;
  }

  get count(): number {
    let sum = 0;
    for (let i = 0; i < Histogram.LENGTH; i++) sum += this.counts[i]!;
    return sum;
  }

  /**
   * The smallest recorded value that at least `percentile` percent of the values do not exceed, as the highest value of its bucket;
   * undefined when nothing was recorded.
   */
  valueAtPercentile(percentile: number): number | undefined {
    return this.percentileBounds(percentile)?.high;
  }

  /** The bucket of the value of valueAtPercentile. */
  percentileBounds(percentile: number): Bounds | undefined {
    const { count } = this;
    return count === 0 ? undefined : this.boundsAtRank(rankOf(percentile, count));
  }

  /** The bucket of the value with this rank: 1 is that of the smallest value. Undefined beyond the last. */
  boundsAtRank(rank: number): Bounds | undefined {
    let seen = 0;
    for (let i = 0; i < Histogram.LENGTH; i++) {
      seen += this.counts[i]!;
      if (seen >= rank && seen > 0) return { low: lowestValue(i), high: highestValue(i) };
    }
    return undefined;
  }

  /** The lowest value of the first bucket in use. */
  get min(): number | undefined {
    return this.boundsAtRank(1)?.low;
  }

  get max(): number | undefined {
    return this.valueAtPercentile(100);
  }

  /** The mean of the buckets' middles, weighted by their counts. */
  get mean(): number | undefined {
    const bounds = this.meanBounds;
    return bounds && (bounds.low + bounds.high) / 2;
  }

  /** The means of the buckets' lowest and of their highest values. */
  get meanBounds(): Bounds | undefined {
    let total = 0;
    let low = 0;
    let high = 0;
    for (let i = 0; i < Histogram.LENGTH; i++) {
      const n = this.counts[i]!;
      if (n === 0) continue;
      total += n;
      low += n * lowestValue(i);
      high += n * highestValue(i);
    }
    return total === 0 ? undefined : { low: low / total, high: high / total };
  }
}

/** Percentiles are known to five decimals: those of p99999 have three. */
const PERCENTILE_STEPS = 1e5;

/**
 * The rank of a percentile among `count` values, ceil(count * percentile / 100), exact for whole counts up to 2^53: the product would lose
 * digits, and is wrong at 41,000 values and 99.9. At least 1.
 */
export function rankOf(percentile: number, count: number): number {
  const whole = 100 * PERCENTILE_STEPS;
  const part = Math.round(percentile * PERCENTILE_STEPS);
  const rest = count % whole;
  return Math.max(1, ((count - rest) / whole) * part + Math.ceil((rest * part) / whole));
}

/** How many values are above `value` for sure: those of its own bucket may not be. */
export function countAbove({ counts }: Histogram, value: number): number {
  return counts.subarray(bucketOf(Math.min(value, Histogram.MAX_VALUE)) + 1).reduce((sum, n) => sum + n, 0);
}

/** The sum of histograms, as a new one. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const merged = new Histogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

/**
 * The bucket of a value from 1 to MAX_VALUE. `shift` is the power of two by which the bucket's values are scaled down to
 * 1,024..2,047 (0 for values below 2,048, which have a bucket each); all are below 2^32, so 32-bit operations suffice.
 */
export function bucketOf(value: number): number {
  const shift = 21 - Math.clz32(value | 2047);
  return (shift << 10) + (value >>> shift);
}

/** The bucket that counts a value, which is at a limit of the range for one outside of it. */
export function bucketFor(value: number): number {
  return bucketOf(value < 1 ? 1 : value > Histogram.MAX_VALUE ? Histogram.MAX_VALUE : value);
}

/** The lowest value that a bucket counts. */
export function lowestValue(bucket: number): number {
  const shift = Math.max(0, (bucket >> 10) - 1);
  return (bucket - (shift << 10)) * 2 ** shift;
}

/** The highest value that a bucket counts. */
export function highestValue(bucket: number): number {
  return lowestValue(bucket) + 2 ** Math.max(0, (bucket >> 10) - 1) - 1;
}
