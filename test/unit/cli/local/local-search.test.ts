import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it, test } from 'node:test';
import { loadTestSchema, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { TrialPlan } from '../../../../api/protocol/trial.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { LocalSearch } from '../../../../cli/local/local-search.ts';
import type { MeasuredTrial } from '../../../../model/measure/trial/measured-trial.ts';
import { trialOutcome } from '../../../../render/common/capacity.ts';
import { quietRun } from '../../../support/quiet-run.ts';
import { snapshotOf } from '../../../support/results/summary.ts';

const LOAD = { type: 'Capacity', capacity: { minRate: 20, maxRate: 20, trialDuration: '1s', confirm: '0s' } };
const SPEC = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: LOAD });
const T0 = Date.parse('2026-03-01T12:00:00.000Z');

/** A pool whose trials end when the test says so. */
function fakePool() {
  const begun: TrialPlan[] = [];
  const ended: number[] = [];
  let done = Promise.withResolvers<MeasuredTrial>();
  let newest: MeasuredTrial | undefined;
  let isStopped = false;
  const pool = {
    trials: {
      begin: (plan: TrialPlan) => {
        begun.push(plan);
        done = Promise.withResolvers();
      },
      end: (number: number) => void ended.push(number),
      get newest() {
        return newest;
      },
      get done() {
        return done.promise;
      },
    },
    stop: () => {
      isStopped = true;
    },
  };
  const measured = (state: MeasuredTrial['state'], unexpected: number): MeasuredTrial => {
    const snapshot = snapshotOf('default', 20);
    snapshot.requests[0]!.counts.unexpected = unexpected;
    return { number: begun.at(-1)!.number, state, lateMs: 0, ranMs: 1000, snapshot };
  };
  return {
    pool,
    begun,
    ended,
    isStopped: () => isStopped,
    /** All workers are done with the newest trial. */
    finish: async (unexpected = 0) => {
      newest = measured('Done', unexpected);
      done.resolve(newest);
      await done.promise;
      await Promise.resolve();
    },
    run: (unexpected: number) => {
      newest = measured('Running', unexpected);
    },
  };
}

describe('the search of a local run', () => {
  const options = (interrupt = new AbortController().signal) => ({ loadStartMs: T0, now: () => T0 + 5000, interrupt });

  it('begins its first trial with the load, the others shortly after the one before, and stops with its result', async () => {
    const { pool, begun, finish, isStopped } = fakePool();
    const search = new LocalSearch(pool, SPEC, options());
    assert.deepEqual(begun, [{ number: 0, rate: 20, startAtMs: T0, durationMs: 1000 }]);
    await finish();
    assert.deepEqual(begun[1], { number: 1, rate: 20, startAtMs: T0 + 5100, durationMs: 1000 });
    for (let i = 0; i < 2; i++) await finish();
    assert.deepEqual([begun.length, isStopped()], [4, false]);
    await finish();
    assert.deepEqual([begun.length, isStopped(), search.ended().reason], [4, true, 'AboveRange']);
  });

  it('ends the arrivals of a trial that cannot become good', async () => {
    const { pool, ended, finish, run } = fakePool();
    const search = new LocalSearch(pool, SPEC, options());
    await finish();
    run(0);
    search.look();
    assert.deepEqual(ended, []);
    run(5);
    search.look();
    assert.deepEqual(ended, [1]);
  });

  it('counts no trial that an interrupt cut off', async () => {
    const { pool, begun, finish } = fakePool();
    const interrupt = new AbortController();
    const search = new LocalSearch(pool, SPEC, options(interrupt.signal));
    await finish();
    interrupt.abort(130);
    await finish();
    assert.equal(begun.length, 2);
    const { reason, trials } = search.ended();
    assert.deepEqual([reason, trials?.length], ['Unfinished', 1]);
  });
});

test('a local search runs its trials in one run, whose counts are those of the target', async () => {
  let received = 0;
  const server = createServer((_, response) => {
    received++;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spec = {
    target: { url },
    load: LOAD,
    runners: { replicas: 2 },
    thresholds: [{ metric: 'errors', max: '50%' }],
  };
  const { status } = await runLocally({
    ...quietRun(),
    runners: 2,
    cores: 2,
    test: loadTestSchema.parse({
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      metadata: { name: 'search' },
      spec,
    }),
  });
  const trials = status.capacity?.trials ?? [];
  // A trial in which this machine paused is void, and the search repeats it.
  const counted = trials.filter(({ generator }) => generator === undefined);
  assert.deepEqual(counted.map(trialOutcome), ['none', 'good', 'good', 'good'], JSON.stringify(trials));
  assert.equal(status.capacity?.reason, 'AboveRange');
  assert.equal(findCondition(status.conditions, 'Passed')?.reason, 'AboveRange');
  assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'Finished');
  assert.equal(status.counts?.generated, trials.length * 20);
  assert.equal(received, trials.length * 20);
});
