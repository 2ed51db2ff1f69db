import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { Session } from '../../../../runner/agent/session.ts';
import type { Unfit } from '../../../../runner/preparation/unfit.ts';
import type { ScriptHost } from '../../../../runner/script/script-host.ts';
import { PoolTrials } from '../../../../runner/workers/pool-trials.ts';
import type { WorkerPool } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

const PREPARE: Partial<Instruction> = {
  instruction: 'Prepare',
  assignment: ASSIGNMENT,
};
const START: Partial<Instruction> = { instruction: 'Start', startAtMs: 12_345, setup: '{"token":"abc"}' };

/** A session with an empty load and an operator that sends `responses` in turn. `teardown` is the problem of the teardown. */
function createSession(responses: Partial<Instruction>[], teardown?: string, unfit?: Unfit) {
  const updates: RunnerUpdate[] = [];
  const calls: string[] = [];
  let teardownPending = true;
  const script: ScriptHost = {
    setup: '{"token":"abc"}',
    get teardownPending() {
      return teardownPending;
    },
    async tearDown() {
      teardownPending = false;
      calls.push('teardown');
      return teardown;
    },
  };
  const pool: WorkerPool = {
    start: (_, setup) => calls.push(`start with ${setup}`),
    trials: new PoolTrials([]),
    stop: () => calls.push('stop'),
    snapshots: () => [],
    intervals: () => undefined,
    done: Promise.resolve([]),
    close: async () => {},
  };
  const session = new Session({
    clock: new OperatorClock(),
    log: () => {},
    persist: () => {},
    prepare: async () => unfit ?? { pool, script },
    exchange: async (update) => {
      updates.push(update);
      const response = responses.shift();
      if (response === undefined) throw new Error('the test has no more responses');
      return { instruction: 'Wait', nowMs: Date.now(), nextReportMs: 1, ...response };
    },
  });
  return { session, updates, calls };
}

test('a runner sends the result of setup to the operator, and receives it with the start', async () => {
  const { session, updates, calls } = createSession([PREPARE, START, {}, { instruction: 'Accepted' }]);
  await session.run();
  assert.deepEqual(calls[0], 'start with {"token":"abc"}');
  assert.equal(updates[0]?.setup, undefined);
  assert.ok(updates.slice(1).every(({ setup }) => setup === '{"token":"abc"}'));
});

test('the teardown runs on instruction of the operator, and its end is reported at once', async () => {
  const { session, updates, calls } = createSession([
    PREPARE,
    START,
    { instruction: 'TearDown' },
    {},
    { instruction: 'Accepted' },
  ]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls.slice(1), ['teardown']);
  assert.deepEqual(
    updates.map((r) => r.teardown?.state),
    [undefined, 'Pending', 'Pending', 'Done', 'Done'],
  );
});

test('a failed teardown is reported with its reason', async () => {
  const { session, updates } = createSession(
    [PREPARE, START, { instruction: 'TearDown' }, { instruction: 'Accepted' }],
    'no way',
  );
  await session.run();
  assert.deepEqual(updates.at(-1)?.teardown, { state: 'Failed', message: 'no way' });
});

test('a runner whose test is gone runs the teardown by itself', async () => {
  const { session, calls } = createSession([PREPARE, START, { instruction: 'Accepted' }]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls.slice(1), ['teardown']);
});

test('a runner that is stopped before the load runs the teardown by itself', async () => {
  const { session, calls } = createSession([PREPARE, { instruction: 'Stop', reason: 'deleted' }]);
  assert.equal(await session.run(), 'stopped');
  assert.deepEqual(calls, ['teardown']);
});

test('a script that cannot run is reported with the reason', async () => {
  const unfit: Unfit = { problem: 'script: hooks.js:3: SyntaxError: x', reason: 'ScriptInvalid' };
  const { session, updates } = createSession([PREPARE, { instruction: 'Accepted' }], undefined, unfit);
  await session.run();
  assert.deepEqual(updates.at(-1), { phase: 'Failed', message: unfit.problem, reason: 'ScriptInvalid' });
});
