import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextProgressUs, stageOf } from '../../../../runner/workers/thread-progress.ts';

test('a thread reports its progress at the whole seconds of the load, and first at the end of the first one', () => {
  const rows: [nowUs: number, nextUs: number][] = [
    [-500_000, 1e6],
    [0, 1e6],
    [999_999, 1e6],
    [1e6, 2e6],
    [2_300_000, 3e6],
  ];
  for (const [nowUs, nextUs] of rows) assert.equal(nextProgressUs(nowUs), nextUs, `${nowUs}`);
});

const trial = { number: 3, state: 'Running', startUs: 2e6, lateUs: 1500, endUs: 7e6 } as const;
const stages: [sentence: string, nowUs: number, ranMs: number][] = [
  ['has not run before its start', 1e6, 0],
  ['has run since its start', 2_500_000, 500],
  ['runs no longer than to its end', 9e6, 5000],
];
for (const [sentence, nowUs, ranMs] of stages)
  test(`a trial ${sentence}`, () =>
    assert.deepEqual(stageOf(trial, nowUs), { number: 3, state: 'Running', startMs: 2000, lateMs: 1.5, ranMs }));
