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
} from '../../../support/operator-fixtures.ts';

/** A LoadTest that somebody has asked to stop; `value` of the annotation may say otherwise. */
function asked(spec: Record<string, unknown>, status: LoadTestStatus, value = 'true') {
  const { metadata, ...rest } = resource(spec, status);
  return parseLoadTest({ ...rest, metadata: { ...metadata, annotations: { 'loadtest.dev/stop': value } } });
}

const WAITING: LoadTestStatus = { startTime: at(-5000) };
const LOADED: LoadTestStatus = { startTime: at(-30_000), loadStartTime: at(-5000) };
const both = (phase: 'Ready' | 'Running' | 'Finished') =>
  new Map([0, 1].map((i) => update(i, { phase, ...(phase !== 'Ready' && { snapshot: snapshot(50) }) })));
const STOPPING = reconcile(observedState({ test: asked({}, LOADED), updates: both('Running') })).status!;
const ABORTING = reconcile(
  observedState({ test: parseLoadTest(resource(TOO_SLOW, LOADED)), updates: both('Running'), recent: slow() }),
).status!;
/** A status as an operator persisted it that did not know `stopping`. */
function before({ stopping: _, ...status }: LoadTestStatus): LoadTestStatus {
  return status;
}
const gone = pod(1, {
  phase: 'Failed',
  containerStatuses: [{ name: 'runner', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
});
const oneLost = { pods: [pod(0), gone], updates: new Map([update(0, { phase: 'Finished', snapshot: snapshot(50) })]) };
const why = 'the annotation loadtest.dev/stop requested it';

type Row = [sentence: string, observed: Partial<Observed>, actions: string[], complete: string, passed: string];
const rows: Row[] = [
  [
    'that has no runners yet ends without a Job',
    { test: asked({}, {}), job: undefined, pods: [] },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'that is suspended ends too',
    { test: asked({ suspend: true }, {}), job: undefined, pods: [] },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'whose runners are all ready does not start',
    { test: asked({}, WAITING), updates: both('Ready') },
    [],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'under load tells its runners to stop',
    { test: asked({}, LOADED), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'stays so when the annotation is taken away',
    { test: parseLoadTest(resource({}, STOPPING)), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'keeps its result when its runners have stopped',
    { test: asked({}, STOPPING), updates: both('Finished') },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'that may lose runners is stopped with those it has',
    { test: asked({ runners: { replicas: 2, onLoss: 'Continue' } }, STOPPING), ...oneLost },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'that must not lose runners has failed all the same',
    { test: asked({}, STOPPING), ...oneLost },
    ['WriteReport'],
    'True/RunnersLost',
    'False/RunnersLost',
  ],
  [
    'that a threshold is ending already has failed',
    {
      test: asked(TOO_SLOW, ABORTING),
      updates: both('Finished'),
    },
    ['WriteReport'],
    'True/Aborted',
    'False/ThresholdExceeded',
  ],
  [
    'that an older operator is stopping goes on stopping',
    { test: parseLoadTest(resource({}, before(STOPPING))), updates: both('Running') },
    ['StopRunners'],
    'False/Stopping',
    'Unknown/Undecided',
  ],
  [
    'that an older operator has stopped keeps its result',
    { test: parseLoadTest(resource({}, before(STOPPING))), updates: both('Finished') },
    ['WriteReport'],
    'True/Stopped',
    'Unknown/Stopped',
  ],
  [
    'that an older operator has aborted goes on aborting',
    { test: parseLoadTest(resource(TOO_SLOW, before(ABORTING))), updates: both('Running') },
    ['StopRunners'],
    'False/Aborting',
    'Unknown/Undecided',
  ],
  [
    'that an older operator has aborted has failed',
    { test: parseLoadTest(resource(TOO_SLOW, before(ABORTING))), updates: both('Finished') },
    ['WriteReport'],
    'True/Aborted',
    'False/ThresholdExceeded',
  ],
  [
    'is not stopped by the value false',
    { test: asked({}, LOADED, 'false'), updates: both('Running') },
    [],
    'False/Running',
    'Unknown/Undecided',
  ],
];

describe('a LoadTest that somebody stops', () => {
  for (const [sentence, change, actions, complete, passed] of rows)
    it(sentence, () => {
      // What is as it was is not written again.
      const observed = observedState(change);
      const { status = observed.test.status, actions: done } = reconcile(observed);
      const text = (type: 'Complete' | 'Passed') => conditionText(status, type).replace(/^-$/, 'Unknown/Undecided');
      assert.deepEqual([done.map((a) => a.type), text('Complete'), text('Passed')], [actions, complete, passed]);
    });

  it('says why, what it measured, and adds up', () => {
    const { status } = reconcile(
      observedState({ test: asked({}, STOPPING), updates: both('Finished'), nowMs: NOW + 1000 }),
    );
    const message = (type: string) => status?.conditions?.find((c) => c.type === type)?.message;
    assert.equal(message('Complete'), why);
    assert.match(message('Passed')!, /^stopped before the load was over: .*; 100 of 100 requests done/);
    assert.deepEqual(identityProblems({ ...status!.counts!, inFlight: 0 }), []);
  });
});
