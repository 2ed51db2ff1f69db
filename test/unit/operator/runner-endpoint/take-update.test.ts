import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { IntervalEnd, IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { intervalsBetween } from '../../../../model/compare/intervals.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import type { EndpointDependencies } from '../../../../operator/runner-endpoint/dependencies.ts';
import { type RunnerIdentity, runnerOf } from '../../../../operator/runner-endpoint/identity/runner-identity.ts';
import { instructionFor } from '../../../../operator/runner-endpoint/instruction/instruction-for.ts';
import type { Refusal } from '../../../../operator/runner-endpoint/refusal.ts';
import { takeUpdate } from '../../../../operator/runner-endpoint/take-update.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { at, job, loadTest, NOW, pod, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';
import { specOf } from '../../../support/results/comparison-runs.ts';

const started = loadTest({}, { loadStartTime: at(300) });
const complete = loadTest(
  {},
  {
    conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }],
  },
);
const many = loadTest({ runners: { replicas: 1000 } }, { loadStartTime: at(300) });

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
    const taken = takeUpdate(dependencies, sender, Buffer.from(JSON.stringify(encodeRunnerUpdate(update))));
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
});
