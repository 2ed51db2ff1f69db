import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import { isTrue } from '../../api/status/conditions.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import { liveMs, pollMs } from './polling.ts';

export type Asked = {
  nowMs: number;
  /** Where runners must not connect to. */
  addresses: Assignment['addresses'];
  /** The LoadTest that the runner belongs to, as last persisted; undefined when it is gone. */
  test: LoadTestResource | undefined;
  index: number;
  report: RunnerUpdate;
  /** Why runners are to stop, if they are. */
  stopReason: string | undefined;
  /** What the setup of the test's script answered with, once it is known. */
  setup?: string | undefined;
  /** Whether every runner has ended, and the script's teardown may come. */
  tearDown?: boolean;
  /** Whether it is the runner's turn to tell the windows of its run. */
  isToTell?: boolean;
};

/** How long after the start of the load a late runner waits for the setup of the script: the runner that knows it may be gone. */
const SETUP_MS = 60_000;

/** The answer to a runner's report. */
export function instruct({
  nowMs,
  addresses,
  test,
  index,
  report,
  stopReason,
  setup,
  tearDown = false,
  isToTell = false,
}: Asked): Instruction {
  const over = overReason(test);
  const ended = report.phase === 'Finished' || report.phase === 'Failed';
  if (over !== undefined || test?.spec === undefined) {
    if (ended) return { instruction: 'Accepted', nowMs, nextReportMs: 0 };
    return stop(nowMs, over ?? 'its spec is not valid');
  }
  const { replicas } = test.spec.runners;
  const wait = { nowMs, nextReportMs: pollMs(replicas) };
  if (ended && tearDown && report.teardown?.state === 'Pending')
    return { instruction: 'TearDown', nowMs, nextReportMs: 0 };
  // Only a result that is persisted is let go of: until then the runner repeats it, also to the operator's successor.
  if (ended)
    return { instruction: 'Wait', ...wait, ...(report.windows === 'Kept' && isToTell && { wantsIntervals: true }) };
  if (stopReason !== undefined) return stop(nowMs, stopReason);
  if (report.phase === 'Running') return { instruction: 'Continue', nowMs, nextReportMs: liveMs(replicas) };
  if (report.phase === 'Starting') {
    const { namespace, name, uid } = test.metadata;
    return {
      instruction: 'Prepare',
      ...wait,
      assignment: { test: { namespace, name, uid }, spec: test.spec, index, replicas, addresses },
    };
  }
  const { loadStartTime } = test.status;
  if (loadStartTime === undefined) return { instruction: 'Wait', ...wait };
  if (test.spec.script !== undefined && setup === undefined) {
    const tooLate = nowMs - Date.parse(loadStartTime) > SETUP_MS;
    return tooLate ? stop(nowMs, "what the script's setup answered with is lost") : { instruction: 'Wait', ...wait };
  }
  // Late is better than to make up for what was missed in one burst.
  const startAtMs = Math.max(nowMs, Date.parse(loadStartTime));
  return {
    instruction: 'Start',
    nowMs,
    nextReportMs: liveMs(replicas),
    startAtMs,
    ...(setup === undefined ? {} : { setup }),
  };
}

function stop(nowMs: number, reason: string): Instruction {
  return { instruction: 'Stop', nowMs, nextReportMs: 0, reason };
}

/** Why nothing more is wanted of a test's runners; undefined when something is. */
function overReason(test: LoadTestResource | undefined): string | undefined {
  if (test === undefined) return 'the LoadTest is gone';
  if (test.metadata.deletionTimestamp !== undefined) return 'the LoadTest is being deleted';
  return isTrue(test.status.conditions, 'Complete') ? 'the LoadTest is complete' : undefined;
}
