import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { TrialState } from '../../../../../api/protocol/trial.ts';
import type { PlannedTrial } from '../../../../../api/status/capacity.ts';
import { isTrue } from '../../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../../api/status/loadtest-status.ts';
import type { RunnerUpdate } from '../../../../../model/wire/runner-update.ts';
import { reconcile } from '../../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../../operator/loadtest/observe/observed.ts';
import {
  at,
  conditionText,
  loadTest,
  NOW,
  observedState,
  snapshot,
  update,
} from '../../../../support/operator/operator-fixtures.ts';

const SPEC = {
  load: { type: 'Capacity', capacity: { maxRate: 1600, minRate: 100, precision: '10%', confirm: '10s' } },
  thresholds: [{ metric: 'responseTime.p99', max: '100ms' }],
};
const READY: RunnerUpdate = { phase: 'Ready' };
const BOTH = (sent: RunnerUpdate, nowMs: number) => new Map([update(0, sent, nowMs), update(1, sent, nowMs)]);

/** What each of two runners has measured of a trial, against a target that carries 1,000/s. */
function trialUpdate({ number, rate, seconds }: PlannedTrial, state: TrialState): RunnerUpdate {
  const own = { ...snapshot(Math.round((rate * seconds) / 2), rate <= 1000 ? 5 : 500), elapsedMs: seconds * 1000 };
  const trial = { number, state, lateMs: 0, ranMs: seconds * 1000, snapshot: own };
  return { phase: 'Running', trial, snapshot: { ...own, elapsedMs: 3_600_000 } };
}

function decide(status: LoadTestStatus, change: Partial<Observed>) {
  return reconcile(observedState({ test: loadTest(SPEC, status), ...change }));
}

/** The status at the start of the load. */
function started(): LoadTestStatus {
  const { status } = decide({ startTime: at(-1000) }, { updates: BOTH(READY, NOW) });
  assert.equal(conditionText(status, 'Running'), 'True/LoadStarted');
  return status!;
}

/** Each persisted status of a search up to its result; in each, `interrupted` may change what this operator knows. */
function statusesOf(interrupted: (status: LoadTestStatus, nowMs: number) => void = () => {}): LoadTestStatus[] {
  const statuses = [started()];
  for (let nowMs = NOW; statuses.at(-1)!.capacity?.trial !== undefined && statuses.length < 70; ) {
    const status = statuses.at(-1)!;
    const { trial } = status.capacity!;
    interrupted(status, nowMs);
    nowMs = Date.parse(trial!.startTime!) + trial!.seconds * 1000 + 1000;
    const decision = decide(status, { nowMs, updates: BOTH(trialUpdate(trial!, 'Done'), nowMs), lastWriteMs: nowMs });
    statuses.push(decision.status!);
  }
  return statuses;
}

describe('a capacity search in the operator', () => {
  const statuses = statusesOf();
  const last = statuses.at(-1)!;

  it('begins its first trial with the load', () => {
    const { capacity, loadStartTime } = statuses[0]!;
    assert.deepEqual(capacity?.trial, {
      number: 0,
      purpose: 'WarmUp',
      rate: 100,
      seconds: 10,
      startTime: loadStartTime,
    });
    assert.ok(capacity.expected!.trials > 5, 'the expected number of trials is known before the load');
  });
  it('writes the status once a trial', () =>
    assert.deepEqual(
      statuses.map(({ capacity }) => capacity?.trials?.length),
      statuses.map((_, index) => index),
    ));
  it('begins each trial after the one before, for all runners together', () => {
    const begins = statuses.flatMap(({ capacity }) => capacity?.trial?.startTime ?? []);
    assert.deepEqual(begins, begins.toSorted());
    assert.equal(new Set(begins).size, begins.length);
  });
  it('finds the capacity', () => {
    const { reason, low = 0, high = 0, limitedBy, rate = 0 } = last.capacity!;
    assert.equal(reason, 'Found');
    assert.ok(low <= 1000 && high >= 1000 && high / low <= 1.1, `${low} to ${high}`);
    assert.ok(rate > 900 && rate <= 1000, `${rate}`);
    assert.deepEqual(limitedBy, { metric: 'responseTime.p99' });
  });
  it('then stops the runners, which is no abort', () => {
    const decision = decide(last, {
      updates: BOTH({ phase: 'Running', snapshot: snapshot(10) }, NOW + 9e5),
      nowMs: NOW + 9e5,
    });
    assert.deepEqual(decision.actions, [{ type: 'StopRunners', reason: 'the search is over' }]);
    assert.equal(conditionText(last, 'Complete'), 'False/Finishing');
  });
  it('keeps its result when the test is complete', () => {
    const { status } = decide(last, {
      updates: BOTH({ phase: 'Finished', snapshot: snapshot(10) }, NOW + 9e5),
      nowMs: NOW + 9e5,
    });
    assert.equal(conditionText(status, 'Complete'), 'True/Finished');
    assert.deepEqual(status?.capacity, last.capacity);
  });

  it('goes on after a restart at any moment, and counts no trial twice', () => {
    const restarted = statusesOf((status, nowMs) => {
      const { trial } = status.capacity!;
      const silent = decide(status, { nowMs, updates: new Map(), listeningSinceMs: nowMs, lastWriteMs: nowMs });
      assert.equal(silent.status, undefined, 'a new operator waits for its runners');
      for (const state of ['Pending', 'Running', 'Settling'] as const) {
        const updates = new Map([
          update(0, trialUpdate(trial!, 'Done'), nowMs),
          update(1, trialUpdate({ ...trial!, rate: 10 }, state), nowMs),
        ]);
        assert.equal(decide(status, { nowMs, updates, lastWriteMs: nowMs }).status, undefined, state);
      }
      const earlier = trialUpdate({ ...trial!, number: trial!.number + 1 }, 'Done');
      assert.equal(decide(status, { nowMs, updates: BOTH(earlier, nowMs), lastWriteMs: nowMs }).status, undefined);
    });
    assert.deepEqual(restarted, statuses);
  });
});

test('a trial that is certain to fail ends early', () => {
  const status = started();
  const trial = { number: 1, purpose: 'Climb', rate: 1600, seconds: 10, startTime: at(0) } as const;
  const warm = { number: 0, purpose: 'WarmUp', rate: 100, seconds: 10, achieved: 100, good: true } as const;
  const under = { ...status, capacity: { ...status.capacity, trial, trials: [warm] } };
  const updates = BOTH(trialUpdate(trial, 'Running'), NOW);
  assert.deepEqual(decide(under, { updates }).actions, [{ type: 'EndTrial', number: 1 }]);
  assert.equal(
    decide(under, { updates: BOTH(trialUpdate({ ...trial, rate: 800 }, 'Running'), NOW) }).requeueAfterMs,
    1000,
  );
});

describe('a search whose load ends before it has a result is unfinished', () => {
  const status = statusesOf().at(4)!;
  const ended = (change: Partial<Observed>, spec: object = {}) =>
    reconcile(observedState({ test: loadTest({ ...SPEC, ...spec }, status), nowMs: NOW + 60_000, ...change }));
  const finished = { phase: 'Finished', snapshot: snapshot(10) } as const;

  it('by a lost runner, also with onLoss Continue', () => {
    const updates = new Map([
      update(0, finished, NOW + 59_000),
      update(1, { phase: 'Failed', message: 'out of memory', snapshot: snapshot(5) }, NOW + 59_000),
    ]);
    const { status: end } = ended({ updates }, { runners: { replicas: 2, onLoss: 'Continue' } });
    assert.ok(isTrue(end?.conditions, 'Complete'));
    assert.equal(end?.capacity?.reason, 'Unfinished');
    assert.deepEqual(end.capacity.trials, status.capacity?.trials);
  });
  it('and stops the other runners', () => {
    const updates = new Map([
      update(0, trialUpdate(status.capacity!.trial!, 'Running'), NOW + 59_000),
      update(1, { phase: 'Failed', message: 'out of memory' }, NOW + 59_000),
    ]);
    const { actions } = ended({ updates }, { runners: { replicas: 2, onLoss: 'Continue' } });
    assert.ok(actions.some(({ type }) => type === 'StopRunners'));
  });
});
