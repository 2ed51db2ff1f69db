import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import {
  foreignRequests,
  type Incoming,
  isLatecomer,
  isWanted,
  longerThanLoad,
  overtaken,
} from '../../../../operator/runner-endpoint/incoming.ts';
import {
  acceptEnded,
  continueRunning,
  holdEnded,
  type InstructionInput,
  isToWait,
  prepareStarting,
  start,
  stopOver,
  stopRequested,
  tearDown,
  waitForSetup,
  waitForStart,
} from '../../../../operator/runner-endpoint/instruction.ts';
import { type TrialStartInput, trialStartMs } from '../../../../operator/runner-endpoint/trial-start.ts';
import { at, loadTest, NOW, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';

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

describe('a trial begins', () => {
  const rows: [title: string, input: Partial<TrialStartInput> & { number?: number }, startMs: number][] = [
    ['as planned', {}, NOW + 500],
    ['soon when it took long to persist its plan', { nowMs: NOW + 2000 }, NOW + 2053],
    ['so that all runners know of it', { replicas: 1000 }, NOW + 1050],
    ['as planned for those that have not taken it up yet', { nowMs: NOW + 2000, isTakenUp: true }, NOW + 500],
    ['when a new operator has heard of all runners', { knowsRunners: false }, NOW + 1553],
    ['with the load', { knowsRunners: false, number: 0 }, NOW + 500],
  ];
  for (const [title, { number = 3, ...input }, expected] of rows)
    it(title, () => {
      const usual = { nowMs: NOW, replicas: 3, isTakenUp: false, knowsRunners: true };
      assert.equal(trialStartMs({ ...TRIAL, number }, { ...usual, ...input }), expected);
    });
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

const runner = { namespace: 'shop', name: 'checkout', uid: UID, index: 1, podUid: 'pod-1' };
const stored = (phase: RunnerUpdate['phase'], elapsedMs: number, podUid = 'pod-1') => ({
  podUid,
  receivedAtMs: NOW,
  update: { phase, snapshot: { ...snapshot(1), elapsedMs } },
});
const incoming = (update: RunnerUpdate, change: Partial<Incoming> = {}): Incoming => ({
  update,
  runner,
  test: STARTED,
  known: undefined,
  nowMs: NOW,
  ...change,
});
const running = (elapsedMs: number): RunnerUpdate => ({ phase: 'Running', snapshot: { ...snapshot(1), elapsedMs } });
const foreign: RunnerUpdate = {
  phase: 'Running',
  snapshot: { ...snapshot(1), requests: [{ ...snapshot(1).requests[0]!, name: 'other' }] },
};
const foreignTrial: RunnerUpdate = {
  ...running(1),
  trial: { number: 1, state: 'Running', lateMs: 0, ranMs: 1, snapshot: foreign.snapshot },
};
const other: LoadTestResource = COMPLETE;

type Judged = (input: Incoming) => unknown;
const updates: [check: Judged, title: string, input: Incoming, expected: unknown][] = [
  [overtaken, 'lets the first update pass', incoming(running(1)), undefined],
  [overtaken, 'lets a newer one pass', incoming(running(2), { known: stored('Running', 1) }), undefined],
  [overtaken, 'lets the same one pass again', incoming(running(1), { known: stored('Running', 1) }), undefined],
  [overtaken, 'refuses one that measured less', incoming(running(1), { known: stored('Running', 2) }), 409],
  [overtaken, 'refuses an earlier phase', incoming(running(9), { known: stored('Finished', 2) }), 409],
  [
    overtaken,
    'treats a failure as an end',
    incoming({ phase: 'Failed' }, { known: stored('Finished', -1) }),
    undefined,
  ],
  [overtaken, 'does not compare two pods', incoming(running(1), { known: stored('Running', 2, 'pod-0') }), undefined],
  [foreignRequests, 'lets the requests of the spec pass', incoming(running(1)), undefined],
  [foreignRequests, 'refuses those of another spec', incoming(foreign), 400],
  [foreignRequests, 'refuses those of a trial of another spec', incoming(foreignTrial), 400],
  [foreignRequests, 'does not check an update of a complete test', incoming(foreign, { test: other }), undefined],
  [
    longerThanLoad,
    'lets pass what the clocks of two nodes may differ by',
    incoming(running(3600_000 - 300)),
    undefined,
  ],
  [longerThanLoad, 'refuses what the load cannot have lasted', incoming(running(3600_001)), 400],
  [
    longerThanLoad,
    'does not apply before the start is known',
    incoming(running(3600_001), { test: accepted() }),
    undefined,
  ],
  [isWanted, 'holds for a runner under load', incoming(running(1)), true],
  [isWanted, 'does not hold for a complete test', incoming(running(1), { test: COMPLETE }), false],
  [isWanted, 'does not hold without a test', incoming(running(1), { test: undefined }), false],
  [isWanted, 'does not hold for a latecomer', incoming({ phase: 'Starting' }), false],
  [isLatecomer, 'holds for a pod that starts under load', incoming({ phase: 'Starting' }), true],
  [isLatecomer, 'does not hold before the load', incoming({ phase: 'Starting' }, { test: accepted() }), false],
  [isLatecomer, 'holds for a successor', incoming(running(1), { known: stored('Running', 1, 'pod-0') }), true],
];

describe('of the runner updates, the check', () => {
  for (const [check, title, input, expected] of updates)
    it(`${check.name} ${title}`, () => {
      const fact = check(input);
      assert.equal(typeof fact === 'object' && fact !== null && 'status' in fact ? fact.status : fact, expected);
    });
});
