import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityProblems } from '../../../../../model/measure/counters.ts';
import type { Pod } from '../../../../../operator/kube/types.ts';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import type { ReceivedUpdate } from '../../../../../operator/updates/update-store.ts';
import { at, job, loadTest, NOW, observedState, pod, snapshot, update } from '../../../../support/operator-fixtures.ts';
import {
  finished,
  killed,
  leaving,
  type Row,
  recording,
  running,
  STARTED,
  successor,
  terminationMessage,
  testRows,
} from '../../../../support/reconcile-states.ts';

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
    'a recorded loss is not recorded again',
    {
      test: loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, STARTED),
      updates: new Map([running(0), running(1)]),
      pods: [pod(0)],
      job: recording(1, { message: 'its pod is gone', podUid: 'pod-1' }),
    },
    { actions: [] },
  ],
  [
    'a successor is not taken for the recorded runner',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0)]),
      pods: [pod(0), successor],
      job: recording(1, { message: 'its pod is gone', podUid: 'pod-1' }),
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
      pods: [pod(0), leaving],
    },
    { actions: [] },
  ],
  [
    'the termination message of a deleted runner is awaited',
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
    'a silent runner whose pod does not end is lost for good',
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
    'an operator that has just begun to listen has lost no runner',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 1000 },
    { actions: [], Complete: 'False/Running', unwritten: true },
  ],
  [
    'an operator that has listened for long enough has',
    { test: loadTest({}, { ...STARTED, loadStartTime: at(-120_000) }), listeningSinceMs: NOW - 81_000 },
    { Complete: 'True/RunnersLost' },
  ],
]);

test('the last measurements of a lost runner are in the result, and the loss is in the message', () => {
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

test('the termination message of a runner counts where it goes further than its last update', () => {
  const lost = { test: loadTest({}, STARTED), pods: [pod(0), leaving] };
  const updates = new Map([finished(0, 100), running(1)]);
  const done = (terminationMessages: Map<number, string>) =>
    reconcile(observedState({ ...lost, updates, terminationMessages })).status?.counts?.done;
  assert.equal(done(new Map()), 110);
  assert.equal(done(new Map([[1, terminationMessage('Running')]])), 120);
});

test('requests in flight at a lost runner are aborted, and waiting ones dropped: the identity holds', () => {
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

test('an update that goes further than the termination message counts', () => {
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

test('the record of a lost runner counts for an operator without its updates, and has the reason of the loss', () => {
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

test('the disruption of a pod is reported', () => {
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

test('the reason of a loss stays reported', () => {
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

test('an eviction is recorded before the pod is gone, and reported afterwards', () => {
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
