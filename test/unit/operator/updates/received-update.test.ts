import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialState } from '../../../../api/protocol/trial.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { mayChangeDecision, type ReceivedUpdate } from '../../../../operator/updates/received-update.ts';
import { NOW, snapshot } from '../../../support/operator/operator-fixtures.ts';

const received = (update: RunnerUpdate, podUid = 'pod-0'): ReceivedUpdate => ({ podUid, receivedAtMs: NOW, update });
const trial = (number: number, state: TrialState): RunnerUpdate => ({
  phase: 'Running',
  trial: { number, state, lateMs: 0, ranMs: 0 },
});
const RUNNING: RunnerUpdate = { phase: 'Running', snapshot: snapshot(1) };

const rows: [what: string, before: ReceivedUpdate | undefined, next: ReceivedUpdate, may: boolean][] = [
  ['the first update', undefined, received({ phase: 'Starting' }), true],
  ['a newer measurement', received(RUNNING), received({ ...RUNNING, snapshot: snapshot(2) }), false],
  ['another phase', received(RUNNING), received({ ...RUNNING, phase: 'Finished' }), true],
  ['another pod', received(RUNNING), received(RUNNING, 'pod-1'), true],
  [
    'the end of a teardown',
    received({ phase: 'Finished', teardown: { state: 'Pending' } }),
    received({ phase: 'Finished', teardown: { state: 'Done' } }),
    true,
  ],
  ['the next trial', received(trial(1, 'Done')), received(trial(2, 'Pending')), true],
  ['the end of a trial', received(trial(1, 'Running')), received(trial(1, 'Done')), true],
  ['the same trial', received(trial(1, 'Running')), received(trial(1, 'Running')), false],
];
for (const [what, before, next, may] of rows)
  test(`${what} ${may ? 'may change a' : 'changes no'} decision`, () =>
    assert.equal(mayChangeDecision(before, next), may));
