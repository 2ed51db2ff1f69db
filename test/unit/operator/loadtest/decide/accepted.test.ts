import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import { loadTest, NOW, observedState } from '../../../../support/operator/operator-fixtures.ts';
import {
  ADMITTED,
  LIMITS,
  persisted,
  STARTED,
  testRows,
  UNJUDGEABLE,
  WAITING,
} from '../../../../support/operator/reconcile-states.ts';

testRows([
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
    'a lowered limit does not affect an admitted test',
    { test: loadTest({}, ADMITTED), limits: { ...LIMITS, maxRunners: 1 }, job: undefined, pods: [] },
    { actions: ['CreateJob'], unwritten: true },
  ],
  [
    'an invalid spec ends its test, so that clients do not wait for it',
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
    'a spec that this version of the operator rejects ends a test that another version started',
    { test: loadTest({ load: { type: 'Open' } }, STARTED) },
    { actions: [], Running: 'False/Invalid', Complete: 'True/Invalid', Passed: 'Unknown/Invalid' },
  ],
  [
    'the runners of a test that ended as invalid have time to stop',
    { test: loadTest({ load: { type: 'Open' } }, UNJUDGEABLE), nowMs: NOW + 149_102 },
    { actions: ['ForgetUpdates'], requeueAfterMs: 1000 },
  ],
  [
    'a test that would wait beside too many others ends at once',
    { job: undefined, pods: [], turn: { is: 'Refused', message: '1000 tests of namespace shop wait already' } },
    { actions: [], Accepted: 'False/LimitExceeded', Complete: 'True/LimitExceeded', Passed: 'Unknown/LimitExceeded' },
  ],
  [
    'a suspended test gets no Job',
    { test: loadTest({ suspend: true }), job: undefined, pods: [] },
    { actions: [], Accepted: 'True/Accepted', Complete: 'False/Suspended' },
  ],
  [
    'a test that is suspended during the startup of its runners loses its Job',
    { test: loadTest({ suspend: true }, WAITING) },
    { actions: ['DeleteJob', 'ForgetUpdates'], Complete: 'False/Suspended' },
  ],
  [
    'a resumed test is admitted before it gets its Job',
    { test: loadTest({}, persisted(observedState({ test: loadTest({ suspend: true }) }))), job: undefined, pods: [] },
    { actions: [], requeueAfterMs: 0, Complete: 'False/WaitingForRunners' },
  ],
]);

test('an invalid spec is refused with the path of its field', () => {
  const { status } = reconcile(
    observedState({ test: loadTest({ runners: { replicas: 0 } }), job: undefined, pods: [] }),
  );
  assert.match(status?.conditions?.[0]?.message ?? '', /^spec\.runners\.replicas: /);
});
