import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LostRunnerRecord } from '../../../../api/protocol/lost-runner-record.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import { encodeTerminationMessage } from '../../../../model/wire/termination-message.ts';
import type { Pod } from '../../../../operator/kube/types.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../operator/loadtest/observe/observed.ts';
import type { ReceivedUpdate } from '../../../../operator/updates/update-store.ts';
import {
  at,
  conditionText,
  job,
  loadTest,
  NOW,
  observedState,
  pod,
  snapshot,
  update,
} from '../../../support/operator-fixtures.ts';

const CONDITIONS = ['Accepted', 'Ready', 'Running', 'Complete', 'Passed', 'GeneratorSaturated'] as const;

/** The status after a decision on `observed`, as persisted before the next one. */
function persisted(observed: Observed): LoadTestStatus {
  return reconcile(observed).status ?? observed.test.status;
}

const WAITING = persisted(observedState());
const READY = [update(0, { phase: 'Ready' }), update(1, { phase: 'Ready' })];
const STARTED = persisted(observedState({ test: loadTest({}, WAITING), updates: new Map(READY) }));
const running = (index: number, receivedAtMs = NOW) =>
  update(index, { phase: 'Running', snapshot: snapshot(10) }, receivedAtMs);
const finished = (index: number, done = 500) => update(index, { phase: 'Finished', snapshot: snapshot(done) });
const COMPLETE = persisted(
  observedState({ test: loadTest({}, STARTED), updates: new Map([finished(0), finished(1)]), nowMs: NOW + 10_000 }),
);
const unpulled = pod(1, {
  phase: 'Pending',
  containerStatuses: [{ name: 'runner', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }],
});
const unscheduled = pod(1, {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Insufficient cpu' }],
});
const killed = pod(1, {
  phase: 'Failed',
  containerStatuses: [{ name: 'runner', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
});

const successor = { ...pod(1), metadata: { ...pod(1).metadata, uid: 'successor', creationTimestamp: at(0) } };
/** What a runner that had made 20 requests after 12 s left behind. */
const terminationMessage = (phase: 'Running' | 'Finished') =>
  encodeTerminationMessage({ phase, snapshot: { ...snapshot(20), elapsedMs: 12_000 } })!;
const leaving = pod(1, {
  phase: 'Failed',
  containerStatuses: [
    {
      name: 'runner',
      state: { terminated: { exitCode: 137, reason: 'OOMKilled', message: terminationMessage('Running') } },
    },
  ],
});
const keeping = (index: number, kept: LostRunnerRecord) => ({
  ...job(),
  metadata: { ...job().metadata, annotations: { [`loadtest.dev/lost-runner-${index}`]: JSON.stringify(kept) } },
});

const LIMITS = observedState().limits;
/** What is persisted of a test that may begin. */
const ADMITTED = persisted(observedState({ job: undefined, pods: [] }));
const ENDED = persisted(observedState({ test: annotated(loadTest({}, WAITING)) }));
/** What is persisted of a test under load whose spec is not valid. */
const UNFIT = persisted(observedState({ test: loadTest({ load: { type: 'Open' } }, STARTED) }));
const SUSPENDED = { conditions: [{ type: 'Suspended', status: 'True' }] };

function annotated<T extends Observed['test']>(test: T): T {
  return { ...test, metadata: { ...test.metadata, annotations: { 'loadtest.dev/stop': 'true' } } };
}

/** The Job of a test with Kueue's label. */
function queued(status: NonNullable<Observed['job']>['status'], suspend: boolean) {
  const { metadata, ...rest } = job(status, { suspend });
  return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, 'kueue.x-k8s.io/queue-name': 'tests' } } };
}

type Row = [
  sentence: string,
  observed: Partial<Observed>,
  expected: { actions?: string[]; requeueAfterMs?: number | undefined; unwritten?: true } & {
    [C in (typeof CONDITIONS)[number]]?: string;
  },
];

const rows: Row[] = [
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
    'a test that exceeds a limit ends without load',
    { limits: { ...LIMITS, maxRunners: 1 }, job: undefined, pods: [] },
    {
      actions: [],
      Accepted: 'False/LimitExceeded',
      Ready: 'False/LimitExceeded',
      Complete: 'True/LimitExceeded',
      Passed: 'Unknown/LimitExceeded',
    },
  ],
  [
    'a limit that is lowered leaves alone what was admitted before',
    { test: loadTest({}, ADMITTED), limits: { ...LIMITS, maxRunners: 1 }, job: undefined, pods: [] },
    { actions: ['CreateJob'], unwritten: true },
  ],
  [
    'a test whose Job was refused says why and tries again',
    { test: loadTest({}, ADMITTED), job: undefined, pods: [], jobRefusal: 'exceeded quota' },
    { actions: ['CreateJob'], Ready: 'False/JobRefused' },
  ],
  [
    'a spec that breaks a rule ends its test, so that nobody waits for it',
    { test: loadTest({ load: { type: 'Open' } }), job: undefined, pods: [] },
    {
      actions: [],
      Accepted: 'False/Invalid',
      Ready: 'False/Invalid',
      Complete: 'True/Invalid',
      Passed: 'Unknown/Invalid',
    },
  ],
  [
    'a spec that another version of the operator has begun, and this one does not take, ends its test too',
    { test: loadTest({ load: { type: 'Open' } }, STARTED) },
    { actions: [], Running: 'False/Invalid', Complete: 'True/Invalid', Passed: 'Unknown/Invalid' },
  ],
  [
    'and its runners, which have been told to stop, have time to do so',
    { test: loadTest({ load: { type: 'Open' } }, UNFIT), nowMs: NOW + 89_000 },
    { actions: ['ForgetUpdates'], requeueAfterMs: 1000 },
  ],
  [
    'a suspended test gets no Job',
    { test: loadTest({ suspend: true }), job: undefined, pods: [] },
    { actions: [], Accepted: 'True/Accepted', Complete: 'False/Suspended' },
  ],
  [
    'a test that is suspended while its runners come up loses its Job',
    { test: loadTest({ suspend: true }, WAITING) },
    { actions: ['DeleteJob', 'ForgetUpdates'], Complete: 'False/Suspended' },
  ],
  [
    'a test that is resumed is admitted, and gets its Job then',
    { test: loadTest({}, persisted(observedState({ test: loadTest({ suspend: true }) }))), job: undefined, pods: [] },
    { actions: [], requeueAfterMs: 0, Complete: 'False/WaitingForRunners' },
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
    'a Job that was just let go is not late before its pods can be there',
    { test: loadTest({}, WAITING), job: queued(SUSPENDED, false), pods: [], nowMs: NOW + 24 * 3600_000 },
    { actions: [], Complete: 'False/WaitingForRunners' },
  ],
  [
    'the time that runners may take counts from when the Job was let go',
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
    'a Job that never got its turn is deleted with the end of its test: Kueue would start it some day',
    { test: loadTest({}, ENDED), job: queued({}, true), pods: [] },
    { actions: ['ForgetUpdates', 'DeleteJob'] },
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
    'a runner that cannot go on ends a test that has not started',
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
  ['any other refusal of a pod is told', { pods: [pod(0)], podRefusal: 'denied' }, { Ready: 'False/PodsRefused' }],
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
    'runners have until the very end of the time-out',
    { test: loadTest({}, { ...WAITING, startTime: at(-299_000) }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'an operator that died between the Job and the status counts from the Job',
    { test: loadTest({ runners: { replicas: 2, readyTimeout: '61s' } }) },
    { Complete: 'False/WaitingForRunners', requeueAfterMs: 1000 },
  ],
  [
    'a test under load stays so',
    { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]) },
    { actions: [], Running: 'True/LoadStarted', Complete: 'False/Running', requeueAfterMs: 10_000 },
  ],
  [
    'a runner that is done makes the test finish',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), running(1)]) },
    { actions: [], Complete: 'False/Finishing' },
  ],
  [
    'all final updates complete the test',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), finished(1)]) },
    {
      actions: ['WriteReport'],
      Running: 'False/Finished',
      Complete: 'True/Finished',
      Passed: 'True/NoThresholds',
      GeneratorSaturated: 'False/GeneratorKeptUp',
    },
  ],
  [
    'final updates complete the test although the pods are gone',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), finished(1)]), job: undefined, pods: [] },
    { Complete: 'True/Finished', Passed: 'True/NoThresholds' },
  ],
  [
    'a threshold that does not hold fails the test',
    {
      test: loadTest({ thresholds: [{ metric: 'responseTime.p99', max: '1ms' }] }, STARTED),
      updates: new Map([finished(0), finished(1)]),
    },
    { Complete: 'True/Finished', Passed: 'False/ThresholdExceeded' },
  ],
  [
    'a lost runner stops the others',
    { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]), pods: [pod(0), killed] },
    { actions: ['StopRunners', 'RecordLostRunners'], Complete: 'False/Finishing' },
  ],
  [
    'a runner whose pod is gone is lost',
    { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]), pods: [pod(0)] },
    { actions: ['StopRunners', 'RecordLostRunners'] },
  ],
  [
    'a runner whose pod is being deleted is lost',
    {
      test: loadTest({}, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(0) } }],
    },
    { actions: ['StopRunners'] },
  ],
  [
    'a runner that broke under load is lost',
    {
      test: loadTest({}, STARTED),
      updates: new Map([running(0), update(1, { phase: 'Failed', message: 'out of memory' })]),
    },
    { actions: ['StopRunners'] },
  ],
  [
    'the test ends when the others have stopped',
    { test: loadTest({}, STARTED), updates: new Map([finished(0, 100), running(1)]), pods: [pod(0), killed] },
    { actions: ['WriteReport'], Complete: 'True/RunnersLost', Passed: 'False/RunnersLost' },
  ],
  [
    'with onLoss Continue the others go on',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), killed],
    },
    { actions: ['RecordLostRunners'], Complete: 'False/RunnersLost' },
  ],
  [
    'what is kept is not kept again',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0)],
      job: keeping(1, { message: 'its pod is gone', podUid: 'pod-1' }),
    },
    { actions: [] },
  ],
  [
    'a successor is not taken for the runner that was kept',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0)]),
      pods: [pod(0), successor],
      job: keeping(1, { message: 'its pod is gone', podUid: 'pod-1' }),
    },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'losses are kept at most every 10 s',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0)],
      lastRecordedMs: NOW - 9000,
    },
    { actions: [] },
  ],
  [
    'what the status of a pod tells need not be kept',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), leaving],
    },
    { actions: [] },
  ],
  [
    'the last words of a runner that is deleted are waited for',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(-5000) } }],
    },
    { actions: ['StopRunners'], Complete: 'False/Finishing', requeueAfterMs: 1000 },
  ],
  [
    'and not for ever',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(-5001) } }],
    },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'a successor under load is no runner: the one before it is lost',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), running(1)]), pods: [pod(0), successor] },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'a runner that finished while nobody listened has finished',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0)]),
      pods: [],
      terminationMessages: new Map([[1, terminationMessage('Finished')]]),
    },
    { Complete: 'True/Finished', Passed: 'True/NoThresholds' },
  ],
  ...(
    [
      ['in time for the status', 50_000, 10_000],
      ['when its silence will be a minute', 57_000, 3001],
      ['when its silence is a minute', 60_000, 1],
    ] as const
  ).map(
    ([when, silentMs, requeueAfterMs]): Row => [
      `a runner that was silent for ${silentMs / 1e3} s is looked at again ${when}`,
      {
        test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
        updates: new Map([running(0), running(1, NOW - silentMs)]),
      },
      { Complete: 'False/Running', requeueAfterMs },
    ],
  ),
  [
    'a silent runner is ended when only it is left',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([finished(0), running(1, NOW - 61_000)]),
    },
    { actions: ['StopRunners', 'SuspendJob'], Complete: 'False/Finishing', requeueAfterMs: 1000 },
  ],
  [
    'a silent runner whose pod does not end is given up',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([finished(0), running(1, NOW - 81_000)]),
    },
    { actions: ['WriteReport'], Complete: 'True/RunnersLost' },
  ],
  [
    'with onLoss Continue the rest decides',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), killed],
    },
    { Complete: 'True/RunnersLost', Passed: 'True/NoThresholds' },
  ],
  [
    'a test whose runners are all lost before any figure has failed',
    { test: loadTest({}, STARTED), pods: [], job: undefined },
    { Complete: 'True/RunnersLost', Passed: 'False/RunnersLost' },
  ],
  [
    'with onLoss Continue it is inconclusive',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      pods: [],
      job: undefined,
    },
    { Complete: 'True/RunnersLost', Passed: 'Unknown/NoLoad' },
  ],
  [
    'a runner that is silent for a minute is lost',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([running(0), running(1, NOW - 61_000)]),
    },
    { actions: ['StopRunners'] },
  ],
  [
    'a runner that is silent for less is not',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([running(0), running(1, NOW - 59_000)]),
    },
    { actions: [], Complete: 'False/Running' },
  ],
  [
    'an operator that has just begun to listen has lost nobody',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 1000 },
    { actions: [], Complete: 'False/Running', unwritten: true },
  ],
  [
    'an operator that has listened for long enough has',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 81_000 },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'suspend comes too late for a test under load',
    { test: loadTest({ suspend: true }, STARTED), updates: new Map([running(0), running(1)]) },
    { actions: [], Complete: 'False/Running' },
  ],
  [
    'a complete test keeps its result without any report',
    { test: loadTest({}, COMPLETE), updates: new Map(), job: undefined, pods: [] },
    {
      actions: ['ForgetUpdates'],
      unwritten: true,
      requeueAfterMs: undefined,
      Complete: 'True/Finished',
      Passed: 'True/NoThresholds',
    },
  ],
  [
    'a complete test is deleted when its time to live is over',
    { test: loadTest({ ttlSecondsAfterFinished: 60 }, COMPLETE), nowMs: NOW + 70_000 },
    { actions: ['ForgetUpdates', 'DeleteTest'], unwritten: true, requeueAfterMs: undefined },
  ],
  [
    'and not before',
    { test: loadTest({ ttlSecondsAfterFinished: 60 }, COMPLETE), nowMs: NOW + 69_000, job: job({}) },
    { actions: ['ForgetUpdates'], unwritten: true, requeueAfterMs: 1000 },
  ],
  [
    'runners of a complete test may linger for their last scrape',
    { test: loadTest({}, COMPLETE), nowMs: NOW + 40_000 },
    { actions: ['ForgetUpdates'], unwritten: true, requeueAfterMs: 60_000 },
  ],
  [
    'runners that have not ended by then are ended',
    { test: loadTest({}, COMPLETE), nowMs: NOW + 100_000 },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'runners that never became ready are ended soon',
    { test: loadTest({}, { ...COMPLETE, loadStartTime: undefined }), nowMs: NOW + 15_000 },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'a Job that pauses before the successor of a runner is ended, too',
    { test: loadTest({}, { ...COMPLETE, loadStartTime: undefined }), nowMs: NOW + 15_000, job: job({}) },
    { actions: ['ForgetUpdates', 'SuspendJob'], unwritten: true },
  ],
  [
    'a Job that is over is left alone',
    {
      test: loadTest({}, COMPLETE),
      nowMs: NOW + 100_000,
      job: job({ conditions: [{ type: 'Complete', status: 'True' }] }),
    },
    { actions: ['ForgetUpdates'], unwritten: true },
  ],
  [
    'what the successor is waited for is told also when it is there',
    { pods: [pod(0), killed, successor] },
    { Ready: 'False/RunnerReplaced' },
  ],
  [
    'a test that is being deleted loses its Job',
    { test: { ...loadTest({}, STARTED), metadata: { ...loadTest().metadata, deletionTimestamp: at(0) } } },
    { actions: ['DeleteJob'], unwritten: true },
  ],
];

for (const [sentence, change, expected] of rows) {
  test(sentence, () => {
    const observed = observedState(change);
    const decision = reconcile(observed);
    const status = decision.status ?? observed.test.status;
    const seen: Record<string, unknown> = {
      actions: decision.actions.map((a) => a.type),
      requeueAfterMs: decision.requeueAfterMs,
      unwritten: decision.status === undefined ? true : undefined,
    };
    for (const type of CONDITIONS) seen[type] = conditionText(status, type);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(seen[key], value, key);
  });
}

test('the load begins when the status is written and every runner has been told', () => {
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

test('the result is the sum of the runners, and stated as such', () => {
  assert.equal(COMPLETE.counts?.done, 1000);
  assert.deepEqual(COMPLETE.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
  assert.equal(COMPLETE.rate?.achieved, '100');
  assert.equal(COMPLETE.responseTime?.p50, '5ms');
  assert.equal(COMPLETE.completionTime, at(10_000));
});

test('what a lost runner measured last is in the result, and the loss is in the message', () => {
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      updates: new Map([finished(0, 100), running(1)]),
      pods: [pod(0), killed],
    }),
  );
  assert.equal(status?.counts?.done, 110);
  assert.deepEqual(status?.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
  const message = (type: string) => status?.conditions?.find((c) => c.type === type)?.message ?? '';
  assert.match(
    message('Complete'),
    /^1 of 2 runners lost: runner 1: its pod ended: OOMKilled, exit code 137; 89% of the arrivals are missing$/,
  );
  assert.match(message('Passed'), /1 of 2 runners lost/);
});

test('the last words of a runner count where they go further than its last report', () => {
  const lost = { test: loadTest({}, STARTED), pods: [pod(0), leaving] };
  const updates = new Map([finished(0, 100), running(1)]);
  const done = (terminationMessages: Map<number, string>) =>
    reconcile(observedState({ ...lost, updates, terminationMessages })).status?.counts?.done;
  assert.equal(done(new Map()), 110);
  assert.equal(done(new Map([[1, terminationMessage('Running')]])), 120);
});

test('what was in flight at a lost runner was cut off, and what waited never sent: the identity holds', () => {
  const cut = snapshot(10);
  const counts = { ...cut.requests[0]!.counts, generated: 16, made: 12, dropped: 1, inFlight: 2, pending: 3 };
  cut.requests[0]!.counts = counts;
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      pods: [pod(0), killed],
      updates: new Map([finished(0, 100), update(1, { phase: 'Running', snapshot: cut })]),
    }),
  );
  assert.deepEqual([status?.counts?.aborted, status?.counts?.dropped], [2, 4]);
  assert.deepEqual(identityProblems(status!.counts!), []);
});

test('a report that goes further than the last words counts', () => {
  const further = update(1, { phase: 'Running', snapshot: { ...snapshot(30), elapsedMs: 13_000 } });
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      pods: [pod(0), leaving],
      updates: new Map([finished(0, 100), further]),
      terminationMessages: new Map([[1, terminationMessage('Running')]]),
    }),
  );
  assert.equal(status?.counts?.done, 130);
});

test('what was kept of a lost runner counts for an operator that never heard it, and says why it was lost', () => {
  const { actions } = reconcile(
    observedState({ test: loadTest({}, STARTED), pods: [pod(0)], updates: new Map([running(0), running(1)]) }),
  );
  const keep = actions.find((a) => a.type === 'RecordLostRunners')!;
  const kept = { ...job(), metadata: { ...job().metadata, annotations: keep.annotations } };
  const { status } = reconcile(
    observedState({ test: loadTest({}, STARTED), pods: [pod(0)], job: kept, updates: new Map([finished(0, 100)]) }),
  );
  assert.equal(status?.counts?.done, 110);
  assert.match(
    status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '',
    /runner 1: its pod is gone; 89% of the arrivals are missing$/,
  );
});

test('a thousand runners that are lost at once fit on the Job, with their counts', () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const test = loadTest({ runners: { replicas: 1000, onLoss: 'Continue' } }, STARTED);
  const { actions } = reconcile(observedState({ test, pods: [pod(0)], updates: new Map(many.map((i) => running(i))) }));
  const keep = actions.find((a) => a.type === 'RecordLostRunners')!;
  const bytes = Object.entries(keep.annotations).reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  assert.equal(Object.keys(keep.annotations).length, 999);
  assert.ok(bytes < 256 * 1024, `${bytes} bytes`);
  const kept = { ...job(), metadata: { ...job().metadata, annotations: keep.annotations } };
  const { status } = reconcile(
    observedState({ test, pods: [pod(0)], job: kept, updates: new Map([finished(0, 100)]) }),
  );
  assert.equal(status?.counts?.done, 100 + 999 * 10);
});

test('who took a pod away is told', () => {
  const disrupted = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const evicted = pod(1, { phase: 'Running', conditions: [disrupted] });
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), { ...evicted, metadata: { ...evicted.metadata, deletionTimestamp: at(0) } }],
    }),
  );
  const message = status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '';
  assert.match(message, /runner 1: its pod was deleted: EvictionByEvictionAPI: Eviction API: evicting$/);
});

test('why a runner is lost stays told', () => {
  const LONG_AGO = { ...STARTED, loadStartTime: at(-120_000) };
  const evicted = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
  const nodeLost = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'runner', ready: true }],
  };
  const deleted = (of: Pod, ms: number): Pod => ({
    ...of,
    metadata: { ...of.metadata, deletionTimestamp: at(ms), deletionGracePeriodSeconds: 5 },
    spec: { nodeName: 'node-2' },
  });
  const told = (lost: Pod, report: [number, ReceivedUpdate]) => {
    const { status } = reconcile(
      observedState({ test: loadTest({}, LONG_AGO), updates: new Map([running(0), report]), pods: [pod(0), lost] }),
    );
    return status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '';
  };
  const silent = running(1, NOW - 61_000);
  for (const [what, lost, report, says] of [
    ['silence, when its pod was deleted for it', deleted(pod(1), 5000), silent, /: no update from it for 61 s$/],
    [
      'silence, when its pod was deleted at once for it, at a time that was cut to whole seconds',
      deleted(pod(1), 4300),
      running(1, NOW - 60_100),
      /: no update from it for 60 s$/,
    ],
    [
      'silence, and the node that Kubernetes misses',
      deleted(pod(1, nodeLost), 5000),
      silent,
      /: no update from it for 61 s; its node node-2 is not ready$/,
    ],
    ['the deletion, when silence came of it', deleted(pod(1), -50_000), silent, /: its pod was deleted$/],
    [
      'an eviction, of which it knew only that its pod had to end',
      pod(1, { phase: 'Running', conditions: [evicted] }),
      update(1, { phase: 'Failed', message: 'its pod was told to end' }),
      /: its pod was told to end: EvictionByEvictionAPI$/,
    ],
  ] as const)
    assert.match(told(lost, report), says, what);
});

test('a successor is not taken for the runner that is gone', () => {
  const successor = pod(1, { phase: 'Succeeded' });
  const { status } = reconcile(
    observedState({ test: loadTest({}, STARTED), updates: new Map([running(0)]), pods: [pod(0), successor] }),
  );
  const complete = status?.conditions?.find((c) => c.type === 'Complete');
  assert.match(complete?.message ?? '', /: runner 1: its pod is gone$/);
});

test('that a runner was evicted is kept before its pod goes, and told afterwards', () => {
  const evicted = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
  const pods = [pod(0), pod(1, { phase: 'Running', conditions: [evicted] })];
  const updates = new Map([running(0), update(1, { phase: 'Failed', message: 'its pod was told to end' })]);
  const [, going] = pods.map((p) => ({ ...p, metadata: { ...p.metadata, deletionTimestamp: at(5000) } }));
  const before = reconcile(observedState({ test: loadTest({}, STARTED), updates, pods: [pods[0]!, going!] }));
  const keep = before.actions.find((action) => action.type === 'RecordLostRunners');
  assert.ok(keep);
  const known = job();
  const after = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      updates,
      pods: [pods[0]!],
      job: { ...known, metadata: { ...known.metadata, annotations: keep.annotations } },
    }),
  );
  const complete = after.status?.conditions?.find((c) => c.type === 'Complete');
  assert.match(complete?.message ?? '', /runner 1: its pod was told to end: EvictionByEvictionAPI$/);
});

test('the Ready condition speaks the words of the pod', () => {
  const { status } = reconcile(observedState({ pods: [pod(0), unpulled], updates: new Map([READY[0]!]) }));
  const message = status?.conditions?.find((c) => c.type === 'Ready')?.message;
  assert.match(message ?? '', /^1 of 2 runners are ready; pod checkout-.*: no such image$/);
});

test('an invalid spec is refused by the path of its field', () => {
  const { status } = reconcile(
    observedState({ test: loadTest({ runners: { replicas: 0 } }), job: undefined, pods: [] }),
  );
  assert.match(status?.conditions?.[0]?.message ?? '', /^spec\.runners\.replicas: /);
});

test('figures are written every 10 s, and not before all running runners have been heard', () => {
  const underLoad = { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]) };
  const soon = reconcile(observedState({ ...underLoad, lastWriteMs: NOW - 9000 }));
  assert.equal(soon.status, undefined);
  const due = reconcile(observedState({ ...underLoad, lastWriteMs: NOW - 10_000 }));
  assert.equal(due.status?.counts?.done, 20);
  const unheard = reconcile(observedState({ ...underLoad, updates: new Map([running(0)]), lastWriteMs: NOW - 10_000 }));
  assert.equal(unheard.status?.counts, undefined);
});

test('deciding twice on what was written decides nothing new', () => {
  for (const status of [WAITING, STARTED, COMPLETE]) {
    const updates = status === STARTED ? new Map([running(0), running(1)]) : new Map();
    const again = reconcile(observedState({ test: loadTest({}, status), updates, lastWriteMs: NOW }));
    assert.equal(again.status, undefined);
  }
});
