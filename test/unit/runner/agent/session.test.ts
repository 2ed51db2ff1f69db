import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import type { ExchangeProblem } from '../../../../runner/agent/operator-client.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { Session } from '../../../../runner/agent/session.ts';
import { PoolTrials } from '../../../../runner/workers/pool-trials.ts';
import type { WorkerPool } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

const SNAPSHOT: Snapshot = {
  elapsedMs: 1,
  requests: [],
  responses: [],
  errors: [],
  pacingLag: PackedHistogram.EMPTY,
  cpuMs: 0,
  eventLoopUtilization: 0,
};

const INTERVALS: IntervalEnds = {
  stepMs: 1000,
  ends: [],
  last: { elapsedMs: 1, threads: 1, ended: 0, done: 0, errors: 0, responseTime: PackedHistogram.EMPTY },
};

type Response = Partial<Instruction> & { instruction: Instruction['instruction'] };

/** A session with an operator that sends `responses` in turn (an Error: no response), and a worker pool that ends when it is stopped. */
function createSession(responses: (Response | ExchangeProblem | Error)[], { problem }: { problem?: string } = {}) {
  const updates: RunnerUpdate[] = [];
  const calls: string[] = [];
  const persisted: RunnerUpdate[] = [];
  const logged: string[] = [];
  const done = Promise.withResolvers<Snapshot[]>();
  const pool: WorkerPool = {
    start: (atMs) => calls.push(`start ${atMs}`),
    trials: new PoolTrials([]),
    stop: () => {
      calls.push('stop');
      done.resolve([SNAPSHOT]);
    },
    snapshots: () => (calls.some((c) => c.startsWith('start')) ? [SNAPSHOT] : []),
    intervals: () => INTERVALS,
    done: done.promise,
    close: async () => {},
  };
  const session = new Session({
    clock: new OperatorClock(),
    log: (message) => logged.push(message),
    persist: (update) => persisted.push(update),
    prepare: async () => (problem === undefined ? { pool, script: undefined } : { reason: 'RunnerFailed', problem }),
    exchange: async (update) => {
      updates.push(update);
      const response = responses.shift();
      if (response === undefined) throw new Error('the test has no more responses');
      if (response instanceof Error) return { problem: response.message };
      if ('problem' in response) return response;
      return { nowMs: Date.now(), nextReportMs: 1, ...response };
    },
  });
  const phases = () => updates.map((r) => r.phase);
  return { session, updates, phases, calls, persisted, logged, done };
}

const PREPARE: Response = { instruction: 'Prepare', assignment: ASSIGNMENT };
const WAIT: Response = { instruction: 'Wait' };
const START: Response = { instruction: 'Start', startAtMs: 12_345 };
const CONTINUE: Response = { instruction: 'Continue' };
const STOP: Response = { instruction: 'Stop', reason: 'deleted' };
const ACCEPTED: Response = { instruction: 'Accepted' };

test('a runner prepares, waits at the barrier, starts once, and repeats its final update until it is accepted', async () => {
  const { session, phases, calls, done, updates } = createSession([
    PREPARE,
    WAIT,
    WAIT,
    START,
    CONTINUE,
    CONTINUE,
    CONTINUE,
    ACCEPTED,
  ]);
  setTimeout(() => done.resolve([SNAPSHOT]), 0);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(phases().slice(0, 4), ['Starting', 'Ready', 'Ready', 'Ready']);
  assert.equal(phases().at(-1), 'Finished');
  assert.deepEqual(calls, ['start 12345']);
  assert.equal(updates.at(-1)?.startedAtMs, 12_345);
  assert.deepEqual(updates.at(-1)?.snapshot, SNAPSHOT);
});

test('a runner that is stopped by each response cuts its load off and logs the reason once', async () => {
  const { session, logged, calls } = createSession([PREPARE, START, STOP, STOP, STOP, ACCEPTED]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(logged, ['stopping: deleted']);
  assert.deepEqual(calls, ['start 12345', 'stop']);
});

test('the intervals of the run are sent on demand, and again to an operator that did not receive them', async () => {
  const wants: Response = { ...WAIT, wantsIntervals: true };
  const { session, updates, done } = createSession([
    PREPARE,
    START,
    WAIT,
    wants,
    new Error('gone'),
    WAIT,
    wants,
    ACCEPTED,
  ]);
  done.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(
    updates.map(({ phase, intervals }) => (phase === 'Finished' ? intervals : phase)),
    ['Starting', 'Ready', 'Kept', 'Kept', INTERVALS, INTERVALS, 'Kept', INTERVALS],
  );
});

test('a run survives an operator that has too much to do, tries again when it says, and loses nothing', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const settled = () => new Promise((done) => setImmediate(done));
  const BUSY = { problem: 'busy', retryAfterMs: 3000 };
  // Longer than a runner waits for an operator that is away.
  const forLong = Array.from({ length: 101 }, () => BUSY);
  const { session, updates, done } = createSession([PREPARE, START, ...forLong, ACCEPTED]);
  done.resolve([SNAPSHOT]);
  const outcome = session.run();
  await settled();
  const before = updates.length;
  t.mock.timers.tick(2999);
  await settled();
  assert.equal(updates.length, before);
  t.mock.timers.tick(1);
  await settled();
  assert.equal(updates.length, before + 1);
  for (let i = 0; i < 101; i++) {
    t.mock.timers.tick(3000);
    await settled();
  }
  assert.equal(await outcome, 'accepted');
  assert.deepEqual(updates.at(-1)?.snapshot, SNAPSHOT);
});

test('a run survives an operator that does not respond for a while', async () => {
  const { session, phases, done } = createSession([
    PREPARE,
    START,
    new Error('gone'),
    CONTINUE,
    new Error('gone'),
    ACCEPTED,
  ]);
  done.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.ok(phases().includes('Finished'));
});

test('a stop under load ends the load, and the runner sends its measurements so far', async () => {
  const { session, phases, calls } = createSession([PREPARE, START, STOP, ACCEPTED]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls, ['start 12345', 'stop']);
  assert.deepEqual(phases(), ['Starting', 'Ready', 'Running', 'Finished']);
});

test('a stop before the load ends the runner', async () => {
  const { session, calls } = createSession([PREPARE, WAIT, STOP]);
  assert.equal(await session.run(), 'stopped');
  assert.deepEqual(calls, []);
});

test('a runner that cannot carry out its assignment reports the reason', async () => {
  const { session, updates } = createSession([PREPARE, ACCEPTED], {
    problem: 'not found: key "password" of Secret "login"',
  });
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual([updates[1]?.phase, updates[1]?.message], ['Failed', 'not found: key "password" of Secret "login"']);
});

test('a load generator that fails is reported with its error', async () => {
  const { session, updates, done } = createSession([PREPARE, START, CONTINUE, ACCEPTED]);
  setTimeout(() => done.reject(new Error('out of memory')), 0);
  assert.equal(await session.run(), 'accepted');
  assert.match(updates.at(-1)?.message ?? '', /failed: out of memory/);
});

test('a runner that is terminated under load sends a final update with phase Failed, because its share is incomplete', async () => {
  const { session, updates, calls } = createSession([
    PREPARE,
    START,
    CONTINUE,
    CONTINUE,
    CONTINUE,
    CONTINUE,
    CONTINUE,
    CONTINUE,
  ]);
  const running = session.run();
  await new Promise((waited) => setTimeout(waited, 3));
  await session.end();
  assert.equal(await running, 'stopped');
  assert.deepEqual(calls, ['start 12345', 'stop']);
  assert.equal(updates.at(-1)?.phase, 'Failed');
  assert.match(updates.at(-1)?.message ?? '', /terminated before/);
});

test('the final measurements of a runner are persisted, with its outcome, where they outlive the pod', async () => {
  const { session, persisted, done } = createSession([PREPARE, START, ACCEPTED]);
  done.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(
    persisted.map((r) => [r.phase, r.startedAtMs, r.snapshot]),
    [['Finished', 12_345, SNAPSHOT]],
  );
});

test('each new measurement under load is persisted once', async () => {
  const { session, persisted, done } = createSession([
    PREPARE,
    START,
    ...Array.from({ length: 400 }, () => CONTINUE),
    ACCEPTED,
  ]);
  const running = session.run();
  await new Promise((waited) => setTimeout(waited, 450));
  done.resolve([SNAPSHOT]);
  await running;
  assert.deepEqual(
    persisted.map((r) => r.phase),
    ['Running', 'Finished'],
  );
});

test('a runner that is terminated during a long poll ends at once, even if the response instructs it to start', async () => {
  const updates: [phase: RunnerUpdate['phase'], atOnce: boolean | undefined][] = [];
  const started: number[] = [];
  const [ready, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const instructionOf = (response: Response): Instruction => ({ nowMs: 0, nextReportMs: 0, ...response });
  const session = new Session({
    clock: new OperatorClock(),
    log: () => {},
    persist: () => {},
    prepare: async () => ({
      pool: {
        start: (atMs) => started.push(atMs),
        trials: new PoolTrials([]),
        stop: () => {},
        snapshots: () => [],
        intervals: () => undefined,
        done: new Promise(() => {}),
        close: async () => {},
      },
      script: undefined,
    }),
    exchange: async ({ phase }, mode) => {
      updates.push([phase, mode?.atOnce]);
      if (phase === 'Starting') return instructionOf(PREPARE);
      if (mode?.atOnce) return instructionOf(WAIT);
      ready.resolve();
      await held.promise;
      return instructionOf(START);
    },
  });
  const running = session.run();
  await ready.promise;
  await session.end();
  held.resolve();
  assert.equal(await running, 'stopped');
  assert.deepEqual(updates, [
    ['Starting', undefined],
    ['Ready', undefined],
    ['Ready', true],
  ]);
  assert.deepEqual(started, []);
});

test('a terminated runner repeats its last update while the operator does not respond', async () => {
  const { session, updates } = createSession([
    PREPARE,
    START,
    { ...CONTINUE, nextReportMs: 100_000 },
    new Error('away'),
    CONTINUE,
  ]);
  void session.run();
  await new Promise((waited) => setTimeout(waited, 30));
  await session.end();
  assert.deepEqual(
    updates.slice(-2).map((r) => r.phase),
    ['Failed', 'Failed'],
  );
});

test('a runner ends whose assignment only another version can read, so that the operator replaces it; under load it goes on', async () => {
  const unreadable = { problem: 'assignment.spec: Unrecognized key', isUnreadable: true } as const;
  const { session, updates } = createSession([unreadable]);
  assert.equal(await session.run(), 'abandoned');
  assert.equal(updates.length, 1);
  const underLoad = createSession([PREPARE, START, unreadable, ACCEPTED]);
  underLoad.done.resolve([SNAPSHOT]);
  assert.equal(await underLoad.session.run(), 'accepted');
});
