import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { TimelineRecorder } from '../../../../model/measure/timeline.ts';
import { snapshot } from '../../../support/operator-fixtures.ts';

/** What a runner measured that answers ten requests a second, at each of them. */
const SECONDS = Array.from({ length: 80 }, (_, second) => ({ ...snapshot(10 * second), elapsedMs: 1000 * second }));

/** From a second to another, both of them. */
type Stretch = [from: number, to: number];
const isIn = (second: number, stretches: Stretch[]) => stretches.some(([from, to]) => second >= from && second <= to);

/** What the operator hears each second up to `until` that began `since` the load did; each runner is heard but for its `gaps`. */
type Heard = { since?: number; until: number; gaps: Stretch[][] };
function recorderOf({ since = 1, until, gaps }: Heard): TimelineRecorder {
  const recorder = new TimelineRecorder(1000);
  const newest = gaps.map((): Snapshot | undefined => undefined);
  for (let second = since; second <= until; second++)
    gaps.forEach((of, runner) => {
      if (isIn(second, of)) return;
      newest[runner] = SECONDS[second];
      recorder.record(newest);
    });
  return recorder;
}

type Row = [what: string, heard: Heard, seconds: number | undefined, done?: number, silent?: number[]];

describe('the sliding window', () => {
  const rows: Row[] = [
    ['is not there before ten seconds are', { until: 8, gaps: [[]] }, undefined],
    ['is a little early', { until: 9, gaps: [[]] }, 9, 90],
    ['holds no more than ten seconds', { until: 30, gaps: [[], []] }, 9, 180],
    [
      'does not take all that was before a restart for the last ten seconds',
      { since: 42, until: 42, gaps: [[]] },
      undefined,
    ],
    ['waits for ten seconds of its own then', { since: 42, until: 50, gaps: [[], []] }, undefined],
    ['and is what it ever is', { since: 42, until: 51, gaps: [[], []] }, 9, 180],
    ['needs no moment of its own at the beginning, where nothing was', { since: 3, until: 10, gaps: [[]] }, 10, 100],
    ['is not made longer by a time in which nobody was heard', { until: 72, gaps: [[[41, 71]]] }, undefined],
    ['names who is cut off', { until: 40, gaps: [[], [[31, 60]]] }, 10, 100, [1]],
    ['waits for one that is only late', { until: 32, gaps: [[], [[31, 60]]] }, 9, 180],
    ['does not take what one did that was cut off for a burst', { until: 60, gaps: [[], [[31, 50]]] }, undefined],
    ['is whole again ten seconds after that', { until: 61, gaps: [[], [[31, 50]]] }, 9, 180],
    ['leaves out one that has nothing more to say', { until: 60, gaps: [[], [[31, 90]]] }, 9, 90, [1]],
    ['names one that was never heard', { since: 42, until: 60, gaps: [[], [[1, 90]]] }, 9, 90, [1]],
    [
      'does not take for a burst what one did that is first heard',
      { since: 42, until: 56, gaps: [[], [[1, 49]]] },
      undefined,
    ],
  ];
  for (const [what, heard, seconds, done, silent = []] of rows)
    it(what, () => {
      const recorder = recorderOf(heard);
      const { window } = recorder;
      assert.deepEqual([window?.elapsedMs, window?.requests[0]?.counts.done], [seconds && seconds * 1000, done]);
      if (window !== undefined) assert.deepEqual(recorder.silent, silent);
    });
});
