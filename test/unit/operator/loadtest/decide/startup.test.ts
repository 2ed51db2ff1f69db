import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import { at, job, loadTest, NOW, observedState, pod, update } from '../../../../support/operator/operator-fixtures.ts';
import {
  ADMITTED,
  annotated,
  imageMissing,
  killed,
  queued,
  READY,
  replacing,
  STARTED,
  SUSPENDED,
  testRows,
  unscheduled,
  WAITING,
} from '../../../../support/operator/reconcile-states.ts';

testRows([
  [
    'a new test is admitted before any object is created',
    { job: undefined, pods: [] },
    {
      actions: [],
      Accepted: 'True/Accepted',
      Ready: 'False/WaitingForRunners',
      Running: 'False/WaitingForRunners',
      Complete: 'False/WaitingForRunners',
      Passed: 'Unknown/Undecided',
      requeueAfterMs: 0,
    },
  ],
  [
    'an admitted test gets its Job',
    { test: loadTest({}, ADMITTED), job: undefined, pods: [] },
    { actions: ['CreateJob'], unwritten: true, requeueAfterMs: 300_000 },
  ],
  [
    'a test that waits for another gets no Job',
    {
      job: undefined,
      pods: [],
      turn: { is: 'Waits', waiting: { reason: 'WaitingForTarget', message: 'waits for shop/other' } },
    },
    {
      actions: [],
      Accepted: 'True/Accepted',
      Ready: 'False/WaitingForTarget',
      Running: 'False/WaitingForTarget',
      Complete: 'False/WaitingForTarget',
      requeueAfterMs: undefined,
    },
  ],
  [
    'a test that waits for another can be stopped',
    {
      test: annotated(loadTest()),
      job: undefined,
      pods: [],
      turn: { is: 'Waits', waiting: { reason: 'WaitingForSlot', message: '' } },
    },
    { actions: [], Complete: 'True/Stopped' },
  ],
  [
    'a test whose Job was refused reports the reason and retries',
    { test: loadTest({}, ADMITTED), job: undefined, pods: [], jobRefusal: 'exceeded quota' },
    { actions: ['CreateJob'], Ready: 'False/JobRefused' },
  ],
  [
    'a Job that the API server will never accept ends the test with the reason',
    { test: loadTest({}, ADMITTED), job: undefined, pods: [], jobProblem: 'Job is invalid: spec.template' },
    { actions: [], Accepted: 'False/Invalid', Complete: 'True/Invalid' },
  ],
  [
    'an image that cannot be pulled is the reason of Ready',
    { pods: [pod(0), imageMissing] },
    { Ready: 'False/ImagePullFailed', Running: 'False/ImagePullFailed', Complete: 'False/ImagePullFailed' },
  ],
  ['an unschedulable pod is the reason of Ready', { pods: [pod(0), unscheduled] }, { Ready: 'False/Unschedulable' }],
  [
    'an image that cannot be pulled takes precedence over an unschedulable pod',
    { pods: [unscheduled, imageMissing] },
    { Ready: 'False/ImagePullFailed' },
  ],
  [
    'a suspended Job is the reason of Ready, and has no timeout',
    { test: loadTest({}, WAITING), job: job({}, { suspend: true }), pods: [], nowMs: NOW + 24 * 3600_000 },
    { Ready: 'False/JobSuspended', Complete: 'False/JobSuspended', requeueAfterMs: undefined },
  ],
  [
    'a Job in a queue of Kueue waits without a timeout',
    { test: loadTest({}, WAITING), job: queued({}, true), pods: [], nowMs: NOW + 24 * 3600_000 },
    {
      actions: [],
      Running: 'False/WaitingForAdmission',
      Complete: 'False/WaitingForAdmission',
      requeueAfterMs: undefined,
    },
  ],
  [
    'a Job that was just resumed does not time out before its pods exist',
    { test: loadTest({}, WAITING), job: queued(SUSPENDED, false), pods: [], nowMs: NOW + 24 * 3600_000 },
    { actions: [], Complete: 'False/WaitingForRunners' },
  ],
  [
    'the timeout of runners starts when the Job is resumed',
    {
      test: loadTest({}, WAITING),
      job: queued({ startTime: at(3600_000) }, false),
      pods: [pod(0, { phase: 'Pending' }), pod(1, { phase: 'Pending' })],
      nowMs: NOW + 3600_000 + 299_000,
    },
    { unwritten: true, requeueAfterMs: 1000 },
  ],
  [
    'the timeout of runners ends a test whose Job was resumed',
    { test: loadTest({}, WAITING), job: queued({ startTime: at(3600_000) }, false), nowMs: NOW + 3600_000 + 300_000 },
    { Complete: 'True/ReadyTimeout' },
  ],
  [
    'one ready runner of two is not enough',
    { updates: new Map([READY[0]!]) },
    { actions: [], Ready: 'False/WaitingForRunners', Running: 'False/WaitingForRunners' },
  ],
  [
    'two ready runners of two start',
    { updates: new Map(READY) },
    { Ready: 'True/RunnersReady', Running: 'True/LoadStarted', Complete: 'False/Running', requeueAfterMs: 10_000 },
  ],
  [
    'a Ready update of a replaced pod does not count',
    { updates: new Map(READY), pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, uid: 'other' } }] },
    { Ready: 'False/WaitingForRunners' },
  ],
  [
    'a failed runner ends a test that has not started',
    { updates: new Map([update(1, { phase: 'Failed', message: 'Secret/login/password is missing' })]) },
    {
      Ready: 'False/RunnerFailed',
      Complete: 'True/RunnerFailed',
      Passed: 'Unknown/RunnerFailed',
      GeneratorSaturated: 'Unknown/RunnerFailed',
    },
  ],
  [
    'before the load, a pod that failed is waited for until its Job has let it go',
    { pods: [pod(0), killed] },
    { actions: [], Ready: 'False/RunnerReplaced', Complete: 'False/RunnerReplaced', requeueAfterMs: 2000 },
  ],
  [
    'a failed pod has its Job replaced, at once the first time',
    { pods: [pod(0), killed], job: job({ failedIndexes: '1' }) },
    { actions: ['ReplaceJob'], Ready: 'False/RunnerReplaced', Complete: 'False/RunnerReplaced' },
  ],
  [
    'a pod that was ready and has failed does not count as ready',
    { pods: [pod(0), killed], updates: new Map(READY), job: job({ failedIndexes: '1' }) },
    { actions: ['ReplaceJob'], Running: 'False/RunnerReplaced' },
  ],
  [
    'a pod that is gone has its Job replaced, whoever deleted it',
    { pods: [pod(0)], job: job({ failedIndexes: '1' }) },
    { actions: ['ReplaceJob'], Ready: 'False/RunnerReplaced' },
  ],
  [
    'the third Job begins when the second one has lasted for 5 s',
    { pods: [pod(0), killed], job: replacing(1, { failedIndexes: '1', startTime: at(-2_000) }) },
    { actions: [], Ready: 'False/RunnerReplaced', requeueAfterMs: 3_000 },
  ],
  [
    'the fifth Job begins when the fourth one has lasted for 20 s',
    { pods: [pod(0), killed], job: replacing(3, { failedIndexes: '1', startTime: at(-20_000) }) },
    { actions: ['ReplaceJob'] },
  ],
  [
    'after eleven Jobs the test has lost its runners',
    { pods: [pod(0), killed], job: replacing(10, { failedIndexes: '1', startTime: at(-5_200_000) }, -60_000) },
    { actions: [], Complete: 'True/RunnersLost' },
  ],
  [
    'the timeout of runners goes on when their Job is replaced',
    { job: replacing(1, { startTime: at(-1_000) }, -300_000) },
    { actions: [], Complete: 'True/ReadyTimeout' },
  ],
  [
    'a suspended Job that has lost its pods is replaced by a suspended one',
    { test: loadTest({}, WAITING), job: job({ failedIndexes: '0,1' }, { suspend: true }), pods: [] },
    { actions: ['ReplaceJob'], Ready: 'False/JobSuspended' },
  ],
  [
    'a pod that succeeded before the load is lost, because its Job counts it as done',
    { pods: [pod(0), pod(1, { phase: 'Succeeded' })] },
    { Complete: 'True/RunnersLost', Passed: 'Unknown/RunnersLost' },
  ],
  [
    'a quota that refuses a pod is the reason of Ready',
    { pods: [pod(0)], podRefusal: 'pods "x" is forbidden: exceeded quota: small' },
    { Ready: 'False/QuotaExceeded', requeueAfterMs: 2000 },
  ],
  [
    'a pod security level that refuses a pod is the reason of Ready',
    { pods: [pod(0)], podRefusal: 'pods "x" is forbidden: violates PodSecurity "restricted:latest"' },
    { Ready: 'False/PodSecurity' },
  ],
  [
    'any other refusal of a pod has the reason PodsRefused',
    { pods: [pod(0)], podRefusal: 'denied' },
    { Ready: 'False/PodsRefused' },
  ],
  [
    'runners that are not ready within the timeout end the test',
    { test: loadTest({}, { ...WAITING, startTime: at(-300_000) }) },
    { Complete: 'True/ReadyTimeout', Passed: 'Unknown/ReadyTimeout', Ready: 'False/ReadyTimeout' },
  ],
  [
    'runners may become ready until the end of the timeout',
    { test: loadTest({}, { ...WAITING, startTime: at(-299_000) }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'after a crash between the Job and the status, the timeout starts with the Job',
    { test: loadTest({ runners: { replicas: 2, readyTimeout: '61s' } }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'the reason stays RunnerReplaced while the runners start again',
    { job: replacing(1, {}) },
    { Ready: 'False/RunnerReplaced' },
  ],
]);

test('the load starts after the time to write the status and to instruct every runner', () => {
  assert.equal(STARTED.loadStartTime, at(102));
  const many = Array.from({ length: 400 }, (_, i) => i);
  const { status } = reconcile(
    observedState({
      test: loadTest({ runners: { replicas: 400 } }),
      pods: many.map((i) => pod(i)),
      updates: new Map(many.map((i) => update(i, { phase: 'Ready' }))),
    }),
  );
  assert.equal(status?.loadStartTime, at(500));
});

test('the condition Ready contains the message of the pod', () => {
  const { status } = reconcile(observedState({ pods: [pod(0), imageMissing], updates: new Map([READY[0]!]) }));
  const message = status?.conditions?.find((c) => c.type === 'Ready')?.message;
  assert.match(message ?? '', /^1 of 2 runners are ready; pod checkout-.*: no such image$/);
});
