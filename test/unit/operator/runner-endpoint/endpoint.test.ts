import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { IntervalEnd, IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { intervalsBetween } from '../../../../model/compare/intervals.ts';
import type { MeasuredTrial } from '../../../../model/measure/trial/measured-trial.ts';
import {
  encodeIntervalEnds,
  encodeRunnerUpdate,
  encodeSnapshot,
  type RunnerUpdate,
} from '../../../../model/wire/runner-update.ts';
import type { Pod } from '../../../../operator/kube/types.ts';
import {
  type EndpointDependencies,
  instructionFor,
  takeUpdate,
} from '../../../../operator/runner-endpoint/endpoint.ts';
import { type RunnerIdentity, runnerOf } from '../../../../operator/runner-endpoint/identity/runner-identity.ts';
import { type InstructionInput, instruct } from '../../../../operator/runner-endpoint/instruction.ts';
import { parseUpdate } from '../../../../operator/runner-endpoint/parse-update.ts';
import { gatherMs, liveMs, patienceMs, pollMs } from '../../../../operator/runner-endpoint/polling.ts';
import type { Refusal } from '../../../../operator/runner-endpoint/refusal.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { at, JOB, job, loadTest, NOW, pod, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';
import { specOf } from '../../../support/results/comparison-runs.ts';

const started = loadTest({}, { loadStartTime: at(300) });
const complete = loadTest(
  {},
  {
    conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }],
  },
);
const deleted = { ...started, metadata: { ...started.metadata, deletionTimestamp: at(0) } };
const many = loadTest({ runners: { replicas: 1000 } }, { loadStartTime: at(300) });

const instructions: [
  sentence: string,
  change: Partial<InstructionInput>,
  phase: RunnerUpdate['phase'],
  response: Record<string, unknown>,
][] = [
  ['a runner that starts gets its assignment', {}, 'Starting', { instruction: 'Prepare', nextReportMs: 100 }],
  ['a ready runner waits for the others', {}, 'Ready', { instruction: 'Wait', nextReportMs: 100 }],
  [
    'a ready runner starts when the start is persisted',
    { test: started },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 300 },
  ],
  [
    'a ready runner that missed the start starts at once',
    { test: started, nowMs: NOW + 5000 },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 5000 },
  ],
  ['a running runner continues', { test: started }, 'Running', { instruction: 'Continue', nextReportMs: 1000 }],
  [
    'a thousand running runners send updates less often',
    { test: many },
    'Running',
    { instruction: 'Continue', nextReportMs: 5000 },
  ],
  [
    'a thousand waiting runners send updates less often',
    { test: loadTest({ runners: { replicas: 1000 } }) },
    'Ready',
    { instruction: 'Wait', nextReportMs: 1000 },
  ],
  [
    'a running runner stops when another was lost',
    { test: started, stopReason: 'runner 1 was lost' },
    'Running',
    { instruction: 'Stop', reason: 'runner 1 was lost' },
  ],
  [
    'a finished runner waits until its result is persisted',
    { test: started },
    'Finished',
    { instruction: 'Wait', nextReportMs: 100 },
  ],
  [
    'a finished runner waits until its result is persisted, even when the others stop',
    { test: started, stopReason: 'x' },
    'Finished',
    { instruction: 'Wait' },
  ],
  ['a failed runner waits until its failure is persisted', {}, 'Failed', { instruction: 'Wait' }],
  [
    'the update of a finished runner is accepted when the test is complete',
    { test: complete },
    'Finished',
    { instruction: 'Accepted' },
  ],
  [
    'the update of a failed runner is accepted when the test is complete',
    { test: complete },
    'Failed',
    { instruction: 'Accepted' },
  ],
  [
    'a runner of a complete test stops',
    { test: complete },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is complete' },
  ],
  ['a runner that starts after the end of the test stops', { test: complete }, 'Starting', { instruction: 'Stop' }],
  [
    'a runner of a test that is being deleted stops',
    { test: deleted },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is being deleted' },
  ],
  [
    'a runner of a test that is gone stops',
    { test: undefined },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is gone' },
  ],
  ['a finished runner of a test that is gone may exit', { test: undefined }, 'Finished', { instruction: 'Accepted' }],
];

describe('the instruction', () => {
  for (const [sentence, change, phase, expected] of instructions) {
    it(sentence, () => {
      const input = { nowMs: NOW, addresses: undefined, test: loadTest(), index: 1, stopReason: undefined };
      const response = instruct({ ...input, ...change, update: { phase } });
      assert.deepEqual({ ...response, ...expected }, response);
      assert.equal(response.nowMs, change.nowMs ?? NOW);
    });
  }

  it('assigns a share of the load to a runner', () => {
    const { assignment } = instruct({
      nowMs: NOW,
      addresses: { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] },
      test: loadTest(),
      index: 1,
      update: { phase: 'Starting' },
      stopReason: undefined,
    });
    assert.deepEqual(assignment?.test, { namespace: 'shop', name: 'checkout', uid: UID });
    assert.deepEqual(assignment?.addresses, { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] });
    assert.deepEqual([assignment?.index, assignment?.replicas], [1, 2]);
    assert.equal(assignment?.spec.requests[0]?.method, 'GET');
  });
});

test('with more runners each sends updates less often, and more updates share one reconcile', () => {
  const paces = (replicas: number) => [pollMs, liveMs, patienceMs, gatherMs].map((of) => of(replicas));
  assert.deepEqual(paces(1), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(20), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(200), [200, 1000, 2500, 20]);
  assert.deepEqual(paces(1000), [1000, 5000, 8500, 100]);
});

const bytesOf = (body: unknown) => Buffer.from(JSON.stringify(body));

describe('a runner update', () => {
  const dependenciesOf = (test = loadTest()): EndpointDependencies & { enqueued: string[] } => {
    const enqueued: string[] = [];
    const updates = new UpdateStore();
    return {
      enqueued,
      updates,
      addresses: undefined,
      authenticate: () => Promise.reject(new Error('not used')),
      pod: () => pod(0),
      job: () => job(),
      test: () => test,
      enqueue: (key: string) => void enqueued.push(key),
      now: () => NOW,
    };
  };
  const exchange = (
    dependencies: EndpointDependencies,
    sender: RunnerIdentity,
    update: RunnerUpdate,
  ): Instruction | Refusal => {
    const taken = takeUpdate(dependencies, sender, bytesOf(encodeRunnerUpdate(update)));
    return 'error' in taken ? taken : instructionFor(dependencies, sender, taken.update);
  };
  const runner = runnerOf(pod(0), () => job())!;
  const running: RunnerUpdate = { phase: 'Running', snapshot: snapshot(1) };

  it('is stored, and causes a reconcile when its phase is new', () => {
    const endpoint = dependenciesOf(started);
    exchange(endpoint, runner, running);
    exchange(endpoint, runner, { ...running, snapshot: snapshot(2) });
    exchange(endpoint, runner, { ...running, phase: 'Finished' });
    assert.deepEqual(endpoint.enqueued, ['shop/checkout', 'shop/checkout']);
    assert.equal(endpoint.updates.of(UID).get(0)?.update.phase, 'Finished');
  });

  it('of a successor of a lost runner is not stored, and the successor is stopped because the load has started', () => {
    const endpoint = dependenciesOf(started);
    exchange(endpoint, runner, running);
    for (const phase of ['Starting', 'Ready', 'Running'] as const) {
      const response = exchange(endpoint, { ...runner, podUid: 'successor' }, { ...running, phase });
      assert.deepEqual('instruction' in response && [response.instruction, response.reason], [
        'Stop',
        'the load has started without this pod',
      ]);
    }
    assert.equal(endpoint.updates.of(UID).get(0)?.podUid, 'pod-0');
  });

  it('of a pod that starts under load is not stored, even when it is the first update', () => {
    const endpoint = dependenciesOf(started);
    const response = exchange(endpoint, runner, { phase: 'Starting' });
    assert.equal('instruction' in response && response.instruction, 'Stop');
    assert.equal(endpoint.updates.of(UID).size, 0);
  });

  it('that arrives after a later one is refused, and the later one stays', () => {
    const endpoint = dependenciesOf(started);
    const later: RunnerUpdate = { phase: 'Running', snapshot: { ...snapshot(5), elapsedMs: 12_000 } };
    exchange(endpoint, runner, later);
    const refusal = { status: 409, error: 'a later update of this runner is known' };
    assert.deepEqual(exchange(endpoint, runner, running), refusal);
    assert.deepEqual(exchange(endpoint, runner, { phase: 'Ready' }), refusal);
    assert.equal(endpoint.updates.of(UID).get(0)?.update.snapshot?.requests[0]?.counts.done, 5);
  });

  it('that is sent again does not change the counts', () => {
    const endpoint = dependenciesOf(started);
    for (let i = 0; i < 3; i++) assert.ok('instruction' in exchange(endpoint, runner, running));
    assert.equal(endpoint.updates.of(UID).get(0)?.update.snapshot?.requests[0]?.counts.done, 1);
  });

  it('gets a trial with the start that all runners have in common, although its plan was persisted late', () => {
    const load = { type: 'Capacity', capacity: { maxRate: 1000 } };
    const planned = (number: number) =>
      loadTest(
        { load },
        {
          loadStartTime: at(-10_000),
          capacity: { trial: { number, purpose: 'Climb', rate: 80, seconds: 5, startTime: at(-200) } },
        },
      );
    const endpoint = dependenciesOf(planned(0));
    const second = runnerOf(pod(1), () => job())!;
    const startOf = (sender: RunnerIdentity, number: number, nowMs: number) => {
      endpoint.test = () => planned(number);
      endpoint.now = () => nowMs;
      const instruction = exchange(endpoint, sender, running);
      return 'trial' in instruction ? instruction.trial?.startAtMs : undefined;
    };
    assert.deepEqual([startOf(runner, 0, NOW), startOf(second, 0, NOW + 30)], [NOW + 52, NOW + 52]);
    assert.deepEqual([startOf(second, 1, NOW + 100), startOf(runner, 1, NOW + 101)], [NOW + 152, NOW + 152]);
  });

  it('whose counts do not add up is refused with the path of the counts', () => {
    const forged = snapshot(1);
    forged.requests[0]!.counts.done = 1000;
    const response = parseUpdate(bytesOf(encodeRunnerUpdate({ phase: 'Running', snapshot: forged })));
    assert.match('error' in response ? response.error : '', /^snapshot\.requests\.0\.counts: made 1 is not done 1000/);
    const trial: MeasuredTrial = { number: 1, state: 'Running', lateMs: 0, ranMs: 10, snapshot: forged };
    const ofTrial = parseUpdate(bytesOf(encodeRunnerUpdate({ phase: 'Running', snapshot: snapshot(1), trial })));
    assert.match('error' in ofTrial ? ofTrial.error : '', /^trial\.snapshot\.requests\.0\.counts: made 1 is not/);
  });

  describe('of a runner that keeps the intervals of its run', () => {
    const end = (second: number): IntervalEnd => {
      const { counts, responseTime } = snapshot(10 * second).requests[0]!;
      return {
        elapsedMs: 1000 * second,
        threads: 1,
        ended: counts.done,
        done: counts.done,
        errors: 0,
        responseTime,
      };
    };
    const intervals: IntervalEnds = { stepMs: 1000, ends: [end(1), end(2)], last: end(3) };
    const other = runnerOf(pod(1), () => job())!;
    const finished: RunnerUpdate = { phase: 'Finished', snapshot: snapshot(30) };
    const isRequested = (response: ReturnType<typeof exchange>) =>
      'instruction' in response && response.wantsIntervals === true;

    it('gets a request for them until the runner has sent them', () => {
      const endpoint = dependenciesOf(started);
      assert.equal(isRequested(exchange(endpoint, runner, { ...running, intervals: 'Kept' })), false, 'not under load');
      assert.equal(isRequested(exchange(endpoint, runner, finished)), false, 'it has none');
      assert.equal(isRequested(exchange(endpoint, runner, { ...finished, intervals: 'Kept' })), true);
      assert.equal(isRequested(exchange(endpoint, runner, { ...finished, intervals })), false);
      assert.equal(isRequested(exchange(endpoint, runner, { ...finished, intervals: 'Kept' })), false);
      assert.equal(
        isRequested(exchange(endpoint, other, { ...finished, intervals: 'Kept' })),
        true,
        'the other has not sent its own',
      );
    });

    it('waits for its turn when there are many runners', () => {
      const endpoint = dependenciesOf(many);
      const send = (index: number, sent: 'Kept' | IntervalEnds) =>
        exchange(endpoint, { ...runner, index, podUid: `pod-${index}` }, { ...finished, intervals: sent });
      assert.deepEqual(
        [199, 200, 999].map((index) => isRequested(send(index, 'Kept'))),
        [true, false, false],
      );
      send(5, intervals);
      assert.deepEqual(
        [200, 201].map((index) => isRequested(send(index, 'Kept'))),
        [true, false],
      );
    });

    it('gets the request again from a restarted operator', () => {
      exchange(dependenciesOf(started), runner, { ...finished, intervals });
      assert.equal(isRequested(exchange(dependenciesOf(started), runner, { ...finished, intervals: 'Kept' })), true);
    });

    it('causes a reconcile when the last runner has sent its intervals, which are merged once each and not stored', () => {
      const endpoint = dependenciesOf(started);
      for (const one of [runner, other]) exchange(endpoint, one, { ...finished, intervals: 'Kept' });
      endpoint.enqueued.length = 0;
      exchange(endpoint, runner, { ...finished, intervals });
      exchange(endpoint, runner, { ...finished, intervals });
      assert.deepEqual(endpoint.enqueued, []);
      exchange(endpoint, other, { ...finished, intervals });
      assert.deepEqual(endpoint.enqueued, ['shop/checkout']);
      assert.deepEqual(intervalsBetween(endpoint.updates.intervals(UID)!.ends, specOf()).done, [20, 20, 20]);
      assert.equal(endpoint.updates.of(UID).get(0)?.update.intervals, 'Kept');
      endpoint.updates.forget(UID);
      assert.equal(endpoint.updates.intervals(UID), undefined);
    });

    it('is refused when a histogram of the intervals does not decode', () => {
      const last = { ...encodeIntervalEnds(intervals).last, responseTime: 'AAAA' };
      const broken = { ...encodeIntervalEnds(intervals), last };
      assert.deepEqual(parseUpdate(bytesOf({ ...encodeRunnerUpdate(finished), windows: broken })), {
        status: 400,
        error: 'windows.2.responseTime: must be an HdrHistogram in the V2 encoding',
      });
    });
  });

  it('of a complete test is not stored', () => {
    const endpoint = dependenciesOf(complete);
    exchange(endpoint, runner, running);
    assert.equal(endpoint.updates.of(UID).size, 0);
  });

  it('of a test that was replaced by another of the same name is not stored', () => {
    const endpoint = dependenciesOf();
    const response = exchange(endpoint, { ...runner, uid: 'another' }, running);
    assert.equal(endpoint.updates.of('another').size, 0);
    assert.equal('instruction' in response && response.instruction, 'Stop');
  });

  const request = (name: string) => ({ ...snapshot(1).requests[0]!, name });
  const foreign: [sentence: string, requests: ReturnType<typeof request>[], error: string][] = [
    ['without requests', [], 'and not none'],
    ['with another request', [request('order'), request('other')], 'and not order, other'],
    ['with too few requests', [request('order')], 'and not order'],
    ['with too many requests', ['order', 'items', 'more'].map(request), 'and not order, items, more'],
    ['with the requests in another order', [request('items'), request('order')], 'and not items, order'],
  ];
  for (const [sentence, requests, error] of foreign)
    it(`${sentence} is refused with their names and not stored, because it could not be merged`, () => {
      const endpoint = dependenciesOf(
        loadTest({ requests: [{ name: 'order' }, { name: 'items' }] }, { loadStartTime: at(300) }),
      );
      const responses = [{ code: '200', count: requests.length }];
      assert.deepEqual(
        exchange(endpoint, runner, { phase: 'Running', snapshot: { ...snapshot(1), requests, responses } }),
        {
          status: 400,
          error: `snapshot.requests: must be those of the spec, order, items, ${error}`,
        },
      );
      assert.deepEqual([endpoint.updates.of(UID).size, endpoint.enqueued], [0, []]);
    });

  it('that violates the schema is refused with the path of its field', () => {
    assert.deepEqual(
      parseUpdate(bytesOf({ phase: 'Running', snapshot: { ...encodeSnapshot(snapshot(1)), cpuMs: -1 } })),
      {
        status: 400,
        error: 'snapshot.cpuMs: Too small: expected number to be >=0',
      },
    );
  });

  it('with a histogram that does not decode is refused with the path of the histogram', () => {
    const broken = encodeSnapshot(snapshot(1));
    broken.requests[0]!.serviceTime = 'AAAA';
    assert.deepEqual(parseUpdate(bytesOf({ phase: 'Running', snapshot: broken })), {
      status: 400,
      error: 'snapshot.requests.0.serviceTime: must be an HdrHistogram in the V2 encoding',
    });
  });
});

describe('the runner of a pod', () => {
  const change = (metadata: Partial<Pod['metadata']>): Pod => ({
    ...pod(1),
    metadata: { ...pod(1).metadata, ...metadata },
  });
  const [owner] = pod(1).metadata.ownerReferences!;
  const rows: [sentence: string, pod: Pod, isRunner: boolean][] = [
    ['exists for a pod of the Job', pod(1), true],
    ['does not exist for a pod without labels', change({ labels: {} }), false],
    ['does not exist for a pod with our labels but without an owner', change({ ownerReferences: [] }), false],
    [
      'does not exist for a pod of another Job with the same name',
      change({ ownerReferences: [{ ...owner!, uid: 'forged' }] }),
      false,
    ],
    [
      'does not exist for a pod whose owner is of another kind',
      change({ ownerReferences: [{ ...owner!, kind: 'ReplicaSet' }] }),
      false,
    ],
    [
      'does not exist for a pod whose owner is not its controller',
      change({ ownerReferences: [{ ...owner!, controller: false }] }),
      false,
    ],
    [
      'does not exist for a pod without an index',
      change({ labels: { ...pod(1).metadata.labels, 'batch.kubernetes.io/job-completion-index': 'x' } }),
      false,
    ],
  ];
  for (const [sentence, candidate, isRunner] of rows) {
    it(sentence, () => {
      const found = runnerOf(candidate, () => job());
      assert.deepEqual(
        found,
        isRunner ? { namespace: 'shop', name: 'checkout', uid: UID, index: 1, podUid: 'pod-1' } : undefined,
      );
    });
  }

  it('does not exist for a pod of a Job that the LoadTest does not own', () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    assert.equal(
      runnerOf(pod(1), () => other),
      undefined,
    );
  });

  it('does not exist for a pod of a Job that is not known', () => {
    const lookups: string[] = [];
    const found = runnerOf(pod(1), (...names) => void lookups.push(names.join('/')));
    assert.deepEqual([found, lookups], [undefined, [`shop/${JOB}`]]);
  });
});
