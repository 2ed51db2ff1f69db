import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { TrialPlan, TrialState } from '../../../../api/protocol/trial.ts';
import type { MeasuredTrial } from '../../../../model/measure/trial/measured-trial.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { Session } from '../../../../runner/agent/session.ts';
import { PoolTrials } from '../../../../runner/workers/pool-trials.ts';
import { snapshotOf } from '../../../support/results/summary.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

/** By how much the operator's clock is ahead of the runner's. */
const AHEAD_MS = 3_600_000;

type Response = Partial<Instruction> & { instruction: Instruction['instruction'] };
const PREPARE: Response = { instruction: 'Prepare', assignment: ASSIGNMENT };
const ACCEPTED: Response = { instruction: 'Accepted' };
const STOP: Response = { instruction: 'Stop' };

const plan = (number: number): TrialPlan => ({
  number,
  rate: 100,
  startAtMs: AHEAD_MS + 1000 * number,
  durationMs: 5000,
});
const start = (trial: TrialPlan): Response => ({ instruction: 'Start', startAtMs: AHEAD_MS, trial });
const goOn = (trial: TrialPlan, fields: Partial<Instruction> = {}): Response => ({
  instruction: 'Continue',
  trial,
  ...fields,
});

/** A session whose operator sends `responses` in turn, with a pool of one worker, whose trial `become` brings to a state. */
function createSession(responses: (Response | (() => Response | { problem: string }))[]) {
  const updates: RunnerUpdate[] = [];
  const calls: string[] = [];
  const clock = new OperatorClock();
  clock.observe(0, 0, AHEAD_MS);
  let trial: MeasuredTrial | undefined;
  const trials = new PoolTrials([
    {
      beginTrial: ({ number, startAtMs }) => {
        calls.push(`begin ${number} at ${startAtMs}`);
        become(number, 'Pending');
      },
      endTrial: (number) => calls.push(`end ${number}`),
      get trial() {
        return trial;
      },
    },
  ]);
  function become(number: number, state: TrialState): void {
    trial = { number, state, lateMs: 0, ranMs: 5000, snapshot: snapshotOf('get', number) };
    trials.changed();
  }
  const done = Promise.withResolvers<never[]>();
  const pool = {
    start: (atMs: number) => calls.push(`start at ${atMs}`),
    trials,
    stop: () => done.resolve([]),
    snapshots: () => [],
    intervals: () => undefined,
    done: done.promise,
    close: async () => {},
  };
  const session = new Session({
    clock,
    log: () => {},
    persist: () => {},
    prepare: async () => ({ pool, script: undefined }),
    exchange: async (update) => {
      updates.push(update);
      const response = responses.shift();
      if (response === undefined) throw new Error('the test has no more responses');
      const sent = typeof response === 'function' ? response() : response;
      return 'problem' in sent ? sent : { nowMs: 0, nextReportMs: 1, ...sent };
    },
  });
  return { session, updates, calls, become };
}

const statesIn = (updates: readonly RunnerUpdate[]) =>
  updates.flatMap(({ trial }) => (trial === undefined ? [] : `${trial.number} ${trial.state}`));

test('a runner begins each trial once, at its time by the clock of the runner', async () => {
  const { session, calls, become } = createSession([
    PREPARE,
    start(plan(0)),
    goOn(plan(0)),
    () => {
      become(0, 'Done');
      return goOn(plan(0));
    },
    goOn(plan(1)),
    goOn(plan(1)),
    STOP,
    ACCEPTED,
  ]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(calls, ['start at 0', 'begin 0 at 0', 'begin 1 at 1000']);
});

test('a trial that is done is reported at once, with what it has measured, also when it ends during an exchange', async () => {
  const later: Partial<Instruction> = { nextReportMs: 60_000 };
  const { session, updates, become } = createSession([
    PREPARE,
    start(plan(1)),
    () => {
      setTimeout(() => become(1, 'Done'), 5);
      return goOn(plan(1), later);
    },
    goOn(plan(2)),
    () => {
      become(2, 'Done');
      return goOn(plan(2), later);
    },
    STOP,
    ACCEPTED,
  ]);
  assert.equal(await session.run(), 'accepted');
  assert.deepEqual(statesIn(updates), ['1 Pending', '1 Done', '2 Pending', '2 Done', '2 Done']);
  assert.deepEqual(updates.at(-1)?.trial?.snapshot, snapshotOf('get', 2));
  assert.equal(updates.at(-1)?.phase, 'Finished');
});

test('a runner ends the arrivals of its trial on instruction, and those of no other trial', async () => {
  const { session, calls } = createSession([
    PREPARE,
    start(plan(4)),
    goOn(plan(4), { endTrial: { number: 3 } }),
    goOn(plan(4), { endTrial: { number: 4 } }),
    STOP,
    ACCEPTED,
  ]);
  await session.run();
  assert.deepEqual(calls.slice(1), ['begin 4 at 4000', 'end 4']);
});

test('a runner whose trial is done gives up when the operator is away for long, but not under a trial', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const away = () => {
    t.mock.timers.tick(6 * 60_000);
    return { problem: 'away' };
  };
  const { session, updates, become } = createSession([
    PREPARE,
    start(plan(0)),
    away,
    () => {
      become(0, 'Done');
      return away();
    },
    away,
    ACCEPTED,
  ]);
  assert.equal(await session.run(), 'abandoned');
  assert.deepEqual(statesIn(updates), ['0 Pending', '0 Pending', '0 Done']);
  await session.end();
});
