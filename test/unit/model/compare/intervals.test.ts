import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { IntervalRecorder, mergeIntervalEnds } from '../../../../model/compare/interval-ends.ts';
import {
  formatIntervals,
  intervalStepMs,
  intervalsBetween,
  knownLengthMs,
  readIntervals,
} from '../../../../model/compare/intervals.ts';
import { LEAST_PAIRS, middleOf } from '../../../../model/compare/signed-rank.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { CollectedIntervals } from '../../../../operator/updates/collected-intervals.ts';
import { OPEN, specOf } from '../../../support/comparison-runs.ts';
import { snapshot } from '../../../support/operator-fixtures.ts';

/** What was measured up to a second. */
const at = (seconds: number, done: number, ms = 5): Snapshot => ({
  ...snapshot(done, ms),
  elapsedMs: Math.round(seconds * 1000),
});

/** The ends of a thread's windows of `stepMs` at first, as its snapshots came; the last one is its last. */
function endsOf(stepMs: number, snapshots: readonly Snapshot[]): IntervalEnds {
  const recorder = new IntervalRecorder(stepMs);
  for (const one of snapshots.slice(0, -1)) recorder.record(one);
  return recorder.upTo(snapshots.at(-1)!);
}
/** Snapshots of one that answers ten requests a second, at some seconds. */
const steady = (...seconds: number[]) => seconds.map((second) => at(second, Math.round(10 * second)));
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);

describe('the windows of a run', () => {
  it('hold what was added in each, its percentiles of it alone', () => {
    const { end, done, p99 } = intervalsBetween(endsOf(2000, [at(1, 10), at(2, 20), at(3, 35), at(4, 50)]));
    assert.deepEqual(
      [end, done],
      [
        [2000, 4000],
        [20, 30],
      ],
    );
    assert.equal(Math.round(p99[0]! / 1000), 5);
  });

  it('lie on a grid, though the snapshots come late', () => {
    const { end, done } = intervalsBetween(endsOf(1000, steady(...upTo(20).map((i) => 1.03 * i))));
    assert.equal(end.length, 20);
    assert.equal(sum(done), 206);
  });

  it('become wider as a run of unknown length goes on, lose nothing, and stay on the grid', () => {
    const { end, done } = intervalsBetween(endsOf(1000, steady(1, 2, 3, 6, ...upTo(300).slice(6))));
    assert.ok(end.length >= 20 && end.length < 40, `${end.length}`);
    assert.ok(end.slice(0, -1).every((ms) => ms % 8000 === 0));
    assert.equal(sum(done), 3000);
  });

  it('count a short rest to the last', () =>
    assert.deepEqual(intervalsBetween(endsOf(1000, [at(1, 10), at(2, 20), at(2.3, 21)])).done, [10, 11]));

  it('go into a status and come back', () => {
    const windows = intervalsBetween(endsOf(1000, steady(1, 2)));
    assert.deepEqual(readIntervals(formatIntervals(windows)), windows);
    assert.equal(formatIntervals(windows).end, '1000 2000');
    assert.equal(readIntervals({ ...formatIntervals(windows), p99: '5' }), undefined);
  });
});

describe('the windows of several threads', () => {
  type Row = [what: string, parts: IntervalEnds[], end: number[], done: number[]];
  const rows: Row[] = [
    ['add up', [endsOf(1000, steady(1, 2, 3)), endsOf(1000, steady(1, 2, 3))], [1000, 2000, 3000], [20, 20, 20]],
    [
      'end when they ended on average',
      [endsOf(1000, steady(1, 2, 3)), endsOf(1000, steady(1.2, 2.2, 3))],
      [1100, 2100, 3000],
      [22, 20, 18],
    ],
    [
      'end where all have an end',
      [endsOf(1000, steady(1, 2, 3, 4)), endsOf(1000, steady(1, 3, 4))],
      [1000, 3000, 4000],
      [20, 40, 20],
    ],
    [
      'go on when one is over',
      [endsOf(1000, steady(1, 2, 3, 4)), endsOf(1000, steady(1, 1.8))],
      [1000, 2000, 3000, 4000],
      [20, 18, 10, 10],
    ],
    [
      'are as wide as the widest, where some grew',
      [endsOf(1000, steady(...upTo(41))), endsOf(1000, steady(...upTo(39)))],
      [...upTo(19).map((i) => 2000 * i), 41_000],
      upTo(20).map(() => 40),
    ],
  ];
  for (const [what, parts, end, done] of rows)
    it(what, () => {
      const windows = intervalsBetween(mergeIntervalEnds(parts));
      assert.deepEqual([windows.end, windows.done], [end, done]);
    });

  it('have the percentiles of all their answers together', () => {
    const [fast, slow] = [endsOf(1000, [at(1, 99, 5)]), endsOf(1000, [at(1, 1, 500)])];
    const { p50, p99 } = intervalsBetween(mergeIntervalEnds([fast, slow, endsOf(1000, [at(1, 9, 500)])]));
    assert.deepEqual(
      [p50, p99].map(([us]) => Math.round(us! / 1000)),
      [5, 500],
    );
  });

  it('are the same in whatever order they come', () => {
    const three = [steady(1, 2, 3), steady(1.2, 2.1, 2.9), steady(0.95, 3.2)].map((of) => endsOf(1000, of));
    const all = mergeIntervalEnds(three);
    const oneByOne = mergeIntervalEnds([mergeIntervalEnds(three.slice(0, 2)), three[2]!]);
    assert.deepEqual(intervalsBetween(oneByOne), intervalsBetween(all));
    const told = new CollectedIntervals();
    Array.from({ length: 70 }, (_, i) => told.put(i, three[i % 3]!));
    told.put(0, three[0]!);
    assert.equal(told.by.size, 70);
    assert.equal(sum(intervalsBetween(told.ends).done), 24 * 30 + 23 * 29 + 23 * 32);
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
    it(what, () => assert.deepEqual([knownLengthMs(specOf(load)), intervalStepMs(specOf(load))], [lengthMs, stepMs]));
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
