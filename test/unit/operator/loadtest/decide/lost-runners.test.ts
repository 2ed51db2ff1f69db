import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityProblems } from '../../../../../model/measure/counters.ts';
import type { Pod } from '../../../../../operator/kube/types.ts';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import type { ReceivedUpdate } from '../../../../../operator/updates/received-update.ts';
import {
  at,
  job,
  loadTest,
  NOW,
  observedState,
  pod,
  snapshot,
  update,
} from '../../../../support/operator/operator-fixtures.ts';
import {
  finished,
  jobWithRecord,
  killed,
  killedWithMessage,
  type Row,
  running,
  STARTED,
  successor,
  terminationMessage,
  testRows,
} from '../../../../support/operator/reconcile-states.ts';

testRows([
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
    'a runner that failed under load is lost',
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
    'with onLoss Continue the other runners continue',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), killed],
    },
    { actions: ['RecordLostRunners'], Complete: 'False/RunnersLost' },
  ],
  [
    'a recorded loss is not recorded again',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0)],
      job: jobWithRecord(1, { message: 'its pod is gone', podUid: 'pod-1' }),
    },
    { actions: [] },
  ],
  [
    'a successor does not replace the recorded runner',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0)]),
      pods: [pod(0), successor],
      job: jobWithRecord(1, { message: 'its pod is gone', podUid: 'pod-1' }),
    },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'losses are recorded at most every 10 s',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0)],
      lastRecordedMs: NOW - 9000,
    },
    { actions: [] },
  ],
  [
    'a loss that the status of a pod describes needs no record',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0), killedWithMessage],
    },
    { actions: [] },
  ],
  [
    'the test waits for the termination message of a runner that is being deleted',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(-5000) } }],
    },
    { actions: ['StopRunners'], Complete: 'False/Finishing', requeueAfterMs: 1000 },
  ],
  [
    'the test waits at most 5 s for this termination message',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(-5001) } }],
    },
    { Complete: 'True/RunnersLost' },
  ],
  [
    'a successor that appears under load does not count, and its predecessor is lost',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), running(1)]), pods: [pod(0), successor] },
    { Complete: 'True/RunnersLost' },
  ],
  ...(
    [
      ['after the status interval', 50_000, 10_000],
      ['when it will have been silent for a minute', 57_000, 3001],
      ['when it has been silent for a minute', 60_000, 1],
    ] as const
  ).map(
    ([when, silentMs, requeueAfterMs]): Row => [
      `a test with a runner silent for ${silentMs / 1e3} s is reconciled again ${when}`,
      {
        test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
        updates: new Map([running(0), running(1, NOW - silentMs)]),
      },
      { Complete: 'False/Running', requeueAfterMs },
    ],
  ),
  [
    'a silent runner is stopped when all others have finished',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([finished(0), running(1, NOW - 61_000)]),
    },
    { actions: ['StopRunners', 'SuspendJob'], Complete: 'False/Finishing', requeueAfterMs: 1000 },
  ],
  [
    'a silent runner whose pod does not end is lost',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([finished(0), running(1, NOW - 81_000)]),
    },
    { actions: ['WriteReport'], Complete: 'True/RunnersLost' },
  ],
  [
    'with onLoss Continue the other runners decide the verdict',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([finished(0), running(1)]),
      pods: [pod(0), killed],
    },
    { Complete: 'True/RunnersLost', Passed: 'True/ThresholdsMet' },
  ],
  [
    'a test that loses all runners before any measurement fails',
    { test: loadTest({}, STARTED), pods: [], job: undefined },
    { Complete: 'True/RunnersLost', Passed: 'False/RunnersLost' },
  ],
  [
    'with onLoss Continue such a test is inconclusive',
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
    'a runner that is silent for less than a minute is not lost',
    {
      test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }),
      updates: new Map([running(0), running(1, NOW - 59_000)]),
    },
    { actions: [], Complete: 'False/Running' },
  ],
  [
    'a restarted operator does not count silent runners as lost at once',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 1000 },
    { actions: [], Complete: 'False/Running', unwritten: true },
  ],
  [
    'an operator that has received no update for long enough counts the runners as lost',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 81_000 },
    { Complete: 'True/RunnersLost' },
  ],
]);

test('the result includes the last update of a lost runner, and the message names the loss', () => {
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

test('a termination message counts when it is newer than the last update of its runner, also of a pod whose message was not kept', () => {
  const updates = new Map([finished(0, 100), running(1)]);
  const done = (lost: typeof killed, terminationMessages = new Map<number, string>()) =>
    reconcile(observedState({ test: loadTest({}, STARTED), pods: [pod(0), lost], updates, terminationMessages })).status
      ?.counts?.done;
  assert.equal(done(killed), 110);
  assert.equal(done(killed, new Map([[1, terminationMessage('Running')]])), 120);
  assert.equal(done(killedWithMessage), 120);
});

test('the end names a lost runner whose only measurement is one that this version cannot read', () => {
  const ofAnotherVersion = jobWithRecord(1, { message: 'OOMKilled', terminationMessage: 'AAAA' });
  const updates = new Map([finished(0, 100)]);
  const ended = (updates: Map<number, ReceivedUpdate>) =>
    reconcile(observedState({ test: loadTest({}, STARTED), job: ofAnotherVersion, pods: [pod(0)], updates })).status;
  const message = (of: ReturnType<typeof ended>) => of?.conditions?.find((c) => c.type === 'Complete')?.message ?? '';
  assert.match(message(ended(updates)), /runner 1: OOMKilled; the result lacks its measurement, which this version/);
  assert.match(message(ended(new Map([...updates, running(1)]))), /runner 1: OOMKilled; \d+% of the arrivals/);
});

test('in-flight requests of a lost runner count as aborted and its pending arrivals as dropped, so that the identity holds', () => {
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

test('an update that is newer than the termination message counts', () => {
  const further = update(1, { phase: 'Running', snapshot: { ...snapshot(30), elapsedMs: 13_000 } });
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      pods: [pod(0), killedWithMessage],
      updates: new Map([finished(0, 100), further]),
      terminationMessages: new Map([[1, terminationMessage('Running')]]),
    }),
  );
  assert.equal(status?.counts?.done, 130);
});

test('a lost-runner record has counts and reason for an operator that never received an update of the runner', () => {
  const { actions } = reconcile(
    observedState({ test: loadTest({}, STARTED), pods: [pod(0)], updates: new Map([running(0), running(1)]) }),
  );
  const recording = actions.find((a) => a.type === 'RecordLostRunners')!;
  const recorded = { ...job(), metadata: { ...job().metadata, annotations: recording.annotations } };
  const { status } = reconcile(
    observedState({ test: loadTest({}, STARTED), pods: [pod(0)], job: recorded, updates: new Map([finished(0, 100)]) }),
  );
  assert.equal(status?.counts?.done, 110);
  assert.match(
    status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '',
    /runner 1: its pod is gone; 89% of the arrivals are missing$/,
  );
});

test('the lost-runner records of a thousand runners fit in the annotations of the Job', () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const test = loadTest({ runners: { replicas: 1000, onLoss: 'Continue' } }, STARTED);
  const { actions } = reconcile(observedState({ test, pods: [pod(0)], updates: new Map(many.map((i) => running(i))) }));
  const recording = actions.find((a) => a.type === 'RecordLostRunners')!;
  const bytes = Object.entries(recording.annotations).reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  assert.equal(Object.keys(recording.annotations).length, 999);
  assert.ok(bytes < 256 * 1024, `${bytes} bytes`);
  const recorded = { ...job(), metadata: { ...job().metadata, annotations: recording.annotations } };
  const { status } = reconcile(
    observedState({ test, pods: [pod(0)], job: recorded, updates: new Map([finished(0, 100)]) }),
  );
  assert.equal(status?.counts?.done, 100 + 999 * 10);
});

test('the message names the disruption of a pod', () => {
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

test('the message names what somebody did to the Job', () => {
  const deleted = { ...pod(1), metadata: { ...pod(1).metadata, deletionTimestamp: at(0) } };
  const suspended = { ...job(), spec: { ...job().spec, suspend: true } };
  const terminated = update(1, { phase: 'Failed', message: 'its pod was terminated' });
  for (const [own, lost, lastUpdate, message] of [
    [undefined, [], running(1), /: its pod is gone: its Job was deleted$/],
    [suspended, [], running(1), /: its pod is gone: its Job was suspended$/],
    [suspended, [], running(1, NOW - 61_000), /: its pod is gone$/],
    [suspended, [deleted], running(1), /: its pod was deleted: its Job was suspended$/],
    [suspended, [deleted], terminated, /: its pod was terminated: its Job was suspended$/],
    [suspended, [pod(1)], terminated, /: its pod was terminated$/],
    [job(), [deleted], running(1), /: its pod was deleted$/],
  ] as const) {
    const updates = new Map([running(0), lastUpdate]);
    const old = loadTest({}, { ...STARTED, loadStartTime: at(-120_000) });
    const observed = { test: old, updates, job: own, pods: [pod(0), ...lost] };
    const complete = reconcile(observedState(observed)).status?.conditions?.find((c) => c.type === 'Complete');
    assert.match(complete?.message ?? '', message);
  }
});

test('the message keeps the first reason of a loss', () => {
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
  const messageOf = (lost: Pod, lastUpdate: [number, ReceivedUpdate]) => {
    const { status } = reconcile(
      observedState({ test: loadTest({}, LONG_AGO), updates: new Map([running(0), lastUpdate]), pods: [pod(0), lost] }),
    );
    return status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '';
  };
  const silent = running(1, NOW - 61_000);
  for (const [situation, lost, lastUpdate, message] of [
    ['silence, when the pod was deleted because of it', deleted(pod(1), 5000), silent, /: no update from it for 61 s$/],
    [
      'silence, when the pod was deleted in the same second, because Kubernetes truncates the time',
      deleted(pod(1), 4300),
      running(1, NOW - 60_100),
      /: no update from it for 60 s$/,
    ],
    [
      'silence, and the node that is not ready',
      deleted(pod(1, nodeLost), 5000),
      silent,
      /: no update from it for 61 s; its node node-2 is not ready$/,
    ],
    ['the deletion, when it caused the silence', deleted(pod(1), -50_000), silent, /: its pod was deleted$/],
    [
      'an eviction, of which the runner saw only the termination signal',
      pod(1, { phase: 'Running', conditions: [evicted] }),
      update(1, { phase: 'Failed', message: 'its pod was told to end' }),
      /: its pod was told to end: EvictionByEvictionAPI$/,
    ],
  ] as const)
    assert.match(messageOf(lost, lastUpdate), message, situation);
});

test('the pod of a successor is not mistaken for the pod that is gone', () => {
  const successor = pod(1, { phase: 'Succeeded' });
  const { status } = reconcile(
    observedState({ test: loadTest({}, STARTED), updates: new Map([running(0)]), pods: [pod(0), successor] }),
  );
  const complete = status?.conditions?.find((c) => c.type === 'Complete');
  assert.match(complete?.message ?? '', /: runner 1: its pod is gone$/);
});

test('an eviction is recorded before the pod is gone, and the message names it afterwards', () => {
  const evicted = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
  const pods = [pod(0), pod(1, { phase: 'Running', conditions: [evicted] })];
  const updates = new Map([running(0), update(1, { phase: 'Failed', message: 'its pod was told to end' })]);
  const [, deleting] = pods.map((p) => ({ ...p, metadata: { ...p.metadata, deletionTimestamp: at(5000) } }));
  const before = reconcile(observedState({ test: loadTest({}, STARTED), updates, pods: [pods[0]!, deleting!] }));
  const recording = before.actions.find((action) => action.type === 'RecordLostRunners');
  assert.ok(recording);
  const runnerJob = job();
  const after = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      updates,
      pods: [pods[0]!],
      job: { ...runnerJob, metadata: { ...runnerJob.metadata, annotations: recording.annotations } },
    }),
  );
  const complete = after.status?.conditions?.find((c) => c.type === 'Complete');
  assert.match(complete?.message ?? '', /runner 1: its pod was told to end: EvictionByEvictionAPI$/);
});

const refused = (index: number, after = running(index)[1]): [number, ReceivedUpdate] => [
  index,
  { ...after, refused: 'snapshot.cpuMs: 1e+308 is more than 10000 ms allow' },
];

test('a runner whose update was refused is lost with the reason, and with its measurement before', () => {
  const { status } = reconcile(
    observedState({ test: loadTest({}, STARTED), updates: new Map([finished(0, 100), refused(1)]) }),
  );
  assert.match(
    status?.conditions?.find((c) => c.type === 'Complete')?.message ?? '',
    /runner 1: its update was refused: snapshot\.cpuMs: 1e\+308 is more than 10000 ms allow/,
  );
  assert.deepEqual([status?.counts?.done, status?.runners?.lost], [110, 1]);
});

test('the termination message of a runner whose update was refused does not count', () => {
  const { status } = reconcile(
    observedState({
      test: loadTest({}, STARTED),
      pods: [pod(0), killedWithMessage],
      updates: new Map([finished(0, 100), refused(1)]),
      terminationMessages: new Map([[1, terminationMessage('Finished')]]),
    }),
  );
  assert.deepEqual([status?.counts?.done, status?.runners?.lost], [110, 1]);
});

test('before the load, a refused update ends the test, unless it came from an earlier pod', () => {
  const decide = (podUid: string) => {
    const [index, received] = refused(1, { podUid, receivedAtMs: NOW, update: { phase: 'Starting' } });
    return reconcile(observedState({ updates: new Map([[index, received]]) })).status?.conditions;
  };
  const complete = decide('pod-1')?.find((c) => c.type === 'Complete');
  assert.deepEqual([complete?.status, complete?.reason], ['True', 'RunnersLost']);
  assert.notEqual(decide('an earlier pod')?.find((c) => c.type === 'Complete')?.status, 'True');
});
