import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { IntervalRecorder, mergeIntervalEnds } from '../../../../model/compare/interval-ends.ts';
import {
  formatIntervals,
  intervalStepMs,
  intervalsBetween as intervalsBetweenOf,
  knownLengthMs,
  readIntervals,
} from '../../../../model/compare/intervals.ts';
import { logQuantile, PERCENTILES } from '../../../../model/compare/quantiles.ts';
import { LEAST_PAIRS, locationOf } from '../../../../model/compare/statistics/signed-rank.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { CollectedIntervals } from '../../../../operator/updates/collected-intervals.ts';
import { snapshot } from '../../../support/operator/operator-fixtures.ts';
import { OPEN, specOf } from '../../../support/results/comparison-runs.ts';

const spec = specOf();
const intervalsBetween = (ends: IntervalEnds) => intervalsBetweenOf(ends, spec);

/** The cumulative snapshot at a second. */
const at = (seconds: number, done: number, ms = 5): Snapshot => ({
  ...snapshot(done, ms),
  elapsedMs: Math.round(seconds * 1000),
});

/** Records a thread's snapshots with an initial interval of `stepMs`, and returns its interval ends; the last snapshot is the final one. */
function endsOf(stepMs: number, snapshots: readonly Snapshot[]): IntervalEnds {
  const recorder = new IntervalRecorder(stepMs);
  for (const one of snapshots.slice(0, -1)) recorder.record(one);
  return recorder.upTo(snapshots.at(-1)!);
}
/** Snapshots, at the given seconds, of a thread that completes ten requests a second. */
const steady = (...seconds: number[]) => seconds.map((second) => at(second, Math.round(10 * second)));
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);

describe('the intervals of a run', () => {
  it('have the counts and percentiles of their own requests only', () => {
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

  it('lie on a grid although the snapshots come late', () => {
    const { end, done } = intervalsBetween(endsOf(1000, steady(...upTo(20).map((i) => 1.03 * i))));
    assert.equal(end.length, 20);
    assert.equal(sum(done), 206);
  });

  it('widen during a run of unknown length, lose no counts, and stay on the grid', () => {
    const { end, done } = intervalsBetween(endsOf(1000, steady(1, 2, 3, 6, ...upTo(300).slice(6))));
    assert.ok(end.length >= 20 && end.length < 40, `${end.length}`);
    assert.ok(end.slice(0, -1).every((ms) => ms % 8000 === 0));
    assert.equal(sum(done), 3000);
  });

  it('merge a short remainder into the last interval', () =>
    assert.deepEqual(intervalsBetween(endsOf(1000, [at(1, 10), at(2, 20), at(2.3, 21)])).done, [10, 11]));

  it('survive formatting into a status and parsing', () => {
    const intervals = intervalsBetween(endsOf(1000, steady(1, 2)));
    assert.deepEqual(readIntervals(formatIntervals(intervals)), intervals);
    assert.equal(formatIntervals(intervals).end, '1000 2000');
    assert.equal(readIntervals({ ...formatIntervals(intervals), p99: '5' }), undefined);
    assert.equal(readIntervals({ ...formatIntervals(intervals), quantiles: '5' }), undefined);
  });

  it('cannot be read from a status without all columns, such as that of another version', () => {
    const { quantiles: _, ...older } = formatIntervals(intervalsBetween(endsOf(1000, steady(1, 2))));
    assert.equal(readIntervals(older as ReturnType<typeof formatIntervals>), undefined);
  });

  it('have less than 4 kB in a status, even at a thousand requests a second and 39 intervals', () => {
    const ms = (second: number) => 1000 + second;
    const { length } = JSON.stringify(
      formatIntervals(
        intervalsBetween(
          endsOf(
            1000,
            upTo(39).map((second) => at(second, 1000 * second, ms(second))),
          ),
        ),
      ),
    );
    assert.ok(length < 4000, `${length} bytes`);
  });

  it('count the response times at or above the percentiles of the run after its warm-up, which lasts 6 s here', () => {
    const fastThenSlow = upTo(60).map((second) => {
      const [fast, slow] = [at(second, 10 * second, 5), at(second, second > 30 ? second - 30 : 0, 500)];
      return { ...fast, requests: [...fast.requests, ...slow.requests] };
    });
    const { timed, above50, above99, quantiles } = intervalsBetween(endsOf(3000, fastThenSlow));
    assert.deepEqual([timed.at(0), timed.at(-1), timed.length], [30, 33, 20]);
    assert.deepEqual([above50.at(0), above50.at(-1), above99.at(9), above99.at(-1)], [30, 33, 0, 3]);
    assert.equal(quantiles.length, PERCENTILES.length);
    assert.ok(Math.abs(Math.exp(logQuantile(quantiles, 0.5)) - 5000) < 5);
    assert.ok(Math.abs(Math.exp(logQuantile(quantiles, 0.99)) - 500_000) < 500);
  });
});

describe('the merged intervals of several threads', () => {
  type Row = [title: string, parts: IntervalEnds[], end: number[], done: number[]];
  const rows: Row[] = [
    ['add up', [endsOf(1000, steady(1, 2, 3)), endsOf(1000, steady(1, 2, 3))], [1000, 2000, 3000], [20, 20, 20]],
    [
      'end at the mean of the ends of the threads',
      [endsOf(1000, steady(1, 2, 3)), endsOf(1000, steady(1.2, 2.2, 3))],
      [1100, 2100, 3000],
      [22, 20, 18],
    ],
    [
      'end only where all threads have an end',
      [endsOf(1000, steady(1, 2, 3, 4)), endsOf(1000, steady(1, 3, 4))],
      [1000, 3000, 4000],
      [20, 40, 20],
    ],
    [
      'continue after the end of one thread',
      [endsOf(1000, steady(1, 2, 3, 4)), endsOf(1000, steady(1, 1.8))],
      [1000, 2000, 3000, 4000],
      [20, 18, 10, 10],
    ],
    [
      'are as wide as the widest when one thread widened its intervals',
      [endsOf(1000, steady(...upTo(41))), endsOf(1000, steady(...upTo(39)))],
      [...upTo(19).map((i) => 2000 * i), 41_000],
      upTo(20).map(() => 40),
    ],
  ];
  for (const [title, parts, end, done] of rows)
    it(title, () => {
      const intervals = intervalsBetween(mergeIntervalEnds(parts));
      assert.deepEqual([intervals.end, intervals.done], [end, done]);
    });

  it('have the percentiles of all responses together', () => {
    const [fast, slow] = [endsOf(1000, [at(1, 99, 5)]), endsOf(1000, [at(1, 1, 500)])];
    const { p50, p99 } = intervalsBetween(mergeIntervalEnds([fast, slow, endsOf(1000, [at(1, 9, 500)])]));
    assert.deepEqual(
      [p50, p99].map(([us]) => Math.round(us! / 1000)),
      [5, 500],
    );
  });

  it('do not depend on the order of merging', () => {
    const three = [steady(1, 2, 3), steady(1.2, 2.1, 2.9), steady(0.95, 3.2)].map((of) => endsOf(1000, of));
    const all = mergeIntervalEnds(three);
    const oneByOne = mergeIntervalEnds([mergeIntervalEnds(three.slice(0, 2)), three[2]!]);
    assert.deepEqual(intervalsBetween(oneByOne), intervalsBetween(all));
    const collected = new CollectedIntervals();
    Array.from({ length: 70 }, (_, i) => collected.put(i, three[i % 3]!));
    collected.put(0, three[0]!);
    assert.equal(collected.by.size, 70);
    assert.equal(sum(intervalsBetween(collected.ends).done), 24 * 30 + 23 * 29 + 23 * 32);
  });
});

describe('the length of an interval', () => {
  const rows: [title: string, load: object, lengthMs: number | undefined, stepMs: number][] = [
    ['is a twentieth of a load of a minute', OPEN, 60_000, 3000],
    [
      'is at least a second, for a load of ten seconds',
      { type: 'Closed', closed: { users: 1, duration: '10s' } },
      10_000,
      1000,
    ],
    [
      'starts at a second for a load of iterations',
      { type: 'Closed', closed: { users: 1, iterations: 10 } },
      undefined,
      1000,
    ],
    [
      'starts at a second for a load of iterations with a duration',
      { type: 'Closed', closed: { users: 1, iterations: 10, duration: '1h' } },
      undefined,
      1000,
    ],
  ];
  for (const [title, load, lengthMs, stepMs] of rows)
    it(title, () => assert.deepEqual([knownLengthMs(specOf(load)), intervalStepMs(specOf(load))], [lengthMs, stepMs]));
});

describe('the median of differences', () => {
  it('has the confidence interval of the tables: for 8 differences their extremes, for 12 the 8th average from each end', () => {
    const eight = [3, -1, 4, 1, -5, 9, 2, 6];
    assert.equal(LEAST_PAIRS, 8);
    const { low, high } = locationOf(eight);
    assert.deepEqual([low, high], [-5, 9]);
    const twelve = [7, 3, 10, 1, 12, 2, 9, 4, 11, 5, 8, 6];
    const averages = twelve.flatMap((a, i) => twelve.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
    const middle = locationOf(twelve);
    assert.deepEqual([middle.estimate, middle.low, middle.high], [6.5, averages[7], averages.at(-8)]);
  });

  it('has a wider confidence interval when neighbours are correlated', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const mixed = [7, 3, 10, 1, 8, 2, 9, 4, 6, 5];
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    assert.ok(width(locationOf(values)) > 2 * width(locationOf(mixed)));
  });

  it('has an empty confidence interval when all differences are equal', () =>
    assert.deepEqual(locationOf(Array.from({ length: 9 }, () => 2)), { estimate: 2, low: 2, high: 2 }));
});
