import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { Session } from '../../../../runner/agent/session.ts';
import type { Unfit } from '../../../../runner/preparation/unfit.ts';
import type { ScriptHost } from '../../../../runner/script/script-host.ts';
import type { WorkerPool } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/assignment.ts';

const PREPARE: Partial<Instruction> = {
  instruction: 'Prepare',
  assignment: ASSIGNMENT,
};
const START: Partial<Instruction> = { instruction: 'Start', startAtMs: 12_345, setup: '{"token":"abc"}' };

/** A session with a load that is over at once and an operator that responds with `responses` in turn; `teardown` is the problem of the teardown. */
function play(responses: Partial<Instruction>[], teardown?: string, unfit?: Unfit) {
  const reports: RunnerUpdate[] = [];
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
    exchange: async (report) => {
      reports.push(report);
      const response = responses.shift();
      if (response === undefined) throw new Error('the test has no more responses');
      return { instruction: 'Wait', nowMs: Date.now(), nextReportMs: 1, ...response };
    },
  });
  return { session, reports, calls };
}

test('the result of setup goes to the operator and comes back with the start', async () => {
  const { session, reports, calls } = play([PREPARE, START, {}, { instruction: 'Accepted' }]);
  await session.run();
  assert.deepEqual(calls[0], 'start with {"token":"abc"}');
  assert.equal(reports[0]?.setup, undefined);
  assert.ok(reports.slice(1).every(({ setup }) => setup === '{"token":"abc"}'));
});

test('the teardown runs when the operator instructs it, and its end is reported at once', async () => {
  const { session, reports, calls } = play([
    PREPARE,
    START,
    { instruction: 'TearDown' },
    {},
    { instruction: 'Accepted' },
  ]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls.slice(1), ['teardown']);
  assert.deepEqual(
    reports.map((r) => r.teardown?.state),
    [undefined, 'Pending', 'Pending', 'Done', 'Done'],
  );
});

test('a failed teardown is reported with its reason', async () => {
  const { session, reports } = play(
    [PREPARE, START, { instruction: 'TearDown' }, { instruction: 'Accepted' }],
    'no way',
  );
  await session.run();
  assert.deepEqual(reports.at(-1)?.teardown, { state: 'Failed', message: 'no way' });
});

test('a runner whose test is gone tears down by itself', async () => {
  const { session, calls } = play([PREPARE, START, { instruction: 'Accepted' }]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls.slice(1), ['teardown']);
});

test('so does one that is stopped before the load', async () => {
  const { session, calls } = play([PREPARE, { instruction: 'Stop', reason: 'deleted' }]);
  assert.equal(await session.run(), 'stopped');
  assert.deepEqual(calls, ['teardown']);
});

test('why a script cannot be run is told with its reason', async () => {
  const unfit: Unfit = { problem: 'script: hooks.js:3: SyntaxError: x', reason: 'ScriptInvalid' };
  const { session, reports } = play([PREPARE, { instruction: 'Accepted' }], undefined, unfit);
  await session.run();
  assert.deepEqual(reports.at(-1), { phase: 'Failed', message: unfit.problem, reason: 'ScriptInvalid' });
});
