import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import { loadTest, NOW, observedState } from '../../../../support/operator-fixtures.ts';
import {
  ADMITTED,
  LIMITS,
  persisted,
  STARTED,
  testRows,
  UNJUDGEABLE,
  WAITING,
} from '../../../../support/reconcile-states.ts';

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
    'a limit that is lowered does not affect an admitted test',
    { test: loadTest({}, ADMITTED), limits: { ...LIMITS, maxRunners: 1 }, job: undefined, pods: [] },
    { actions: ['CreateJob'], unwritten: true },
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
    'a spec whose load another version of the operator started, and this one rejects, ends its test too',
    { test: loadTest({ load: { type: 'Open' } }, STARTED) },
    { actions: [], Running: 'False/Invalid', Complete: 'True/Invalid', Passed: 'Unknown/Invalid' },
  ],
  [
    'and its runners have time to stop',
    { test: loadTest({ load: { type: 'Open' } }, UNJUDGEABLE), nowMs: NOW + 89_000 },
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
]);

test('an invalid spec is refused by the path of its field', () => {
  const { status } = reconcile(
    observedState({ test: loadTest({ runners: { replicas: 0 } }), job: undefined, pods: [] }),
  );
  assert.match(status?.conditions?.[0]?.message ?? '', /^spec\.runners\.replicas: /);
});
