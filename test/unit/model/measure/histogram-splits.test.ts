import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash32, seededRandom } from '../../../../model/common/random.ts';
import { Histogram, mergeHistograms } from '../../../../model/measure/histogram.ts';
import { mergePacked, PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../../../model/wire/histogram-encoding.ts';

const SAMPLES = 2 ** 20;
const SPLITS = 1000;
const MAX_RUNNERS = 20;
/** The number of splits that also encode and decode the histograms, as between runners and operator. */
const ENCODED = 50;

/** Response times in microseconds: mostly some milliseconds, with a tail of seconds. */
function samplesOf(seed: number): Uint32Array {
  const random = seededRandom(seed);
  return Uint32Array.from(
    { length: SAMPLES },
    () => 200 + 5000 * -Math.log(1 - random()) + (random() < 0.01 ? 2e6 * random() : 0),
  );
}

/** A runner's histogram after encoding and decoding, as the operator receives it. */
function received(histogram: Histogram): PackedHistogram {
  return decodeHistogram(encodeHistogram(PackedHistogram.of(histogram)))!;
}

test(`a million samples, split over runners in ${SPLITS} random ways, merge into the histogram of all samples`, () => {
  // Sorted samples make neighbours share a bucket, which keeps caches warm; only their distribution over runners is random.
  const samples = samplesOf(1).sort();
  const whole = new Histogram();
  for (const sample of samples) whole.record(sample);
  const counts = Buffer.from(whole.counts.buffer);
  // Each split reads these random bytes from another offset, because a million random numbers per split would take too long.
  const noise = Uint8Array.from({ length: SAMPLES }, (_, i) => hash32(i));
  const random = seededRandom(2);

  for (let split = 0; split < SPLITS; split++) {
    const runners = 1 + Math.floor(random() * MAX_RUNNERS);
    const from = Math.floor(random() * SAMPLES);
    const parts = Array.from({ length: runners }, () => new Histogram());
    for (let i = 0; i < SAMPLES; i++) {
      const runner = (noise[(i + from) & (SAMPLES - 1)]! * runners) >> 8;
      parts[runner]!.record(samples[i]!);
    }
    const isSent = split % (SPLITS / ENCODED) === 0;
    const merged = isSent ? mergePacked(parts.map(received)) : mergeHistograms(parts);
    assert.ok(counts.equals(Buffer.from(merged.counts.buffer)), `split ${split} over ${runners} runners`);
  }
});
