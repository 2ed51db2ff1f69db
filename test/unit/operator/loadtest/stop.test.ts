import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../operator/loadtest/observe/observed.ts';
import { parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import {
  at,
  conditionText,
  NOW,
  observedState,
  pod,
  resource,
  slow,
  snapshot,
  TOO_SLOW,
  update,
} from '../../../support/operator/operator-fixtures.ts';

/** A LoadTest with the annotation that stops it, or with another `value` of it. */
function annotated(spec: Record<string, unknown>, status: LoadTestStatus, value = 'true') {
  const { metadata, ...rest } = resource(spec, status);
  return parseLoadTest({ ...rest, metadata: { ...metadata, annotations: { 'loadtest.dev/stop': value } } });
}

const WAITING: LoadTestStatus = { startTime: at(-5000) };
const LOADED: LoadTestStatus = { startTime: at(-30_000), loadStartTime: at(-5000) };
const both = (phase: 'Ready' | 'Running' | 'Finished') =>
  new Map([0, 1].map((i) => update(i, { phase, ...(phase !== 'Ready' && { snapshot: snapshot(50) }) })));
const STOPPING = reconcile(observedState({ test: annotated({}, LOADED), updates: both('Running') })).status!;
const ABORTING = reconcile(
  observedState({ test: parseLoadTest(resource(TOO_SLOW, LOADED)), updates: both('Running'), recent: slow() }),
).status!;
/** The status as an operator without the field `stopping` persisted it. */
function withoutStopping({ stopping: _, ...status }: LoadTestStatus): LoadTestStatus {
  return status;
}
const killed = pod(1, {
  phase: 'Failed',
  containerStatuses: [{ name: 'runner', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
});
const oneLost = {
  pods: [pod(0), killed],
  updates: new Map([update(0, { phase: 'Finished', snapshot: snapshot(50) })]),
};
const message = 'the annotation loadtest.dev/stop requested it';

type Row = [sentence: string, observed: Partial<Observed>, actions: string[], complete: string, passed: string];
const rows: Row[] = [
  [
    'without runners ends without a Job',
    { test: annotated({}, {}), job: undefined, pods: [] },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'that is suspended ends',
    { test: annotated({ suspend: true }, {}), job: undefined, pods: [] },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'whose runners are all ready ends without load',
    { test: annotated({}, WAITING), updates: both('Ready') },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'under load stops its runners',
    { test: annotated({}, LOADED), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'keeps stopping when the annotation is removed',
    { test: parseLoadTest(resource({}, STOPPING)), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'keeps its result when its runners have stopped',
    { test: annotated({}, STOPPING), updates: both('Finished') },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'with onLoss Continue is stopped in spite of a lost runner',
    { test: annotated({ runners: { replicas: 2, onLoss: 'Continue' } }, STOPPING), ...oneLost },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'fails when it lost a runner',
    { test: annotated({}, STOPPING), ...oneLost },
    ['WriteReport'],
    'True/RunnersLost',
    'False/RunnersLost',
  ],
  [
    'fails when a threshold was already ending it',
    {
      test: annotated(TOO_SLOW, ABORTING),
      updates: both('Finished'),
    },
    ['WriteReport'],
    'True/Aborted',
    'False/ThresholdExceeded',
  ],
  [
    'keeps stopping when an older operator began to stop it',
    { test: parseLoadTest(resource({}, withoutStopping(STOPPING))), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'keeps its result when an older operator stopped it',
    { test: parseLoadTest(resource({}, withoutStopping(STOPPING))), updates: both('Finished') },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'keeps aborting when an older operator aborted it',
    { test: parseLoadTest(resource(TOO_SLOW, withoutStopping(ABORTING))), updates: both('Running') },
    ['StopRunners'],
    'False/Aborting',
    'Unknown/Undecided',
  ],
  [
    'fails when an older operator aborted it',
    { test: parseLoadTest(resource(TOO_SLOW, withoutStopping(ABORTING))), updates: both('Finished') },
    ['WriteReport'],
    'True/Aborted',
    'False/ThresholdExceeded',
  ],
  [
    'is not stopped by the value false',
    { test: annotated({}, LOADED, 'false'), updates: both('Running') },
    [],
    'False/Running',
    'Unknown/Undecided',
  ],
];

describe('a LoadTest with the annotation loadtest.dev/stop', () => {
  for (const [sentence, change, actions, complete, passed] of rows)
    it(sentence, () => {
      // A decision without a change has no status.
      const observed = observedState(change);
      const { status = observed.test.status, actions: done } = reconcile(observed);
      const text = (type: 'Complete' | 'Passed') => conditionText(status, type).replace(/^-$/, 'Unknown/Undecided');
      assert.deepEqual([done.map((a) => a.type), text('Complete'), text('Passed')], [actions, complete, passed]);
    });

  it('has the reason, the measured result and counts that add up', () => {
    const { status } = reconcile(
      observedState({ test: annotated({}, STOPPING), updates: both('Finished'), nowMs: NOW + 1000 }),
    );
    const messageOf = (type: string) => status?.conditions?.find((c) => c.type === type)?.message;
    assert.equal(messageOf('Complete'), message);
    assert.match(messageOf('Passed')!, /^stopped before the load was over: .*; 100 of 100 requests done/);
    assert.deepEqual(identityProblems({ ...status!.counts!, inFlight: 0 }), []);
  });
});
