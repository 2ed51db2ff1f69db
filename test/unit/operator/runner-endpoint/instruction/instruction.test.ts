import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunnerUpdate } from '../../../../../model/wire/runner-update.ts';
import type { AcceptedLoadTest } from '../../../../../operator/loadtest/resources/loadtest-resource.ts';
import {
  acceptEnded,
  continueRunning,
  holdEnded,
  type InstructionInput,
  instruct,
  isToWait,
  prepareStarting,
  start,
  stopLost,
  stopOver,
  stopRequested,
  tearDown,
  waitForSetup,
  waitForStart,
} from '../../../../../operator/runner-endpoint/instruction/instruction.ts';
import { at, loadTest, NOW, UID } from '../../../../support/operator/operator-fixtures.ts';

const accepted = (spec: Record<string, unknown> = {}, status: object = {}) =>
  loadTest(spec, status) as AcceptedLoadTest;
const STARTED = accepted({}, { loadStartTime: at(300) });
const SCRIPTED = accepted(
  { script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } } },
  { loadStartTime: at(-1000) },
);
const COMPLETE = accepted(
  {},
  { conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }] },
);

const DELETED = { ...STARTED, metadata: { ...STARTED.metadata, deletionTimestamp: at(0) } };
const MANY = loadTest({ runners: { replicas: 1000 } }, { loadStartTime: at(300) });

const instructions: [
  sentence: string,
  change: Partial<InstructionInput>,
  phase: RunnerUpdate['phase'],
  response: Record<string, unknown>,
][] = [
  ['a runner that starts gets its assignment', {}, 'Starting', { instruction: 'Prepare', nextReportMs: 100 }],
  ['a ready runner waits for the others', {}, 'Ready', { instruction: 'Wait', nextReportMs: 100 }],
  [
    'a ready runner starts when the start is persisted',
    { test: STARTED },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 300 },
  ],
  [
    'a ready runner that missed the start starts at once',
    { test: STARTED, nowMs: NOW + 5000 },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 5000 },
  ],
  ['a running runner continues', { test: STARTED }, 'Running', { instruction: 'Continue', nextReportMs: 1000 }],
  [
    'a thousand running runners send updates less often',
    { test: MANY },
    'Running',
    { instruction: 'Continue', nextReportMs: 5000 },
  ],
  [
    'a thousand waiting runners send updates less often',
    { test: loadTest({ runners: { replicas: 1000 } }) },
    'Ready',
    { instruction: 'Wait', nextReportMs: 1000 },
  ],
  [
    'a running runner stops when another was lost',
    { test: STARTED, stopReason: 'runner 1 was lost' },
    'Running',
    { instruction: 'Stop', reason: 'runner 1 was lost' },
  ],
  [
    'a finished runner waits until its result is persisted',
    { test: STARTED },
    'Finished',
    { instruction: 'Wait', nextReportMs: 100 },
  ],
  [
    'a finished runner waits until its result is persisted, even when the others stop',
    { test: STARTED, stopReason: 'x' },
    'Finished',
    { instruction: 'Wait' },
  ],
  ['a failed runner waits until its failure is persisted', {}, 'Failed', { instruction: 'Wait' }],
  [
    'the update of a finished runner is accepted when the test is complete',
    { test: COMPLETE },
    'Finished',
    { instruction: 'Accepted' },
  ],
  [
    'the update of a failed runner is accepted when the test is complete',
    { test: COMPLETE },
    'Failed',
    { instruction: 'Accepted' },
  ],
  [
    'a runner of a complete test stops',
    { test: COMPLETE },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is complete' },
  ],
  ['a runner that starts after the end of the test stops', { test: COMPLETE }, 'Starting', { instruction: 'Stop' }],
  [
    'a runner of a test that is being deleted stops',
    { test: DELETED },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is being deleted' },
  ],
  [
    'a runner of a test that is gone stops',
    { test: undefined },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is gone' },
  ],
  ['a finished runner of a test that is gone may exit', { test: undefined }, 'Finished', { instruction: 'Accepted' }],
];

describe('the instruction', () => {
  for (const [sentence, change, phase, expected] of instructions) {
    it(sentence, () => {
      const input = { nowMs: NOW, addresses: undefined, test: loadTest(), index: 1, stopReason: undefined };
      const response = instruct({ ...input, ...change, update: { phase } });
      assert.deepEqual({ ...response, ...expected }, response);
      assert.equal(response.nowMs, change.nowMs ?? NOW);
    });
  }

  it('assigns a share of the load to a runner', () => {
    const { assignment } = instruct({
      nowMs: NOW,
      addresses: { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] },
      test: loadTest(),
      index: 1,
      update: { phase: 'Starting' },
      stopReason: undefined,
    });
    assert.deepEqual(assignment?.test, { namespace: 'shop', name: 'checkout', uid: UID });
    assert.deepEqual(assignment?.addresses, { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] });
    assert.deepEqual([assignment?.index, assignment?.replicas], [1, 2]);
    assert.equal(assignment?.spec.requests[0]?.method, 'GET');
  });
});

type Active = InstructionInput & { test: AcceptedLoadTest };
const active = (change: Partial<Active> = {}): Active => ({
  nowMs: NOW,
  addresses: undefined,
  test: STARTED,
  index: 1,
  update: { phase: 'Ready' },
  stopReason: undefined,
  ...change,
});
const finished: RunnerUpdate = { phase: 'Finished' };
const pending: RunnerUpdate = { ...finished, teardown: { state: 'Pending' } };

type Rule = (input: Active) => { instruction: string } | undefined;
const rules: [rule: Rule, title: string, change: object, instruction: string | undefined][] = [
  [acceptEnded, 'does not apply while the test is running', { update: finished }, undefined],
  [acceptEnded, 'does not apply to a runner that has not ended', { test: COMPLETE }, undefined],
  [acceptEnded, 'lets an ended runner exit', { test: COMPLETE, update: finished }, 'Accepted'],
  [stopOver, 'does not apply while the test is running', {}, undefined],
  [stopOver, 'stops a runner of a complete test', { test: COMPLETE }, 'Stop'],
  [stopOver, 'stops a runner whose test is gone', { test: undefined }, 'Stop'],
  [stopOver, 'stops a runner whose spec is invalid', { test: loadTest({ load: { type: 'Open' } }) }, 'Stop'],
  [tearDown, 'waits for the other runners', { update: pending }, undefined],
  [tearDown, 'runs when all have ended', { update: pending, tearsDown: true }, 'TearDown'],
  [tearDown, 'does not apply to a runner without a teardown', { update: finished, tearsDown: true }, undefined],
  [holdEnded, 'does not apply to a runner at the barrier', {}, undefined],
  [holdEnded, 'keeps a result until it is persisted', { update: finished }, 'Wait'],
  [stopRequested, 'does not apply without a reason', {}, undefined],
  [stopRequested, 'stops a runner', { stopReason: 'x' }, 'Stop'],
  [continueRunning, 'does not apply at the barrier', {}, undefined],
  [continueRunning, 'lets a runner continue', { update: { phase: 'Running' } }, 'Continue'],
  [prepareStarting, 'does not apply at the barrier', {}, undefined],
  [prepareStarting, 'assigns a share', { update: { phase: 'Starting' } }, 'Prepare'],
  [waitForStart, 'does not apply once the start is persisted', {}, undefined],
  [waitForStart, 'holds a runner at the barrier', { test: accepted() }, 'Wait'],
  [waitForSetup, 'does not apply without a script', {}, undefined],
  [waitForSetup, 'does not apply once the result is known', { test: SCRIPTED, setup: '{}' }, undefined],
  [waitForSetup, 'waits for the result', { test: SCRIPTED }, 'Wait'],
  [waitForSetup, 'stops a runner when the result is lost', { test: SCRIPTED, nowMs: NOW + 60_000 }, 'Stop'],
  [start, 'starts the load', {}, 'Start'],
];

it('stops many runners that count as lost as seldom as it would hear them under load', () => {
  const instructions = [STARTED, MANY].map((test) => stopLost({ test, reason: 'x', nowMs: NOW }));
  assert.deepEqual(
    instructions.map(({ nextReportMs }) => nextReportMs),
    [1000, 5000],
  );
});

describe('of the instructions, the rule', () => {
  for (const [rule, title, change, instruction] of rules)
    it(`${rule.name} ${title}`, () => assert.equal(rule(active(change))?.instruction, instruction));
});

const SEARCHING = accepted(
  { load: { type: 'Capacity', capacity: { maxRate: 1000 } } },
  {
    loadStartTime: at(-10_000),
    capacity: { trial: { number: 3, purpose: 'Climb', rate: 80, seconds: 12.5, startTime: at(500) } },
  },
);
const TRIAL = { number: 3, rate: 80, startAtMs: NOW + 500, durationMs: 12_500 };

describe('the instructions of a capacity search contain its newest trial', () => {
  const underLoad = active({ test: SEARCHING, trial: TRIAL, update: { phase: 'Running' } });
  it('to a runner under load', () => assert.deepEqual(continueRunning(underLoad)?.trial, TRIAL));
  it('to a runner that starts', () => assert.deepEqual(start(active({ test: SEARCHING, trial: TRIAL })).trial, TRIAL));
  it('and end it early', () =>
    assert.deepEqual(continueRunning({ ...underLoad, endedTrial: 3 })?.endTrial, { number: 3 }));
  it('but not when an earlier one was ended', () =>
    assert.equal(continueRunning({ ...underLoad, endedTrial: 2 })?.endTrial, undefined));
});

describe('a response is held', () => {
  const done = (number: number): RunnerUpdate => ({
    phase: 'Running',
    trial: { number, state: 'Done', lateMs: 0, ranMs: 12_500 },
  });
  const rows: [title: string, update: RunnerUpdate, held: boolean][] = [
    ['while the runner waits at the barrier', { phase: 'Ready' }, true],
    ['not while the runner makes load', { phase: 'Running' }, false],
    ['while the trial after a finished one is not decided', done(3), true],
    ['not once it is', done(2), false],
  ];
  for (const [title, update, held] of rows)
    it(title, () => {
      const input = active(
        update.phase === 'Ready' ? { test: accepted(), update } : { test: SEARCHING, trial: TRIAL, update },
      );
      assert.equal(isToWait((continueRunning(input) ?? waitForStart(input))!, update), held);
    });
});
