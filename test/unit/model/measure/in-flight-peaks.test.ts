import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import {
  type InFlightPeaks,
  mergePeaks,
  NO_PEAKS,
  PEAK_SECONDS,
  PeakReader,
  withPeak,
} from '../../../../model/measure/in-flight-peaks.ts';

/** The peaks after snapshots at `elapsedMs` with the largest number since the one before. */
function peaksAt(...snapshots: [elapsedMs: number, most: number][]): InFlightPeaks {
  return snapshots.reduce((peaks, [elapsedMs, most]) => withPeak(peaks, elapsedMs, most), NO_PEAKS);
}

const snapshots: [title: string, snapshots: [number, number][], InFlightPeaks][] = [
  [
    'one a second',
    [
      [1000, 5],
      [2000, 55],
      [3000, 7],
    ],
    { second: 3, newest: [5, 55, 7], most: 55 },
  ],
  [
    'a little late',
    [
      [1003, 5],
      [2200, 55],
      [3001, 7],
    ],
    { second: 3, newest: [5, 55, 7], most: 55 },
  ],
  [
    'of a second and of its rest',
    [
      [1000, 5],
      [1200, 9],
    ],
    { second: 1, newest: [9], most: 9 },
  ],
  [
    'after a stop of two seconds',
    [
      [1000, 5],
      [4000, 9],
    ],
    { second: 4, newest: [5, 9, 9, 9], most: 9 },
  ],
  [
    'soon after the start',
    [
      [100, 3],
      [1000, 2],
    ],
    { second: 1, newest: [3, 2], most: 3 },
  ],
];
for (const [title, taken, expected] of snapshots)
  test(`the peaks of snapshots ${title} are ${expected.newest}`, () => assert.deepEqual(peaksAt(...taken), expected));

test('only the newest seconds are kept, and the greatest number of all', () => {
  const peaks = peaksAt([1000, 500], ...Array.from({ length: 40 }, (_, i): [number, number] => [2000 + 1000 * i, i]));
  assert.equal(peaks.newest.length, PEAK_SECONDS);
  assert.deepEqual([peaks.second, peaks.newest.at(-1), peaks.most], [41, 39, 500]);
});

describe('merged peaks', () => {
  const one = { peaks: peaksAt([1000, 5], [2000, 50], [3000, 7]), inFlight: 1 };
  it('are sums over the same second', () => {
    const other = { peaks: peaksAt([1000, 1], [2000, 2], [3000, 60]), inFlight: 1 };
    assert.deepEqual(mergePeaks([one, other]), { second: 3, newest: [6, 52, 67], most: 110 });
  });
  it('contain the requests in flight of a part that has yet to report a second', () => {
    const late = { peaks: peaksAt([1000, 1], [2000, 2]), inFlight: 2 };
    assert.deepEqual(mergePeaks([one, late])?.newest, [6, 52, 9]);
  });
  it('do not contain a part that has ended', () => {
    const ended = { peaks: peaksAt([1000, 30]), inFlight: 0 };
    assert.deepEqual(mergePeaks([one, ended])?.newest, [35, 50, 7]);
  });
  it('are unknown when no part has any', () =>
    assert.equal(mergePeaks([{ peaks: undefined, inFlight: 3 }]), undefined));
});

describe('a reader of peaks', () => {
  const at = (...taken: [number, number][]) => [{ peaks: peaksAt(...taken), inFlight: 1 }];
  it('reads each second once', () => {
    const reader = new PeakReader();
    assert.equal(reader.take(at([1000, 5])), 5);
    assert.equal(reader.take(at([1000, 5], [2000, 55])), 55);
    assert.equal(reader.take(at([1000, 5], [2000, 55], [3000, 7])), 7);
  });
  it('reads the seconds of lost updates', () => {
    const reader = new PeakReader();
    reader.take(at([1000, 80]));
    assert.equal(reader.take(at([1000, 80], [2000, 55], [3000, 7])), 55);
  });
  it('reads the greatest number of a gap that is longer than the seconds kept', () => {
    const reader = new PeakReader();
    reader.take(at([1000, 5]));
    const gap = Array.from({ length: 60 }, (_, i): [number, number] => [2000 + 1000 * i, i === 0 ? 500 : 1]);
    assert.equal(reader.take(at([1000, 5], ...gap)), 500);
  });
  it('takes the requests in flight where nothing is new', () => {
    const reader = new PeakReader();
    reader.take(at([1000, 5]));
    assert.equal(reader.take(at([1000, 5])), 1);
  });
});
