import { isoTime } from '../../api/common/time.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type ConditionState, type ConditionType, withConditions } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { compareWith, type Found } from '../../model/compare/baseline.ts';
import { formatIntervals, type Intervals } from '../../model/compare/intervals.ts';
import { judge } from '../../model/judge/verdict.ts';
import { withTeardown } from '../../model/lifecycle/teardown.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { summarise } from '../../model/measure/summary.ts';
import { resultStatus } from '../../model/result/result-status.ts';

/**
 * The status of a local run in each of its stages, in the words that the operator uses for a run in a cluster:
 * whoever reads the one can read the other.
 */
export type Stage = {
  before: LoadTestStatus;
  nowMs: number;
  runners: number;
  /** What `spec.compareWith` names, if it is known. */
  baseline?: Found | undefined;
};

const NOT_YET: ConditionState = { status: 'Unknown', reason: 'Undecided', message: 'the test is not complete' };

export function accepted({ before, nowMs, runners }: Stage): LoadTestStatus {
  return next(
    { ...before, startTime: isoTime(nowMs), runners: { desired: runners, ready: 0, succeeded: 0, lost: 0 } },
    nowMs,
    {
      Accepted: { status: 'True', reason: 'Accepted', message: '' },
      Complete: { status: 'False', reason: 'WaitingForRunners', message: '' },
      Passed: NOT_YET,
      GeneratorSaturated: NOT_YET,
    },
  );
}

export function started({ before, nowMs, runners }: Stage, loadStartMs: number): LoadTestStatus {
  const loadStartTime = isoTime(loadStartMs);
  return next(
    { ...before, loadStartTime, runners: { desired: runners, ready: runners, succeeded: 0, lost: 0 } },
    nowMs,
    {
      Ready: { status: 'True', reason: 'RunnersReady', message: `${runners} of ${runners} runners are ready` },
      Running: { status: 'True', reason: 'LoadStarted', message: `the load begins at ${loadStartTime}` },
      Complete: { status: 'False', reason: 'Running', message: '' },
    },
  );
}

/** How the load ended: by its plan, because a person asked for it, by a threshold or the loss of a runner, which `message` tells of. */
export type End =
  | { reason: 'Finished'; snapshots: readonly Snapshot[]; windows?: Intervals | undefined }
  | { reason: 'Interrupted'; snapshots: readonly Snapshot[] }
  | { reason: 'Aborted'; snapshots: readonly Snapshot[]; message: string }
  | { reason: 'RunnersLost'; snapshots: readonly Snapshot[]; message: string };

/** `teardown`: why the script's teardown failed. */
export function ended(
  { before, nowMs, runners, baseline }: Stage,
  spec: LoadTestSpec,
  end: End,
  teardown?: string,
): LoadTestStatus {
  const lost = end.reason === 'RunnersLost' ? runners : 0;
  const summary = end.snapshots.length === 0 ? undefined : summarise(spec, end.snapshots);
  const windows = end.reason === 'Finished' ? end.windows : undefined;
  const compared = spec.compareWith && compareWith(spec.compareWith, baseline, { spec, windows });
  const aborted = end.reason === 'Aborted' ? end.message : undefined;
  const verdict = judge(spec, summary, { desired: runners, lost }, aborted, compared);
  const interrupted = `interrupted before the load was over: ${verdict.passed.message}`;
  return next(
    {
      ...before,
      completionTime: isoTime(nowMs),
      runners: { desired: runners, ready: runners, succeeded: runners - lost, lost },
      ...(summary && resultStatus(summary, verdict)),
      ...(windows && { windows: formatIntervals(windows) }),
    },
    nowMs,
    {
      Running: { status: 'False', reason: 'Finished', message: '' },
      Complete: {
        status: 'True',
        reason: end.reason,
        message: withTeardown('message' in end ? end.message : '', teardown),
      },
      Passed:
        end.reason === 'Interrupted'
          ? { status: 'Unknown', reason: 'Interrupted', message: interrupted }
          : verdict.passed,
      GeneratorSaturated: verdict.saturated,
    },
  );
}

/** The end of a run whose runners never became ready. */
export function neverRan({ before, nowMs }: Stage, reason: string, message: string): LoadTestStatus {
  return next({ ...before, completionTime: isoTime(nowMs) }, nowMs, {
    Ready: { status: 'False', reason, message },
    Running: { status: 'False', reason, message: '' },
    Complete: { status: 'True', reason, message },
    Passed: { status: 'Unknown', reason, message: `no load was made: ${message}` },
    GeneratorSaturated: { status: 'Unknown', reason, message: 'no load was made' },
  });
}

/** A local LoadTest is never edited, so that its generation is always the first. */
const GENERATION = 1;

function next(
  status: LoadTestStatus,
  nowMs: number,
  states: Partial<Record<ConditionType, ConditionState>>,
): LoadTestStatus {
  const at = { now: isoTime(Math.floor(nowMs / 1e3) * 1e3), observedGeneration: GENERATION };
  return { ...status, observedGeneration: GENERATION, conditions: withConditions(status.conditions ?? [], states, at) };
}
