import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrialState } from '../../../../../api/protocol/trial.ts';
import { TrialRecorder } from '../../../../../model/measure/trial/trial-recorder.ts';
import { snapshotOf } from '../../../../support/results/summary.ts';

type Message = [number: number, state: TrialState, atMs: number, done: number];

/** Records messages of a thread whose trials begin at whole multiples of 10 s; returns the trial after each, as state, time and responses. */
function recorded(messages: readonly Message[]) {
  const recorder = new TrialRecorder();
  return messages.map(([number, state, elapsedMs, done]) => {
    const stage = { number, state, lateMs: 0, ranMs: 0, startMs: number * 10_000 };
    recorder.record(stage, { ...snapshotOf('get', done), elapsedMs, cpuMs: elapsedMs });
    const { snapshot } = recorder.newest!;
    return [
      recorder.newest?.number,
      recorder.newest?.state,
      snapshot && [snapshot.elapsedMs, snapshot.requests[0]!.counts.done, snapshot.cpuMs],
    ];
  });
}

describe('the trials of a thread', () => {
  it('are what came since the trial before', () => {
    assert.deepEqual(
      recorded([
        [0, 'Pending', 0, 0],
        [0, 'Running', 1000, 5],
        [0, 'Settling', 2000, 9],
        [0, 'Done', 3000, 10],
        [1, 'Pending', 9000, 10],
        [1, 'Running', 11_000, 40],
        [1, 'Done', 15_000, 60],
        [2, 'Pending', 20_000, 60],
        [2, 'Done', 24_000, 67],
      ]),
      [
        [0, 'Pending', undefined],
        [0, 'Running', [1000, 5, 1000]],
        [0, 'Settling', [2000, 9, 2000]],
        [0, 'Done', [3000, 10, 3000]],
        [1, 'Pending', undefined],
        [1, 'Running', [1000, 30, 2000]],
        [1, 'Done', [5000, 50, 6000]],
        [2, 'Pending', undefined],
        [2, 'Done', [4000, 7, 4000]],
      ],
    );
  });

  it('are the same whatever comes after they are done', () => {
    assert.deepEqual(
      recorded([
        [0, 'Done', 3000, 10],
        [0, 'Done', 8000, 10],
      ]),
      [
        [0, 'Done', [3000, 10, 3000]],
        [0, 'Done', [3000, 10, 3000]],
      ],
    );
  });

  it('begin with the trial before even if nothing was heard at their start', () => {
    assert.deepEqual(
      recorded([
        [0, 'Done', 3000, 10],
        [1, 'Running', 11_000, 13],
      ]).at(-1),
      [1, 'Running', [1000, 3, 8000]],
    );
  });
});
