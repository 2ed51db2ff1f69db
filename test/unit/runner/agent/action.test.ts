import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { type Action, actionOf } from '../../../../runner/agent/action.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

type Phase = RunnerUpdate['phase'];
const PHASES: readonly Phase[] = ['Starting', 'Ready', 'Running', 'Finished', 'Failed'];

const TRIAL = { number: 3, rate: 100, startAtMs: 5000, durationMs: 1000 };
const NO_TRIAL = { trial: undefined, endTrial: undefined };
const GONE = 'the LoadTest is gone';

/** What a runner does upon an instruction, by its phase: nothing in the phases that a row leaves out. */
const rows: [string, Partial<Instruction>, Partial<Record<Phase, Action>>][] = [
  [
    'prepares its assignment once',
    { instruction: 'Prepare', assignment: ASSIGNMENT },
    { Starting: { type: 'Prepare', assignment: ASSIGNMENT } },
  ],
  ['prepares nothing without an assignment', { instruction: 'Prepare' }, {}],
  [
    'starts its load once, when it is prepared',
    { instruction: 'Start', startAtMs: 7, setup: '"x"' },
    { Ready: { type: 'Start', startAtMs: 7, setup: '"x"', trials: NO_TRIAL } },
  ],
  ['starts nothing without a time', { instruction: 'Start' }, {}],
  [
    'starts a search with its first trial',
    { instruction: 'Start', startAtMs: 7, trial: TRIAL },
    { Ready: { type: 'Start', startAtMs: 7, setup: undefined, trials: { trial: TRIAL, endTrial: undefined } } },
  ],
  [
    'follows the trials of a search under load only',
    { instruction: 'Continue', trial: TRIAL, endTrial: { number: 3 } },
    { Running: { type: 'FollowTrial', trials: { trial: TRIAL, endTrial: { number: 3 } } } },
  ],
  ['waits', { instruction: 'Wait', wantsIntervals: true }, {}],
  [
    'tears down whenever the operator requests it',
    { instruction: 'TearDown' },
    Object.fromEntries(PHASES.map((phase) => [phase, { type: 'TearDown' }])),
  ],
  [
    'ends its load, without a load its session, and repeats a finished one',
    { instruction: 'Stop', reason: GONE },
    {
      Starting: { type: 'Stop', reason: GONE, ends: 'Session' },
      Ready: { type: 'Stop', reason: GONE, ends: 'Session' },
      Running: { type: 'Stop', reason: GONE, ends: 'Load' },
      Finished: { type: 'Stop', reason: GONE, ends: 'Nothing' },
      Failed: { type: 'Stop', reason: GONE, ends: 'Session' },
    },
  ],
];

for (const [sentence, instruction, expected] of rows)
  test(`a runner ${sentence}`, () => {
    for (const phase of PHASES)
      assert.deepEqual(
        actionOf({ instruction: 'Wait', nowMs: 0, nextReportMs: 0, ...instruction }, phase),
        expected[phase],
        phase,
      );
  });

test('a stop without a reason names the operator', () => {
  const stop: Instruction = { instruction: 'Stop', nowMs: 0, nextReportMs: 0 };
  assert.deepEqual(actionOf(stop, 'Running'), { type: 'Stop', reason: 'the operator requested it', ends: 'Load' });
});
