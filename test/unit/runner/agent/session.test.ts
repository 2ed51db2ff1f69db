import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { Session } from '../../../../runner/agent/session.ts';
import type { WorkerPool } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/assignment.ts';

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
  last: { elapsedMs: 1, threads: 1, generated: 0, done: 0, errors: 0, responseTime: PackedHistogram.EMPTY },
};

type Response = Partial<Instruction> & { instruction: Instruction['instruction'] };

/** A session with an operator that responds with `responses` in turn (an Error: no response), and a worker pool that ends when it is stopped. */
function play(responses: (Response | Error)[], { problem }: { problem?: string } = {}) {
  const reports: RunnerUpdate[] = [];
  const calls: string[] = [];
  const kept: RunnerUpdate[] = [];
  const over = Promise.withResolvers<Snapshot[]>();
  const pool: WorkerPool = {
    start: (atMs) => calls.push(`start ${atMs}`),
    stop: () => {
      calls.push('stop');
      over.resolve([SNAPSHOT]);
    },
    snapshots: () => (calls.some((c) => c.startsWith('start')) ? [SNAPSHOT] : []),
    intervals: () => INTERVALS,
    done: over.promise,
    close: async () => {},
  };
  const session = new Session({
    clock: new OperatorClock(),
    log: () => {},
    persist: (report) => kept.push(report),
    prepare: async () => (problem === undefined ? { pool, script: undefined } : { reason: 'RunnerFailed', problem }),
    exchange: async (report) => {
      reports.push(report);
      const response = responses.shift();
      if (response === undefined) throw new Error('the test has no more responses');
      if (response instanceof Error) return { problem: response.message };
      return { nowMs: Date.now(), nextReportMs: 1, ...response };
    },
  });
  const phases = () => reports.map((r) => r.phase);
  return { session, reports, phases, calls, kept, over };
}

const PREPARE: Response = { instruction: 'Prepare', assignment: ASSIGNMENT };
const WAIT: Response = { instruction: 'Wait' };
const START: Response = { instruction: 'Start', startAtMs: 12_345 };
const CONTINUE: Response = { instruction: 'Continue' };
const STOP: Response = { instruction: 'Stop', reason: 'deleted' };
const ACCEPTED: Response = { instruction: 'Accepted' };

test('a runner prepares, waits at the barrier, starts once, and repeats its final report until it is accepted', async () => {
  const { session, phases, calls, over, reports } = play([
    PREPARE,
    WAIT,
    WAIT,
    START,
    CONTINUE,
    CONTINUE,
    CONTINUE,
    ACCEPTED,
  ]);
  setTimeout(() => over.resolve([SNAPSHOT]), 0);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(phases().slice(0, 4), ['Starting', 'Ready', 'Ready', 'Ready']);
  assert.equal(phases().at(-1), 'Finished');
  assert.deepEqual(calls, ['start 12345']);
  assert.equal(reports.at(-1)?.startedAtMs, 12_345);
  assert.deepEqual(reports.at(-1)?.snapshot, SNAPSHOT);
});

test('the intervals of the run are sent on demand, and again to an operator that did not receive them', async () => {
  const wants: Response = { ...WAIT, wantsIntervals: true };
  const { session, reports, over } = play([PREPARE, START, WAIT, wants, new Error('gone'), WAIT, wants, ACCEPTED]);
  over.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(
    reports.map(({ phase, intervals }) => (phase === 'Finished' ? intervals : phase)),
    ['Starting', 'Ready', 'Kept', 'Kept', INTERVALS, INTERVALS, 'Kept', INTERVALS],
  );
});

test('an operator that does not respond for a while changes nothing', async () => {
  const { session, phases, over } = play([PREPARE, START, new Error('gone'), CONTINUE, new Error('gone'), ACCEPTED]);
  over.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.ok(phases().includes('Finished'));
});

test('a stop during the load cuts it off, and the report of what there is follows', async () => {
  const { session, phases, calls } = play([PREPARE, START, STOP, ACCEPTED]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls, ['start 12345', 'stop']);
  assert.deepEqual(phases(), ['Starting', 'Ready', 'Running', 'Finished']);
});

test('a stop before the load ends the runner', async () => {
  const { session, calls } = play([PREPARE, WAIT, STOP]);
  assert.equal(await session.run(), 'stopped');
  assert.deepEqual(calls, []);
});

test('a runner that cannot carry out its assignment reports why', async () => {
  const { session, reports } = play([PREPARE, ACCEPTED], { problem: 'not found: key "password" of Secret "login"' });
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual([reports[1]?.phase, reports[1]?.message], ['Failed', 'not found: key "password" of Secret "login"']);
});

test('a load generator that fails is reported with its error', async () => {
  const { session, reports, over } = play([PREPARE, START, CONTINUE, ACCEPTED]);
  setTimeout(() => over.reject(new Error('out of memory')), 0);
  assert.equal(await session.run(), 'accepted');
  assert.match(reports.at(-1)?.message ?? '', /failed: out of memory/);
});

test('a runner that is terminated under load sends one more update, as a failure, because its share is incomplete', async () => {
  const { session, reports, calls } = play([
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
  assert.equal(reports.at(-1)?.phase, 'Failed');
  assert.match(reports.at(-1)?.message ?? '', /terminated before/);
});

test('what a runner measured last is kept where it outlives the pod, with how it ended', async () => {
  const { session, kept, over } = play([PREPARE, START, ACCEPTED]);
  over.resolve([SNAPSHOT]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(
    kept.map((r) => [r.phase, r.startedAtMs, r.snapshot]),
    [['Finished', 12_345, SNAPSHOT]],
  );
});

test('every new measurement under load is kept once', async () => {
  const { session, kept, over } = play([PREPARE, START, ...Array.from({ length: 400 }, () => CONTINUE), ACCEPTED]);
  const running = session.run();
  await new Promise((waited) => setTimeout(waited, 450));
  over.resolve([SNAPSHOT]);
  await running;
  assert.deepEqual(
    kept.map((r) => r.phase),
    ['Running', 'Finished'],
  );
});

test('a runner that is terminated during a long poll ends at once, and does not start when the response asks for it', async () => {
  const said: [phase: RunnerUpdate['phase'], atOnce: boolean | undefined][] = [];
  const started: number[] = [];
  const [ready, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const told = (response: Response): Instruction => ({ nowMs: 0, nextReportMs: 0, ...response });
  const session = new Session({
    clock: new OperatorClock(),
    log: () => {},
    persist: () => {},
    prepare: async () => ({
      pool: {
        start: (atMs) => started.push(atMs),
        stop: () => {},
        snapshots: () => [],
        intervals: () => undefined,
        done: new Promise(() => {}),
        close: async () => {},
      },
      script: undefined,
    }),
    exchange: async ({ phase }, mode) => {
      said.push([phase, mode?.atOnce]);
      if (phase === 'Starting') return told(PREPARE);
      if (mode?.atOnce) return told(WAIT);
      ready.resolve();
      await held.promise;
      return told(START);
    },
  });
  const running = session.run();
  await ready.promise;
  await session.end();
  held.resolve();
  assert.equal(await running, 'stopped');
  assert.deepEqual(said, [
    ['Starting', undefined],
    ['Ready', undefined],
    ['Ready', true],
  ]);
  assert.deepEqual(started, []);
});

test('a terminated runner repeats its last update while the operator does not respond', async () => {
  const { session, reports } = play([
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
    reports.slice(-2).map((r) => r.phase),
    ['Failed', 'Failed'],
  );
});
