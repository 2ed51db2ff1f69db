import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { TimelineRecorder } from '../../../../model/measure/timeline.ts';
import { snapshot } from '../../../support/operator/operator-fixtures.ts';

/** The snapshots, second by second, of a runner that completes ten requests a second. */
const SECONDS = Array.from({ length: 80 }, (_, second) => ({ ...snapshot(10 * second), elapsedMs: 1000 * second }));

/** A range of seconds, both ends included. */
type Range = [from: number, to: number];
const isIn = (second: number, ranges: Range[]) => ranges.some(([from, to]) => second >= from && second <= to);

/** The updates of each second from `since` to `until` after the start of the load, but for the `gaps` of each runner. */
type Updates = { since?: number; until: number; gaps: Range[][] };
function recorderOf({ since = 1, until, gaps }: Updates): TimelineRecorder {
  const recorder = new TimelineRecorder(1000);
  const newest = gaps.map((): Snapshot | undefined => undefined);
  for (let second = since; second <= until; second++)
    gaps.forEach((ranges, runner) => {
      if (isIn(second, ranges)) return;
      newest[runner] = SECONDS[second];
      recorder.record(newest);
    });
  return recorder;
}

type Row = [title: string, updates: Updates, seconds: number | undefined, done?: number, silent?: number[]];

describe('the sliding window', () => {
  it('covers ten seconds within a half when updates come a little early or late', () => {
    const recorder = new TimelineRecorder(1000);
    for (let second = 1; second <= 60; second++) {
      const elapsedMs = 1000 * second + 45 * Math.sin(second);
      recorder.record([{ ...snapshot(10 * second), elapsedMs }]);
      const { window } = recorder;
      if (second > 10)
        assert.ok(window && window.elapsedMs >= 9500 && window.elapsedMs <= 10_500, `${window?.elapsedMs}`);
    }
  });

  const rows: Row[] = [
    ['is unknown before ten seconds have passed', { until: 9, gaps: [[]] }, undefined],
    ['is known after ten seconds', { until: 10, gaps: [[]] }, 10, 100],
    ['covers ten seconds', { until: 30, gaps: [[], []] }, 10, 200],
    [
      'does not count the time before a restart of the operator as the last ten seconds',
      { since: 42, until: 42, gaps: [[]] },
      undefined,
    ],
    ['is unknown for nine seconds after a restart', { since: 42, until: 51, gaps: [[], []] }, undefined],
    ['is known again ten seconds after a restart', { since: 42, until: 52, gaps: [[], []] }, 10, 200],
    ['starts at the start of the load when the first updates are late', { since: 3, until: 10, gaps: [[]] }, 10, 100],
    ['does not extend over a time without any update', { until: 72, gaps: [[[41, 71]]] }, undefined],
    ['lists a runner that has become silent', { until: 40, gaps: [[], [[31, 60]]] }, 10, 100, [1]],
    ['waits for a runner that is only late', { until: 32, gaps: [[], [[31, 60]]] }, 10, 200],
    ['does not count the backlog of a silent runner as a burst', { until: 60, gaps: [[], [[31, 50]]] }, undefined],
    ['is complete again ten seconds after a silent runner is back', { until: 62, gaps: [[], [[31, 50]]] }, 10, 200],
    ['leaves out a runner that stays silent', { until: 60, gaps: [[], [[31, 90]]] }, 10, 100, [1]],
    ['lists a runner that never sent an update', { since: 42, until: 60, gaps: [[], [[1, 90]]] }, 10, 100, [1]],
    [
      'does not count the backlog of a runner with its first update as a burst',
      { since: 42, until: 56, gaps: [[], [[1, 49]]] },
      undefined,
    ],
  ];
  for (const [title, updates, seconds, done, silent = []] of rows)
    it(title, () => {
      const recorder = recorderOf(updates);
      const { window } = recorder;
      assert.deepEqual([window?.elapsedMs, window?.requests[0]?.counts.done], [seconds && seconds * 1000, done]);
      if (window !== undefined) assert.deepEqual(recorder.silent, silent);
    });
});
