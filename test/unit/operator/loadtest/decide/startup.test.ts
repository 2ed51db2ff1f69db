import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import { at, job, loadTest, NOW, observedState, pod, update } from '../../../../support/operator-fixtures.ts';
import {
  ADMITTED,
  annotated,
  killed,
  queued,
  READY,
  STARTED,
  SUSPENDED,
  successor,
  testRows,
  unpulled,
  unscheduled,
  WAITING,
} from '../../../../support/reconcile-states.ts';

testRows([
  [
    'a new test is admitted before anything is made',
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
    { job: undefined, pods: [], waitsFor: { reason: 'WaitingForTarget', message: 'waits for shop/other' } },
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
    'a test that waits for another may be stopped',
    {
      test: annotated(loadTest()),
      job: undefined,
      pods: [],
      waitsFor: { reason: 'WaitingForSlot', message: '' },
    },
    { actions: [], Complete: 'True/Stopped' },
  ],
  [
    'a test whose Job was refused reports the reason and tries again',
    { test: loadTest({}, ADMITTED), job: undefined, pods: [], jobRefusal: 'exceeded quota' },
    { actions: ['CreateJob'], Ready: 'False/JobRefused' },
  ],
  ['an image that cannot be pulled is named', { pods: [pod(0), unpulled] }, { Ready: 'False/ImagePullFailed' }],
  ['a pod without a node is named', { pods: [pod(0), unscheduled] }, { Ready: 'False/Unschedulable' }],
  [
    'an image that cannot be pulled is graver than a pod without a node',
    { pods: [unscheduled, unpulled] },
    { Ready: 'False/ImagePullFailed' },
  ],
  [
    'a Job that somebody suspended is named, and is not late',
    { test: loadTest({}, WAITING), job: job({}, { suspend: true }), pods: [], nowMs: NOW + 24 * 3600_000 },
    { Ready: 'False/JobSuspended', Complete: 'False/WaitingForRunners', requeueAfterMs: undefined },
  ],
  [
    "a Job in one of Kueue's queues waits there, for as long as it takes",
    { test: loadTest({}, WAITING), job: queued({}, true), pods: [], nowMs: NOW + 24 * 3600_000 },
    {
      actions: [],
      Running: 'False/WaitingForAdmission',
      Complete: 'False/WaitingForAdmission',
      requeueAfterMs: undefined,
    },
  ],
  [
    'a Job that was just resumed is not late before its pods can exist',
    { test: loadTest({}, WAITING), job: queued(SUSPENDED, false), pods: [], nowMs: NOW + 24 * 3600_000 },
    { actions: [], Complete: 'False/WaitingForRunners' },
  ],
  [
    'the timeout counts from when the Job was resumed',
    {
      test: loadTest({}, WAITING),
      job: queued({ startTime: at(3600_000) }, false),
      pods: [pod(0, { phase: 'Pending' }), pod(1, { phase: 'Pending' })],
      nowMs: NOW + 3600_000 + 299_000,
    },
    { unwritten: true, requeueAfterMs: 1000 },
  ],
  [
    'and then it is over',
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
    'a ready report of a pod that was replaced does not count',
    { updates: new Map(READY), pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, uid: 'other' } }] },
    { Ready: 'False/WaitingForRunners' },
  ],
  [
    'a runner that cannot run ends a test that has not started',
    { updates: new Map([update(1, { phase: 'Failed', message: 'Secret/login/password is missing' })]) },
    {
      Ready: 'False/RunnerFailed',
      Complete: 'True/RunnerFailed',
      Passed: 'Unknown/RunnerFailed',
      GeneratorSaturated: 'Unknown/RunnerFailed',
    },
  ],
  [
    'before the load, the successor of a pod that failed is waited for',
    { pods: [pod(0), killed] },
    { Ready: 'False/RunnerReplaced', Complete: 'False/WaitingForRunners', requeueAfterMs: 2000 },
  ],
  [
    'a successor stands at the barrier in the place of the pod that failed',
    {
      pods: [pod(0), killed, successor],
      updates: new Map([READY[0]!, [1, { ...READY[1]![1], podUid: 'successor' }]]),
    },
    { Running: 'True/LoadStarted' },
  ],
  [
    'a pod that ended well before the load is lost: it gets no successor',
    { pods: [pod(0), pod(1, { phase: 'Succeeded' })] },
    { Complete: 'True/RunnersLost', Passed: 'Unknown/RunnersLost' },
  ],
  [
    'a quota that refuses a pod is named',
    { pods: [pod(0)], podRefusal: 'pods "x" is forbidden: exceeded quota: small' },
    { Ready: 'False/QuotaExceeded', requeueAfterMs: 2000 },
  ],
  [
    'a pod security level that refuses a pod is named',
    { pods: [pod(0)], podRefusal: 'pods "x" is forbidden: violates PodSecurity "restricted:latest"' },
    { Ready: 'False/PodSecurity' },
  ],
  ['any other refusal of a pod is reported', { pods: [pod(0)], podRefusal: 'denied' }, { Ready: 'False/PodsRefused' }],
  [
    'an index that failed ends a test that has not started, though its pod is gone',
    { pods: [pod(0)], job: job({ failedIndexes: '1' }) },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'runners that are not ready in time end the test',
    { test: loadTest({}, { ...WAITING, startTime: at(-300_000) }) },
    { Complete: 'True/ReadyTimeout', Passed: 'Unknown/ReadyTimeout', Ready: 'False/ReadyTimeout' },
  ],
  [
    'runners have until the very end of the timeout',
    { test: loadTest({}, { ...WAITING, startTime: at(-299_000) }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'an operator that died between the Job and the status counts from the Job',
    { test: loadTest({ runners: { replicas: 2, readyTimeout: '61s' } }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'the reason for a successor stays reported once it exists',
    { pods: [pod(0), killed, successor] },
    { Ready: 'False/RunnerReplaced' },
  ],
]);

test('the load begins when the status is written and every runner has its instruction', () => {
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

test('the Ready condition has the message of the pod', () => {
  const { status } = reconcile(observedState({ pods: [pod(0), unpulled], updates: new Map([READY[0]!]) }));
  const message = status?.conditions?.find((c) => c.type === 'Ready')?.message;
  assert.match(message ?? '', /^1 of 2 runners are ready; pod checkout-.*: no such image$/);
});
