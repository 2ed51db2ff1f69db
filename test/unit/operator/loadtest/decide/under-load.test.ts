import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import { at, loadTest, NOW, observedState } from '../../../../support/operator/operator-fixtures.ts';
import {
  COMPLETE,
  finished,
  running,
  STARTED,
  terminationMessage,
  testRows,
  WAITING,
} from '../../../../support/operator/reconcile-states.ts';

testRows([
  [
    'a test whose runners are running stays under load',
    { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]) },
    { actions: [], Running: 'True/LoadStarted', Complete: 'False/Running', requeueAfterMs: 10_000 },
  ],
  [
    'a finished runner makes the test Finishing',
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
      Passed: 'True/ThresholdsMet',
      GeneratorSaturated: 'False/GeneratorKeptUp',
    },
  ],
  [
    'final updates complete the test although the pods are gone',
    { test: loadTest({}, STARTED), updates: new Map([finished(0), finished(1)]), job: undefined, pods: [] },
    { Complete: 'True/Finished', Passed: 'True/ThresholdsMet' },
  ],
  [
    'an exceeded threshold fails the test',
    {
      test: loadTest({ thresholds: [{ metric: 'responseTime.p99', max: '1ms' }] }, STARTED),
      updates: new Map([finished(0), finished(1)]),
    },
    { Complete: 'True/Finished', Passed: 'False/ThresholdExceeded' },
  ],
  [
    'a runner whose termination message has phase Finished has finished',
    {
      test: loadTest({}, STARTED),
      updates: new Map([finished(0)]),
      pods: [],
      terminationMessages: new Map([[1, terminationMessage('Finished')]]),
    },
    { Complete: 'True/Finished', Passed: 'True/ThresholdsMet' },
  ],
  [
    'suspend has no effect on a test under load',
    { test: loadTest({ suspend: true }, STARTED), updates: new Map([running(0), running(1)]) },
    { actions: [], Complete: 'False/Running' },
  ],
]);

test('the status has the merged result of all runners', () => {
  assert.equal(COMPLETE.counts?.done, 1000);
  assert.deepEqual(COMPLETE.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
  assert.equal(COMPLETE.rate?.achieved, '101');
  assert.equal(COMPLETE.responseTime?.p50, '5ms');
  assert.equal(COMPLETE.completionTime, at(10_000));
});

test('figures are written every 10 s, once every running runner has sent an update', () => {
  const underLoad = { test: loadTest({}, STARTED), updates: new Map([running(0), running(1)]) };
  const soon = reconcile(observedState({ ...underLoad, lastWriteMs: NOW - 9000 }));
  assert.equal(soon.status, undefined);
  const due = reconcile(observedState({ ...underLoad, lastWriteMs: NOW - 10_000 }));
  assert.equal(due.status?.counts?.done, 20);
  const incomplete = reconcile(
    observedState({ ...underLoad, updates: new Map([running(0)]), lastWriteMs: NOW - 10_000 }),
  );
  assert.equal(incomplete.status?.counts, undefined);
});

test('a second decision on the written status changes nothing', () => {
  for (const status of [WAITING, STARTED, COMPLETE]) {
    const updates = status === STARTED ? new Map([running(0), running(1)]) : new Map();
    const again = reconcile(observedState({ test: loadTest({}, status), updates, lastWriteMs: NOW }));
    assert.equal(again.status, undefined);
  }
});
