import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Snapshot } from '../../api/protocol.ts';
import { LEAST_PAIRS, middleOf } from '../../model/signed-rank.ts';
import { TimelineRecorder } from '../../model/timeline.ts';
import { formatWindows, loadLengthMs, readWindows, windowStepMs } from '../../model/windows.ts';
import { OPEN, specOf } from './comparison-runs.ts';
import { snapshot } from './operator-fixtures.ts';

const at = (seconds: number, done: number, ms = 5): Snapshot[] => [
  { ...snapshot(done, ms), elapsedMs: Math.round(seconds * 1000) },
];

describe('the windows of a run', () => {
  it('hold what was added in each, its percentiles of it alone', () => {
    const recorder = new TimelineRecorder(1000, 2000);
    recorder.record(at(1, 10));
    recorder.record(at(2, 20));
    const both = snapshot(20).requests[0]!;
    assert.equal(both.counts.done, 20);
    const windows = recorder.windows(at(4, 50));
    assert.deepEqual(
      [windows?.end, windows?.done],
      [
        [2000, 4000],
        [20, 30],
      ],
    );
    assert.equal(Math.round(windows!.p99[0]! / 1000), 5);
  });

  it('lie on a grid, though the reports come late', () => {
    const recorder = new TimelineRecorder(1000, 1000);
    for (let i = 1; i <= 20; i++) recorder.record(at(1.03 * i, 10 * i));
    const { end, done } = recorder.windows(at(20.6, 200))!;
    assert.equal(end.length, 20);
    assert.equal(
      done.reduce((a, b) => a + b),
      200,
    );
  });

  it('become wider as a run of unknown length goes on, and lose nothing', () => {
    const recorder = new TimelineRecorder(1000);
    for (let i = 1; i <= 300; i++) recorder.record(at(i, i));
    const { end, done } = recorder.windows(at(300, 300))!;
    assert.ok(end.length >= 20 && end.length < 40, `${end.length}`);
    assert.equal(
      done.reduce((a, b) => a + b),
      300,
    );
  });

  it('count a short rest to the last', () => {
    const recorder = new TimelineRecorder(1000, 1000);
    recorder.record(at(1, 10));
    recorder.record(at(2, 20));
    assert.deepEqual(recorder.windows(at(2.3, 21))?.done, [10, 11]);
  });

  it('are none without a measurement', () => assert.equal(new TimelineRecorder(1000).windows([]), undefined));

  it('go into a status and come back', () => {
    const recorder = new TimelineRecorder(1000, 1000);
    recorder.record(at(1, 10));
    const windows = recorder.windows(at(2, 20))!;
    assert.deepEqual(readWindows(formatWindows(windows)), windows);
    assert.equal(formatWindows(windows).end, '1000 2000');
    assert.equal(readWindows({ ...formatWindows(windows), p99: '5' }), undefined);
  });
});

describe('the length of a window', () => {
  const rows: [what: string, load: object, lengthMs: number | undefined, stepMs: number][] = [
    ['a load of a minute', OPEN, 60_000, 3000],
    ['a load of ten seconds', { type: 'Closed', closed: { users: 1, duration: '10s' } }, 10_000, 1000],
    ['a load of iterations', { type: 'Closed', closed: { users: 1, iterations: 10 } }, undefined, 1000],
    ['of either', { type: 'Closed', closed: { users: 1, iterations: 10, duration: '1h' } }, undefined, 1000],
  ];
  for (const [what, load, lengthMs, stepMs] of rows)
    it(what, () => assert.deepEqual([loadLengthMs(specOf(load)), windowStepMs(specOf(load))], [lengthMs, stepMs]));
});

describe('the middle of differences', () => {
  it('has the interval of the tables: for 9 differences their extremes, for 12 the 6th average from each end', () => {
    const nine = [3, -1, 4, 1, -5, 9, 2, 6, 0];
    assert.equal(LEAST_PAIRS, 9);
    const { low, high } = middleOf(nine);
    assert.deepEqual([low, high], [-5, 9]);
    const twelve = [7, 3, 10, 1, 12, 2, 9, 4, 11, 5, 8, 6];
    const averages = twelve.flatMap((a, i) => twelve.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
    const middle = middleOf(twelve);
    assert.deepEqual([middle.estimate, middle.low, middle.high], [6.5, averages[5], averages.at(-6)]);
  });

  it('is wider where neighbours are alike', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const mixed = [7, 3, 10, 1, 8, 2, 9, 4, 6, 5];
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    assert.ok(width(middleOf(values)) > 2 * width(middleOf(mixed)));
  });

  it('is one value where there is but one', () =>
    assert.deepEqual(middleOf(Array.from({ length: 9 }, () => 2)), { estimate: 2, low: 2, high: 2 }));
});
