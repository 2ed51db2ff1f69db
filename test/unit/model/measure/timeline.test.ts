import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { NO_PEAKS, withPeak } from '../../../../model/measure/in-flight-peaks.ts';
import { since } from '../../../../model/measure/interval.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { TimelineRecorder, timelineStepMs } from '../../../../model/measure/timeline.ts';
import { sameTimes } from '../../../support/results/summary.ts';

/** The snapshot of a runner with `done` responses: 5 ms each up to number `slowFrom`, 100 ms each from there. */
function snapshot(
  elapsedMs: number,
  done: number,
  { slowFrom = Number.POSITIVE_INFINITY, inFlight = 0 } = {},
): Snapshot {
  const times = new Histogram();
  for (let i = 0; i < done; i++) times.record(i < slowFrom ? 5_000 : 100_000);
  const packed = PackedHistogram.of(times);
  const counts = { ...noCounts(), generated: done + inFlight, made: done + inFlight, done, inFlight };
  return {
    elapsedMs,
    requests: [{ name: 'default', counts, ...sameTimes(packed) }],
    responses: done === 0 ? [] : [{ code: '200', count: done }],
    errors: [],
    pacingLag: PackedHistogram.of(new Histogram()),
    cpuMs: elapsedMs / 10,
    eventLoopUtilization: 0.1,
  };
}

const ms = (values: readonly (number | null)[]) => values.map((v) => (v === null ? null : Math.round(v)));

describe('the timeline', () => {
  it('has one point per second with the counts and percentiles of this second alone', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(1000, 100)]);
    recorder.record([snapshot(2000, 250, { slowFrom: 100 })]);
    const timeline = recorder.finish([snapshot(3000, 300, { slowFrom: 100 })]);
    assert.deepEqual(timeline.untilSeconds, [1, 2, 3]);
    assert.deepEqual(timeline.done, [100, 150, 50]);
    assert.deepEqual(ms(timeline.p50Ms), [5, 100, 100]);
  });

  it('merges runners', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(1000, 100), snapshot(980, 90)]);
    const timeline = recorder.finish([snapshot(2000, 200), snapshot(2000, 190)]);
    assert.deepEqual(timeline.done, [190, 200]);
  });

  it('waits for runners that send updates less often, up to the given patience', () => {
    const recorder = new TimelineRecorder(1000);
    const record = (...snapshots: (Snapshot | undefined)[]) => recorder.record(snapshots, 8500);
    assert.equal(record(snapshot(3000, 30), undefined), false);
    assert.equal(record(snapshot(3000, 30), snapshot(5000, 50)), true);
    assert.equal(record(snapshot(8000, 80), snapshot(5000, 50)), false);
    assert.equal(record(snapshot(8000, 80), snapshot(10_000, 100)), true);
    const { untilSeconds: at, done } = recorder.finish([snapshot(12_000, 120), snapshot(12_000, 120)]);
    assert.deepEqual(
      [at, done],
      [
        [5, 10, 12],
        [80, 100, 60],
      ],
    );
  });

  it('does not count the backlog before the first update of a runner as a burst', () => {
    const recorder = new TimelineRecorder(1000);
    assert.equal(recorder.record([snapshot(1000, 10), undefined]), false);
    recorder.record([snapshot(1000, 10), snapshot(1500, 15)]);
    recorder.record([snapshot(2000, 20), snapshot(2500, 25)]);
    const { done } = recorder.finish([snapshot(3000, 30), snapshot(3000, 30)]);
    assert.deepEqual(done, [25, 35]);
  });

  it('waits for a runner that is late, but not for one that is lost', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(1000, 10), snapshot(1000, 10)]);
    assert.equal(recorder.record([snapshot(2000, 20), snapshot(1000, 10)]), false);
    for (const second of [4, 5, 6, 7]) recorder.record([snapshot(second * 1000, second * 10), snapshot(1000, 10)]);
    const { untilSeconds: at, done } = recorder.finish([snapshot(8000, 80), snapshot(1000, 10)]);
    assert.deepEqual(at, [1, 4, 5, 6, 7, 8]);
    assert.deepEqual(done, [20, 30, 10, 10, 10, 10]);
  });

  it('adds up to the final counters at whatever times updates arrive', () => {
    const recorder = new TimelineRecorder(1000);
    let done = 0;
    const snapshots = Array.from({ length: 97 }, (_, i) => {
      done += (i * 37) % 53;
      return snapshot(i * 130 + ((i * 71) % 60), done);
    });
    for (const one of snapshots) recorder.record([one]);
    const timeline = recorder.finish([snapshots.at(-1)!]);
    assert.equal(
      timeline.done.reduce((sum, n) => sum + n),
      done,
    );
    assert.equal(timeline.untilSeconds.at(-1), snapshots.at(-1)!.elapsedMs / 1000);
  });

  it('has no percentiles for a second without responses', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(1000, 10)]);
    const timeline = recorder.finish([snapshot(2000, 10, { inFlight: 3 })]);
    assert.deepEqual(ms(timeline.p99Ms), [5, null]);
    assert.deepEqual(timeline.inFlight, [0, 3]);
  });

  describe('has the most requests in flight', () => {
    /** Snapshots at the seconds of `mosts`, each with the largest number since the one before; 1 is in flight at their end. */
    const runner = (...mosts: number[]) =>
      mosts.map((_, i) => ({
        ...snapshot(1000 * (i + 1), 10 * (i + 1), { inFlight: 1 }),
        inFlightPeaks: mosts.slice(0, i + 1).reduce((peaks, n, s) => withPeak(peaks, 1000 * (s + 1), n), NO_PEAKS),
      }));
    /** The column inFlight of a timeline with points of `stepMs` that received the snapshots of each runner; undefined: lost. */
    const inFlight = (stepMs: number, runners: readonly (readonly (Snapshot | undefined)[])[]) => {
      const recorder = new TimelineRecorder(stepMs);
      const newest: (Snapshot | undefined)[] = runners.map(() => undefined);
      runners[0]!.forEach((_, second) => {
        runners.forEach((snapshots, r) => {
          newest[r] = snapshots[second] ?? newest[r];
        });
        recorder.record(newest);
      });
      return recorder.finish(newest.filter((s) => s !== undefined)).inFlight;
    };

    it('of each second, and not those at its end', () =>
      assert.deepEqual(inFlight(1000, [runner(3, 500, 55)]), [3, 500, 55]));
    it('as the sum of those of the runners in the same second', () =>
      assert.deepEqual(inFlight(1000, [runner(3, 500, 5), runner(4, 6, 70)]), [7, 506, 75]));
    it('of all seconds of a wide point', () => assert.deepEqual(inFlight(2000, [runner(3, 500, 5, 6)]), [500, 6]));
    it('although the update of their second was lost', () => {
      const [first, , third] = runner(3, 500, 5);
      assert.equal(Math.max(...inFlight(1000, [[first, undefined, third]])), 500);
    });
  });

  it('merges a short remainder into the last point', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(1000, 100)]);
    recorder.record([snapshot(2000, 200)]);
    const timeline = recorder.finish([snapshot(2050, 210)]);
    assert.deepEqual(timeline.untilSeconds, [1, 2.05]);
    assert.deepEqual(timeline.done, [100, 110]);
  });

  it('starts with one wide point when the first update is late', () => {
    const recorder = new TimelineRecorder(1000);
    recorder.record([snapshot(60_000, 600)]);
    const timeline = recorder.finish([snapshot(61_000, 610)]);
    assert.deepEqual(timeline.widthSeconds, [60, 1]);
    assert.deepEqual(timeline.done, [600, 10]);
  });

  it('starts with this point only when all runners have sent an update again', () => {
    const recorder = new TimelineRecorder(1000);
    assert.equal(recorder.record([undefined, snapshot(60_000, 600), undefined]), false);
    assert.equal(recorder.record([snapshot(60_400, 604), snapshot(60_000, 600), undefined]), false);
    assert.equal(recorder.record([snapshot(60_400, 604), snapshot(60_000, 600), snapshot(60_800, 608)]), true);
    const { untilSeconds: at, done } = recorder.finish([
      snapshot(62_000, 620),
      snapshot(62_000, 620),
      snapshot(62_000, 620),
    ]);
    assert.deepEqual(
      [at, done],
      [
        [60.8, 62],
        [1812, 48],
      ],
    );
  });

  it('waits at most three seconds for a runner that never sends an update', () => {
    const recorder = new TimelineRecorder(1000);
    const ends = [60, 61, 62, 63].map((second) => recorder.record([undefined, snapshot(second * 1000, second * 10)]));
    assert.deepEqual(ends, [false, false, false, true]);
  });

  it('is empty when no runner sent a measurement', () => {
    assert.deepEqual(new TimelineRecorder(1000).finish([]).untilSeconds, []);
  });

  it('widens its points during a long run', () => {
    const recorder = new TimelineRecorder(1000);
    const empty = snapshot(0, 0);
    for (let second = 1; second <= 10_000; second++) recorder.record([{ ...empty, elapsedMs: second * 1000 }]);
    const { untilSeconds: at, widthSeconds: width } = recorder.finish([{ ...empty, elapsedMs: 10_000_000 }]);
    assert.ok(at.length < 5000, `${at.length} points`);
    assert.equal(width[100], 1);
    assert.equal(width.at(-10), 4);
  });
});

describe('the width of a point', () => {
  const rows: [title: string, load: object, seconds: number][] = [
    ['of a short open load', { type: 'Open', open: { stages: [{ duration: '10m', rate: 1 }] } }, 1],
    ['of an open load of ten hours', { type: 'Open', open: { stages: [{ duration: '10h', rate: 1 }] } }, 20],
    ['of a closed load of an hour', { type: 'Closed', closed: { users: 1, duration: '1h' } }, 2],
    ['of a closed load of unknown length', { type: 'Closed', closed: { users: 1, iterations: 10 } }, 1],
  ];
  for (const [title, load, seconds] of rows) {
    it(`${title} is ${seconds} s`, () => {
      const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load });
      assert.equal(timelineStepMs(spec), seconds * 1000);
    });
  }
});

describe('the interval between two snapshots', () => {
  it('is their difference by bucket, status code and error kind', () => {
    const before = { ...snapshot(1000, 10), errors: [{ kind: 'ConnectionReset', count: 2, example: 'a' }] };
    const after = {
      ...snapshot(2000, 30, { slowFrom: 10 }),
      errors: [{ kind: 'ConnectionReset', count: 5, example: 'a' }],
    };
    const between = since(before, after);
    assert.deepEqual(between.responses, [{ code: '200', count: 20 }]);
    assert.deepEqual(between.errors, [{ kind: 'ConnectionReset', count: 3, example: 'a' }]);
    assert.deepEqual(between.requests[0]!.responseTime, snapshot(0, 20, { slowFrom: 0 }).requests[0]!.responseTime);
    assert.equal(since(after, after).requests[0]!.counts.done, 0);
  });
});
