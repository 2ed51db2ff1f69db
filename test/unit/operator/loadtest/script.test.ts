import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import { instruct } from '../../../../operator/runner-endpoint/instruction/instruction.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import {
  at,
  conditionText,
  loadTest,
  NOW,
  observedState,
  pod,
  slow,
  snapshot,
  TOO_SLOW,
  UID,
  update,
  WHY_SLOW,
} from '../../../support/operator/operator-fixtures.ts';

const SCRIPT = { script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } } };
const STARTED = { startTime: at(-30_000), loadStartTime: at(-20_000) };

type Input = Omit<Parameters<typeof instruct>[0], 'nowMs' | 'addresses' | 'index' | 'stopReason'> & {
  stopReason?: string;
};
const pending: RunnerUpdate = { phase: 'Finished', setup: '{}', teardown: { state: 'Pending' } };

const instructions: [sentence: string, input: Input, expected: Partial<Instruction>][] = [
  [
    'to start the load with the result of setup',
    { test: loadTest(SCRIPT, STARTED), update: { phase: 'Ready' }, setup: '{"a":1}' },
    { instruction: 'Start', setup: '{"a":1}' },
  ],
  [
    'to wait while a restarted operator does not know the result of setup yet',
    { test: loadTest(SCRIPT, STARTED), update: { phase: 'Ready' } },
    { instruction: 'Wait' },
  ],
  [
    'to stop when the result of setup stays unknown for a minute',
    { test: loadTest(SCRIPT, { ...STARTED, loadStartTime: at(-61_000) }), update: { phase: 'Ready' } },
    { instruction: 'Stop', reason: "the result of the script's setup is lost" },
  ],
  [
    'to start without a result of setup when the test has no script',
    { test: loadTest({}, STARTED), update: { phase: 'Ready' } },
    { instruction: 'Start' },
  ],
  [
    'to tear down when all runners have ended',
    { test: loadTest(SCRIPT, STARTED), update: pending, tearsDown: true },
    { instruction: 'TearDown' },
  ],
  [
    'to wait while other runners have not ended',
    { test: loadTest(SCRIPT, STARTED), update: pending },
    { instruction: 'Wait' },
  ],
  [
    'to wait after its teardown',
    { test: loadTest(SCRIPT, STARTED), update: { ...pending, teardown: { state: 'Done' } }, tearsDown: true },
    { instruction: 'Wait' },
  ],
  [
    'to tear down even when the others were stopped',
    { test: loadTest(SCRIPT, STARTED), update: pending, tearsDown: true, stopReason: 'aborted' },
    { instruction: 'TearDown' },
  ],
];

describe('a runner of a test with a script is instructed', () => {
  for (const [sentence, input, expected] of instructions)
    it(sentence, () => {
      const response = instruct({
        nowMs: NOW,
        addresses: undefined,
        index: 0,
        stopReason: undefined,
        ...input,
      });
      assert.deepEqual({ ...response, ...expected }, response);
    });
});

const done = { startedAtMs: NOW - 20_000, snapshot: snapshot(500) };
const first = (fields: Omit<RunnerUpdate, 'phase'>, receivedAtMs?: number) =>
  update(0, { phase: 'Finished', ...done, ...fields }, receivedAtMs);
const second = update(1, { phase: 'Finished', ...done });
const running = update(1, { phase: 'Running', ...done });

type Observed = Parameters<typeof observedState>[0];
const decisions: [sentence: string, observed: Observed, actions: string[], complete: string, message?: string][] = [
  [
    'the teardown waits for every runner',
    { updates: new Map([first({ teardown: { state: 'Pending' } }), running]) },
    [],
    'False/Finishing',
  ],
  [
    'the test waits for the teardown',
    { updates: new Map([first({ teardown: { state: 'Pending' } }), second]) },
    ['TearDown'],
    'False/TearingDown',
  ],
  [
    'a finished teardown ends the test',
    { updates: new Map([first({ teardown: { state: 'Done' } }), second]) },
    ['WriteReport'],
    'True/Finished',
    '',
  ],
  [
    'the message names a failed teardown',
    { updates: new Map([first({ teardown: { state: 'Failed', message: 'no way' } }), second]) },
    ['WriteReport'],
    'True/Finished',
    "the script's teardown failed: no way",
  ],
  [
    'the test does not wait for a runner that becomes silent during teardown',
    { updates: new Map([first({ teardown: { state: 'Pending' } }, NOW - 46_000), second]) },
    ['WriteReport'],
    'True/Finished',
    "the script's teardown failed: runner 0 did not report its end",
  ],
  [
    'the test does not wait for the teardown of a runner whose pod has ended',
    {
      updates: new Map([first({ teardown: { state: 'Pending' } }), second]),
      pods: [pod(0, { phase: 'Succeeded' }), pod(1)],
    },
    ['WriteReport'],
    'True/Finished',
    "the script's teardown failed: runner 0 did not report its end",
  ],
  [
    'an aborted test runs its teardown too, and stays aborted',
    {
      test: loadTest({ ...SCRIPT, ...TOO_SLOW }, STARTED),
      updates: new Map([first({ teardown: { state: 'Pending' } }), second]),
      recent: slow(),
    },
    ['StopRunners', 'TearDown'],
    'False/Aborting',
    WHY_SLOW,
  ],
];

describe('in a test with a script', () => {
  for (const [sentence, observed, actions, complete, message] of decisions)
    it(sentence, () => {
      const decision = reconcile(observedState({ test: loadTest(SCRIPT, STARTED), ...observed }));
      assert.deepEqual(
        decision.actions.map(({ type }) => type),
        actions,
      );
      assert.equal(conditionText(decision.status, 'Complete'), complete);
      if (message === undefined) return;
      assert.equal(decision.status?.conditions?.find(({ type }) => type === 'Complete')?.message, message);
      if (complete.startsWith('True')) assert.equal(conditionText(decision.status, 'Passed'), 'True/ThresholdsMet');
    });

  for (const reason of ['ScriptInvalid', 'SetupFailed'] as const)
    it(`a runner that fails with ${reason} ends the test with that reason`, () => {
      const failed = update(0, { phase: 'Failed', message: 'hooks.js:3', reason });
      const test = loadTest(SCRIPT, { startTime: at(-1000) });
      const { status } = reconcile(observedState({ test, updates: new Map([failed]) }));
      assert.equal(conditionText(status, 'Complete'), `True/${reason}`);
      assert.equal(conditionText(status, 'Passed'), `Unknown/${reason}`);
    });

  it('a change of the teardown is reconciled at once', () => {
    const store = new UpdateStore();
    const [, received] = first({ teardown: { state: 'Pending' } });
    assert.equal(store.put(UID, 0, received), true);
    assert.equal(store.put(UID, 0, received), false);
    const [, changed] = first({ teardown: { state: 'Done' } });
    assert.equal(store.put(UID, 0, changed), true);
  });
});
