import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { thresholdAbort } from '../../../../../operator/loadtest/decide/under-load/abort.ts';
import { aborted, stopped } from '../../../../../operator/loadtest/decide/under-load/end.ts';
import type { UnderLoad } from '../../../../../operator/loadtest/decide/under-load/facts.ts';
import { endSilent, recordLost } from '../../../../../operator/loadtest/decide/under-load/lost-runners.ts';
import { failedByLoss, finishing, runnersLost } from '../../../../../operator/loadtest/decide/under-load/on-loss.ts';
import {
  isTearingDown,
  tearDown,
  teardownProblem,
  tearingDown,
} from '../../../../../operator/loadtest/decide/under-load/script-teardown.ts';
import { stopping, stopRunners } from '../../../../../operator/loadtest/decide/under-load/stop.ts';
import type { AcceptedLoadTest } from '../../../../../operator/loadtest/resources/loadtest-resource.ts';
import type { Runner } from '../../../../../operator/loadtest/runners/runner.ts';
import {
  at,
  job,
  loadTest,
  NOW,
  observedState,
  pod,
  slow,
  TOO_SLOW,
  update,
} from '../../../../support/operator/operator-fixtures.ts';

const runner = (index: number, change: Partial<Runner> = {}): Runner => ({
  index,
  state: 'Running',
  message: '',
  settled: true,
  pod: pod(index),
  ...change,
});
const test = (spec: Record<string, unknown> = {}) => loadTest(spec, { loadStartTime: at(-60_000) }) as AcceptedLoadTest;
const CONTINUE = test({ runners: { replicas: 2, onLoss: 'Continue' } });
const VIOLATION = { metric: 'responseTime.p99', max: '100ms', observed: '200ms', over: '10s' };
const THRESHOLD = { by: 'Threshold', violations: [VIOLATION] } as const;
const ANNOTATION = { by: 'Annotation' } as const;
const LOST = { losses: '1 of 2 runners lost', runners: [runner(0), runner(1, { state: 'Lost' })] } as const;

/** A test under load with two running runners. */
const state = (change: Partial<UnderLoad> = {}): UnderLoad => ({
  ...observedState(),
  test: test(),
  runners: [runner(0), runner(1)],
  losses: '',
  search: undefined,
  stop: undefined,
  isTearingDown: false,
  loadStartMs: NOW - 60_000,
  counted: {},
  ...change,
});

type Check = (input: UnderLoad) => unknown;
const rows: [check: Check, title: string, change: Partial<UnderLoad>, fact: unknown][] = [
  [stopping, 'does not apply to a load that continues', {}, undefined],
  [stopping, 'is aborting for a threshold', { stop: THRESHOLD }, 'Aborting'],
  [stopping, 'is stopping for the annotation', { stop: ANNOTATION }, 'Stopping'],
  [tearingDown, 'does not apply before the teardown', {}, undefined],
  [tearingDown, 'is the activity during the teardown', { isTearingDown: true }, 'TearingDown'],
  [finishing, 'does not apply while all runners run', {}, undefined],
  [finishing, 'begins with the first finished runner', { runners: [runner(0, { state: 'Finished' })] }, 'Finishing'],
  [finishing, 'begins with a loss', LOST, 'Finishing'],
  [finishing, 'does not begin with a loss under onLoss Continue', { ...LOST, test: CONTINUE }, undefined],
  [runnersLost, 'does not apply without a loss', {}, undefined],
  [runnersLost, 'names a loss', { ...LOST, test: CONTINUE }, 'RunnersLost'],
  [failedByLoss, 'does not apply without a loss', {}, undefined],
  [failedByLoss, 'ends a test that must not lose runners', LOST, 'RunnersLost'],
  [failedByLoss, 'does not apply under onLoss Continue', { ...LOST, test: CONTINUE }, undefined],
  [stopped, 'is the end for the annotation', { stop: ANNOTATION }, 'Stopped'],
  [stopped, 'does not apply to a threshold', { stop: THRESHOLD }, undefined],
  [aborted, 'is the end for a threshold', { stop: THRESHOLD }, 'Aborted'],
  [aborted, 'does not apply to the annotation', { stop: ANNOTATION }, undefined],
  [stopRunners, 'lets a load continue', {}, []],
  [
    stopRunners,
    'gives the cause',
    { stop: ANNOTATION },
    [{ type: 'StopRunners', reason: 'the annotation loadtest.dev/stop requested it' }],
  ],
  [stopRunners, 'gives the loss', LOST, [{ type: 'StopRunners', reason: '1 of 2 runners lost' }]],
  [stopRunners, 'lets the others continue under onLoss Continue', { ...LOST, test: CONTINUE }, []],
  [tearDown, 'waits for all runners', {}, []],
  [tearDown, 'runs when all have ended', { isTearingDown: true }, [{ type: 'TearDown' }]],
  [thresholdAbort, 'does not apply without recent measurements', { test: test(TOO_SLOW) }, undefined],
  [thresholdAbort, 'does not apply without a threshold', { recent: slow() }, undefined],
  [thresholdAbort, 'names the violated threshold', { test: test(TOO_SLOW), recent: slow() }, THRESHOLD],
  [thresholdAbort, 'does not judge while a runner is silent', { test: test(TOO_SLOW), recent: slow([1]) }, undefined],
  [
    thresholdAbort,
    'judges without a silent runner that has ended',
    { test: test(TOO_SLOW), recent: slow([1]), runners: [runner(0), runner(1, { state: 'Lost' })] },
    THRESHOLD,
  ],
  [endSilent, 'leaves the Job alone while runners run', LOST, []],
  [
    endSilent,
    'suspends the Job when only silent runners are left',
    { runners: [runner(0, { state: 'Finished' }), runner(1, { state: 'Lost', settled: false })] },
    [{ type: 'SuspendJob' }],
  ],
  [
    endSilent,
    'does not suspend a Job twice',
    { runners: [runner(1, { state: 'Lost', settled: false })], job: job({}, { suspend: true }) },
    [],
  ],
  [recordLost, 'records nothing without a loss', {}, []],
  [recordLost, 'records nothing without a Job', { ...LOST, job: undefined }, []],
  [recordLost, 'waits until nothing more can arrive', { runners: [runner(1, { state: 'Lost', settled: false })] }, []],
  [recordLost, 'records at most every ten seconds', { ...LOST, lastRecordedMs: NOW - 9000 }, []],
  [
    recordLost,
    'records a lost runner',
    { runners: [runner(1, { state: 'Lost', message: 'gone' })] },
    [{ type: 'RecordLostRunners', annotations: { 'loadtest.dev/lost-runner-1': '{"message":"gone"}' } }],
  ],
];

describe('under load, the check', () => {
  for (const [check, title, change, fact] of rows)
    it(`${check.name} ${title}`, () => assert.deepEqual(check(state(change)), fact));
});

describe('the teardown of a script', () => {
  const pending = runner(0, { state: 'Finished', update: { phase: 'Finished', teardown: { state: 'Pending' } } });
  const ended = runner(1, { state: 'Finished' });
  const awaits: [title: string, runners: Runner[], receivedAtMs: number, expected: boolean][] = [
    ['is awaited when all runners have ended', [pending, ended], NOW, true],
    ['is not awaited while a runner runs', [pending, runner(1)], NOW, false],
    ['is not awaited in a test without a script', [runner(0, { state: 'Finished' }), ended], NOW, false],
    ['is not awaited from a lost runner', [{ ...pending, state: 'Lost' }, ended], NOW, false],
    ['is awaited for 45 s of silence', [pending, ended], NOW - 44_999, true],
    ['is not awaited after 45 s of silence', [pending, ended], NOW - 45_000, false],
  ];
  for (const [title, runners, receivedAtMs, expected] of awaits)
    it(title, () => {
      const updates = new Map([update(0, { phase: 'Finished' }, receivedAtMs)]);
      assert.equal(isTearingDown({ updates, nowMs: NOW }, runners), expected);
    });

  const problems: [state: 'Pending' | 'Done' | 'Failed', message: string | undefined, problem: string | undefined][] = [
    ['Done', undefined, undefined],
    ['Failed', 'hooks.js:1: x', 'hooks.js:1: x'],
    ['Failed', undefined, 'it did not say why'],
    ['Pending', undefined, 'runner 0 did not report its end'],
  ];
  for (const [teardown, message, problem] of problems)
    it(`that is ${teardown} with ${message ?? 'no message'} has ${problem === undefined ? 'no problem' : 'a problem'}`, () => {
      const update = { phase: 'Finished', teardown: { state: teardown, ...(message && { message }) } } as const;
      assert.equal(teardownProblem([runner(0, { update })]), problem);
    });
});
