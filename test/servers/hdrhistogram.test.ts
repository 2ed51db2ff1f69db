import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { seededRandom } from '../../model/common/random.ts';
import { Histogram, highestValue } from '../../model/measure/histogram.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../model/wire/histogram-encoding.ts';
import { run } from '../cluster/system/run.ts';
import { pythonWith } from './python.ts';

/** A line of the output of hdrhistogram.py. */
type PythonHistogram = { total: number; percentiles: [number, number][]; buckets: [number, number][]; encoded: string };

/** Random values over the whole range, denser at the low end, and some frequent values. */
function values(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) =>
    i % 3 === 0 ? 1 + (i % 5000) : Math.max(1, Math.min(Histogram.MAX_VALUE, Math.floor(2 ** (random() * 31.7)))),
  );
}

function histogramOf(samples: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of samples) histogram.record(value);
  return histogram;
}

/** The buckets in use, as pairs of their highest value and their count. */
function bucketsOf({ counts }: Histogram): [number, number][] {
  return [...counts].flatMap((count, i) => (count === 0 ? [] : [[highestValue(i), count] as [number, number]]));
}

describe("PyPI's hdrhistogram", () => {
  const cases = [[1], [Histogram.MAX_VALUE], [1, 2047, 2048, 2049], values(20_000, 3), values(100_000, 4)];
  let read: PythonHistogram[];
  let recorded: PythonHistogram[];
  before(async () => {
    const python = await pythonWith('hdrhistogram', ['hdrhistogram==0.10.8']);
    const runPython = async (inputs: object[]): Promise<PythonHistogram[]> => {
      const input = inputs.map((one) => `${JSON.stringify(one)}\n`).join('');
      const output = await run([python, join(import.meta.dirname, 'hdrhistogram.py')], { input });
      return output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    read = await runPython(
      cases.map((samples) => ({ encoded: encodeHistogram(PackedHistogram.of(histogramOf(samples))) })),
    );
    recorded = await runPython(cases.map((samples) => ({ max: Histogram.MAX_VALUE, values: samples })));
  });

  for (const [i, samples] of cases.entries()) {
    const ours = histogramOf(samples);
    it(`decodes our encoding of ${samples.length} values to the same buckets and percentiles`, () => {
      const { total, percentiles, buckets } = read[i]!;
      assert.equal(total, samples.length);
      assert.deepEqual(buckets, bucketsOf(ours));
      for (const [p, value] of percentiles) assert.equal(value, ours.valueAtPercentile(p), `p${p}`);
    });

    it(`encodes ${samples.length} values so that we decode the same buckets`, () => {
      for (const { encoded } of [recorded[i]!, read[i]!])
        assert.deepEqual(decodeHistogram(encoded)?.unpack().counts, ours.counts);
    });
  }
});
