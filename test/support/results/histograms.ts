import { build } from 'hdr-histogram-js';
import { seededRandom } from '../../../model/common/random.ts';
import { Histogram } from '../../../model/measure/histogram.ts';

export const PERCENTILES = [0, 10, 50, 90, 95, 99, 99.9, 99.99, 100];

/** Random values over the whole range, denser at the low end: a random power of two with random digits. */
export function values(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 1 + Math.floor(2 ** (random() * 31.7) * random()));
}

export function histogramOf(samples: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of samples) histogram.record(value);
  return histogram;
}

export function referenceOf(samples: readonly number[]) {
  const reference = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: Histogram.MAX_VALUE,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of samples) reference.recordValue(value);
  return reference;
}
