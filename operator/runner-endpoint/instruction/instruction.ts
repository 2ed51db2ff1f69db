import type { Assignment } from '../../../api/protocol/assignment.ts';
import type { Instruction } from '../../../api/protocol/instruction.ts';
import type { TrialPlan } from '../../../api/protocol/trial.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import { isFinalUpdate, type RunnerUpdate } from '../../../model/wire/runner-update.ts';
import { type Chain, firstOf } from '../../common/chain.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../../loadtest/resources/loadtest-resource.ts';
import { replicasOf } from '../dependencies.ts';
import { liveMs, pollMs } from '../polling.ts';

/** The whole input of an instruction for one runner. */
export type InstructionInput = {
  nowMs: number;
  /** Addresses that runners must not connect to. */
  addresses: Assignment['addresses'];
  /** The LoadTest of the runner, as last persisted; undefined when it is gone. */
  test: LoadTestResource | undefined;
  index: number;
  update: RunnerUpdate;
  /** Why runners are to stop, if they are. */
  stopReason: string | undefined;
  /** The result of the script's setup, once it is known. */
  setup?: string | undefined;
  /** Whether every runner has ended, so that the script's teardown may run. */
  tearsDown?: boolean;
  /** Whether the runner may deliver the intervals of its run now. */
  mayDeliverIntervals?: boolean;
  /** The newest trial of a search. */
  trial?: TrialPlan | undefined;
  /** The number of the trial whose arrivals end now, if any. */
  endedTrial?: number | undefined;
};

/** The input of a runner whose test goes on. */
type Active = InstructionInput & { test: AcceptedLoadTest };

/** A runner that reaches the barrier late waits so long after the start of the load for the setup: the runner that knows it may be gone. */
const SETUP_MS = 60_000;

const WITHOUT_TEST: Chain<InstructionInput, Instruction> = [acceptEnded, stopOver];
const WITH_TEST: Chain<Active, Instruction> = [
  tearDown,
  holdEnded,
  stopRequested,
  continueRunning,
  prepareStarting,
  waitForStart,
  waitForSetup,
];

/** The response to a runner update. */
export function instruct(input: InstructionInput): Instruction {
  return firstOf(WITHOUT_TEST, input) ?? firstOf(WITH_TEST, input as Active) ?? start(input as Active);
}

/** Once the test is over, its result is persisted, and a runner that has ended may exit. */
export function acceptEnded({ test, update, nowMs }: InstructionInput): Instruction | undefined {
  if (overReason(test) === undefined || !isFinalUpdate(update)) return undefined;
  return { instruction: 'Accepted', nowMs, nextReportMs: 0 };
}

/** A runner of a test that is over stops. */
export function stopOver({ test, nowMs }: InstructionInput): Instruction | undefined {
  const over = overReason(test);
  return over === undefined ? undefined : stop(nowMs, over);
}

/** The teardown of the script runs when all runners have ended. */
export function tearDown({ update, tearsDown, nowMs }: Active): Instruction | undefined {
  if (!isFinalUpdate(update) || tearsDown !== true || update.teardown?.state !== 'Pending') return undefined;
  return { instruction: 'TearDown', nowMs, nextReportMs: 0 };
}

/** A runner that has ended repeats its result until the result is persisted, also to the successor of this operator. */
export function holdEnded(input: Active): Instruction | undefined {
  const { update, mayDeliverIntervals } = input;
  if (!isFinalUpdate(update)) return undefined;
  const wantsIntervals = update.intervals === 'Kept' && mayDeliverIntervals === true;
  return { ...wait(input), ...(wantsIntervals && { wantsIntervals }) };
}

/** A runner stops when its load ends before its plan does, or has started without it. */
export function stopRequested({ stopReason, nowMs }: Active): Instruction | undefined {
  return stopReason === undefined ? undefined : stop(nowMs, stopReason);
}

/** A runner under load goes on with its plan, or with the newest trial of a search. */
export function continueRunning({ test, update, nowMs, trial, endedTrial }: Active): Instruction | undefined {
  if (update.phase !== 'Running') return undefined;
  return {
    instruction: 'Continue',
    nowMs,
    nextReportMs: liveMs(test.spec.runners.replicas),
    ...(trial && { trial }),
    ...(trial !== undefined && trial.number === endedTrial && { endTrial: { number: endedTrial } }),
  };
}

/** A runner that starts gets its assignment. */
export function prepareStarting(input: Active): Instruction | undefined {
  const { test, update, index, addresses } = input;
  if (update.phase !== 'Starting') return undefined;
  const { namespace, name, uid } = test.metadata;
  const { replicas } = test.spec.runners;
  const assignment = { test: { namespace, name, uid }, spec: test.spec, index, replicas, addresses };
  return { ...wait(input), instruction: 'Prepare', assignment };
}

/** A runner at the barrier waits until the start of the load is persisted. */
export function waitForStart(input: Active): Instruction | undefined {
  return input.test.status.loadStartTime === undefined ? wait(input) : undefined;
}

/** A runner of a test with a script waits for the result of its setup, but not forever. */
export function waitForSetup(input: Active): Instruction | undefined {
  const { test, setup, nowMs } = input;
  if (test.spec.script === undefined || setup !== undefined) return undefined;
  const isLost = nowMs - Date.parse(test.status.loadStartTime ?? '') > SETUP_MS;
  return isLost ? stop(nowMs, "the result of the script's setup is lost") : wait(input);
}

/** The load starts. A runner that is late starts at once: it does not make up for its delay in a burst. */
export function start({ test, setup, nowMs, trial }: Active): Instruction {
  return {
    instruction: 'Start',
    nowMs,
    nextReportMs: liveMs(test.spec.runners.replicas),
    startAtMs: Math.max(nowMs, Date.parse(test.status.loadStartTime ?? '')),
    ...(setup !== undefined && { setup }),
    ...(trial && { trial }),
  };
}

/** Whether an instruction leaves the sender of `update` nothing to do, so that it waits for the next one. */
export function isToWait({ instruction, wantsIntervals, trial }: Instruction, { trial: done }: RunnerUpdate): boolean {
  if (instruction === 'Wait') return wantsIntervals !== true;
  return instruction === 'Continue' && done?.state === 'Done' && trial?.number === done.number;
}

function wait({ test, nowMs }: Active): Instruction {
  return { instruction: 'Wait', nowMs, nextReportMs: pollMs(test.spec.runners.replicas) };
}

function stop(nowMs: number, reason: string): Instruction {
  return { instruction: 'Stop', nowMs, nextReportMs: 0, reason };
}

/**
 * A runner that counts as lost although it runs exits once the test is over, and generates no load until then. Each response stops it, because
 * nothing is read from it that could acknowledge the first one.
 */
export function stopLost({
  test,
  reason,
  nowMs,
}: Pick<InstructionInput, 'test' | 'nowMs'> & { reason: string }): Instruction {
  if (overReason(test) !== undefined) return { instruction: 'Accepted', nowMs, nextReportMs: 0 };
  return { ...stop(nowMs, reason), nextReportMs: liveMs(replicasOf(test)) };
}

/** Why a test needs its runners no longer; undefined while it does. */
function overReason(test: LoadTestResource | undefined): string | undefined {
  if (test === undefined) return 'the LoadTest is gone';
  if (test.metadata.deletionTimestamp !== undefined) return 'the LoadTest is being deleted';
  if (isTrue(test.status.conditions, 'Complete')) return 'the LoadTest is complete';
  return test.spec === undefined ? 'its spec is not valid' : undefined;
}
