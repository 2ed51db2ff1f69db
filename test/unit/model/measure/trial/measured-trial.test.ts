import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrialState } from '../../../../../api/protocol/trial.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import { type MeasuredTrial, mergeTrials, trialSince } from '../../../../../model/measure/trial/measured-trial.ts';
import { snapshotOf } from '../../../../support/results/summary.ts';

/** A cumulative snapshot at a time, with so many responses, and a generator that has been busy for so long. */
function at(elapsedMs: number, done: number, busyMs: number): Snapshot {
  return { ...snapshotOf('get', done), elapsedMs, eventLoopUtilization: busyMs / elapsedMs, throttledMs: busyMs / 10 };
}

const doneIn = (snapshot: Snapshot | undefined) => snapshot?.requests.map(({ counts }) => counts.done);

describe('the measurement of a trial', () => {
  it('is what came after the trial before it, over its own time', () => {
    const trial = trialSince(at(10_000, 400, 1000), at(16_000, 1000, 4000), 11_000);
    assert.deepEqual([trial.elapsedMs, doneIn(trial), trial.responses], [5000, [600], [{ code: '200', count: 600 }]]);
    assert.equal(trial.eventLoopUtilization, 0.5);
    assert.equal(trial.throttledMs, 300);
  });

  it('is all of the load for the first one', () => {
    const now = at(3000, 90, 300);
    assert.deepEqual(trialSince(undefined, now, 0), now);
  });
});

const part = (number: number, state: TrialState, done = 1, lateMs = 0): MeasuredTrial => ({
  number,
  state,
  lateMs,
  ranMs: 5000,
  snapshot: snapshotOf('get', done),
});

const merged: [
  sentence: string,
  parts: (MeasuredTrial | undefined)[],
  state: TrialState,
  done: number[] | undefined,
][] = [
  ['done when all runners are', [part(3, 'Done', 5), part(3, 'Done', 6)], 'Done', [11]],
  ['settling while one runner is', [part(3, 'Done', 5), part(3, 'Settling', 6)], 'Settling', [11]],
  ['running while one runner is', [part(3, 'Running', 5), part(3, 'Settling', 6)], 'Running', [11]],
  ['pending while one runner has another trial', [part(3, 'Done', 5), part(2, 'Done', 6)], 'Pending', [5]],
  ['pending while one runner has no trial', [part(3, 'Done', 5), undefined], 'Pending', [5]],
  ['pending before any runner has it', [undefined], 'Pending', undefined],
];

describe('a trial of several runners', () => {
  for (const [sentence, parts, state, done] of merged)
    it(`is ${sentence}`, () => {
      const trial = mergeTrials(3, parts);
      assert.deepEqual([trial.number, trial.state, doneIn(trial.snapshot)], [3, state, done]);
    });

  it('is as late as its latest runner', () => {
    assert.equal(mergeTrials(3, [part(3, 'Running', 1, 7), part(3, 'Running', 1, 40)]).lateMs, 40);
  });
});
