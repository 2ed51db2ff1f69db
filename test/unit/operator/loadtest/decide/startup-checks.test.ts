import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admission } from '../../../../../operator/loadtest/decide/startup/admission.ts';
import type { Startup, StartupFact } from '../../../../../operator/loadtest/decide/startup/facts.ts';
import { awaitedRunners, waitingOf } from '../../../../../operator/loadtest/decide/startup/ready.ts';
import { readyTimeout } from '../../../../../operator/loadtest/decide/startup/ready-timeout.ts';
import { allReady, startMs } from '../../../../../operator/loadtest/decide/startup/replicas.ts';
import { runnerFailed, runnerLost } from '../../../../../operator/loadtest/decide/startup/runner-failed.ts';
import { stopBeforeLoad } from '../../../../../operator/loadtest/decide/stop-annotation.ts';
import type { AcceptedLoadTest } from '../../../../../operator/loadtest/resources/loadtest-resource.ts';
import type { Runner } from '../../../../../operator/loadtest/runners/runner.ts';
import { at, job, loadTest, NOW, observedState, pod } from '../../../../support/operator/operator-fixtures.ts';

const test = (spec: object = {}, status: object = {}, annotations: Record<string, string> = {}): AcceptedLoadTest => {
  const { metadata, ...rest } = loadTest(spec as Record<string, unknown>, status) as AcceptedLoadTest;
  return { ...rest, metadata: { ...metadata, annotations } };
};

const runner = (change: Partial<Runner>): Runner => ({
  index: 1,
  state: 'Ready',
  message: '',
  settled: true,
  ...change,
});

/** A runner whose pod has run for `ms` and has sent nothing. */
const silent = (index: number, ms: number): Runner =>
  runner({
    index,
    state: 'Waiting',
    pod: pod(index, { containerStatuses: [{ name: 'runner', state: { running: { startedAt: at(-ms) } } }] }),
  });

/** A test of two runners whose Job was created five seconds ago, with one runner at the barrier. */
const startup = (change: Partial<Startup> = {}): Startup => ({
  ...observedState(),
  test: test(),
  runners: [runner({ index: 0 }), runner({ state: 'Starting' })],
  ready: 1,
  waiting: { reason: 'WaitingForRunners', message: '1 of 2 runners are ready' },
  startTime: at(-5000),
  ...change,
});

type Check = (state: Startup) => StartupFact | undefined;
const never = (reason: string, message: string) => ({ is: 'NeverRan', reason, message });

const rows: [check: Check, title: string, change: Partial<Startup>, fact: object | undefined][] = [
  [stopBeforeLoad, 'does not apply without the annotation', {}, undefined],
  [
    stopBeforeLoad,
    'does not apply to the value false',
    { test: test({}, {}, { 'loadtest.dev/stop': 'false' }) },
    undefined,
  ],
  [
    stopBeforeLoad,
    'ends a test with the annotation',
    { test: test({}, {}, { 'loadtest.dev/stop': 'true' }) },
    never('Stopped', 'the annotation loadtest.dev/stop requested it'),
  ],
  [runnerFailed, 'does not apply while all runners may start', {}, undefined],
  [
    runnerFailed,
    'ends a test with a failed runner',
    { runners: [runner({ state: 'Failed', message: 'no key' })] },
    never('RunnerFailed', 'runner 1: no key'),
  ],
  [
    runnerFailed,
    'has the reason of the runner',
    { runners: [runner({ state: 'Failed', message: 'x', update: { phase: 'Failed', reason: 'SetupFailed' } })] },
    never('SetupFailed', 'runner 1: x'),
  ],
  [runnerLost, 'does not apply while no runner is lost', {}, undefined],
  [
    runnerLost,
    'ends a test with a lost runner',
    { runners: [runner({ state: 'Lost', message: 'gone' })] },
    never('RunnersLost', 'runner 1: gone'),
  ],
  [allReady, 'does not apply to one ready runner of two', {}, undefined],
  [allReady, 'starts a test whose runners are all ready', { ready: 2 }, { is: 'AllReady' }],
  [allReady, 'does not start a test without a Job', { ready: 2, job: undefined }, undefined],
  [admission, 'does not apply once there is a Job', {}, undefined],
  [
    admission,
    'does not apply to an admitted test',
    { job: undefined, test: test({}, { startTime: at(0) }) },
    undefined,
  ],
  [admission, 'admits a test that waits for no other', { job: undefined }, { is: 'Admitted' }],
  [
    admission,
    'makes a test wait for a free slot',
    { job: undefined, turn: { is: 'Waits', waiting: { reason: 'WaitingForSlot', message: 'm' } } },
    { is: 'AwaitsTurn', turn: { reason: 'WaitingForSlot', message: 'm' } },
  ],
  [readyTimeout, 'does not apply before the timeout', { startTime: at(-299_000) }, undefined],
  [
    readyTimeout,
    'ends a test whose runners are not ready in time',
    { startTime: at(-300_000) },
    never('ReadyTimeout', 'after 5m, 1 of 2 runners are ready'),
  ],
  [
    readyTimeout,
    'counts from the start of the Job',
    { startTime: at(-300_000), job: job({ startTime: at(-10_000) }) },
    undefined,
  ],
  [
    readyTimeout,
    'does not apply while the Job is suspended',
    { startTime: at(-900_000), job: job({}, { suspend: true }) },
    undefined,
  ],
  [awaitedRunners, 'waits until the timeout', {}, { is: 'AwaitsRunners', againMs: 295_000 }],
  [
    awaitedRunners,
    'looks again at pods that have sent nothing',
    { runners: [silent(0, 1000), silent(1, 1000)] },
    { is: 'AwaitsRunners', againMs: 5000 },
  ],
  [awaitedRunners, 'checks for missing pods again', { pods: [pod(0)] }, { is: 'AwaitsRunners', againMs: 2000 }],
  [
    awaitedRunners,
    'retries a refused Job',
    { job: undefined, jobRefusal: 'quota' },
    { is: 'AwaitsRunners', againMs: 3000 },
  ],
  [
    awaitedRunners,
    'waits without a timeout while Kueue holds the Job',
    { job: job({}, { suspend: true }) },
    { is: 'AwaitsRunners', againMs: Number.POSITIVE_INFINITY },
  ],
];

describe('before the load, the check', () => {
  for (const [check, title, change, fact] of rows)
    it(`${check.name} ${title}`, () => assert.deepEqual(check(startup(change)), fact));
});

describe('the reason why not all runners are ready', () => {
  const reasons: [title: string, change: Partial<Startup>, reason: string, message: string][] = [
    [
      'is the refusal of the Job',
      { job: undefined, jobRefusal: 'quota' },
      'JobRefused',
      '1 of 2 runners are ready; quota',
    ],
    [
      'is not an old refusal once the Job exists',
      { jobRefusal: 'quota' },
      'WaitingForRunners',
      '1 of 2 runners are ready',
    ],
    [
      'is their silence when they have run for 15 s',
      { runners: [silent(0, 15_000), silent(1, 20_000)] },
      'RunnersSilent',
      '1 of 2 runners are ready; 2 pods run, and nothing has been heard from them: they must reach http://operator:8090 (NetworkPolicy, service mesh, DNS)',
    ],
    [
      'is the silence of one',
      { runners: [silent(0, 15_000), runner({})] },
      'RunnersSilent',
      '1 of 2 runners are ready; 1 pod runs, and nothing has been heard from it: it must reach http://operator:8090 (NetworkPolicy, service mesh, DNS)',
    ],
    [
      'is no silence of pods that have just started',
      { runners: [silent(0, 14_999), silent(1, 14_999)] },
      'WaitingForRunners',
      '1 of 2 runners are ready',
    ],
    [
      'is no silence towards an operator that has just started',
      { runners: [silent(0, 60_000)], listeningSinceMs: NOW - 1000 },
      'WaitingForRunners',
      '1 of 2 runners are ready',
    ],
    ['is the refusal of a pod', { pods: [], podRefusal: 'denied' }, 'PodsRefused', '1 of 2 runners are ready; denied'],
  ];
  for (const [title, change, reason, message] of reasons)
    it(title, () => assert.deepEqual(waitingOf(startup(change), 1), { reason, message }));
});

it('the load starts when every runner can have received its instruction', () => {
  assert.deepEqual([startMs(NOW, 2), startMs(NOW, 400)], [NOW + 102, NOW + 500]);
});
