import { findCondition } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { judge } from '../../../model/judge/verdict.ts';
import { summarise } from '../../../model/measure/summary.ts';
import { resultStatus } from '../../../model/result/result-status.ts';
import { type AcceptedLoadTest, stopOf } from '../resources/loadtest-resource.ts';
import { isOver, terminationMessageOf } from '../resources/pods.ts';
import { SILENCE_MS } from '../runners/loss.ts';
import { annotationsFor, lostRunnerRecords } from '../runners/lost-runner-record.ts';
import { countRunners, hasEnded, isGone, lossesText, type Runner, snapshotsOf } from '../runners/runner.ts';
import { heardMs, runnersOf } from '../runners/runners.ts';
import { aborting } from './abort.ts';
import { awaitsIntervals } from './awaiting-intervals.ts';
import { type Action, conditions, type Observed, type StageDecision } from './decision.ts';
import { finished } from './finish.ts';
import { LIVE_WRITE_MS } from './status-throttling.ts';
import { isTearingDown } from './teardown.ts';

/** While the last words of a runner, or the windows of the run, are waited for. */
const UNSETTLED_MS = 1000;
/** Lost runners are kept one write for all of them, and at most this often. */
const KEEP_MS = 10_000;

/** A LoadTest from the start of its load until its runners have ended. */
export function underLoad(observed: Observed, test: AcceptedLoadTest): StageDecision {
  const { replicas, onLoss } = test.spec.runners;
  const loadStartMs = Date.parse(test.status.loadStartTime ?? '');
  const names = test.spec.requests.map(({ name }) => name);
  const runners = runnersOf({ ...observed, replicas, names, loadStartMs });
  const counted = { ...test.status, runners: countRunners(runners, { underLoad: true }) };
  const losses = lossesText(runners);
  const stopped = toldBefore(test.status, 'Stopping') ?? stopOf(test);
  const aborted =
    toldBefore(test.status, 'Aborting') ?? (stopped === undefined ? aborting(observed, test, runners) : undefined);
  const tearsDown = runners.every(hasEnded) && isTearingDown(observed, runners);
  if (!tearsDown && runners.every((r) => hasEnded(r) && r.settled)) {
    // They come in a moment, for which nothing is written.
    if (awaitsIntervals(observed, runners)) return { actions: [], status: test.status, requeueAfterMs: UNSETTLED_MS };
    return finished(observed, test, counted, runners, { aborted, stopped });
  }

  const giveUp = losses !== '' && onLoss === 'Fail';
  const isFinishing = giveUp || runners.some((r) => r.state === 'Finished');
  const told = aborted ?? stopped;
  const asPlanned = isFinishing ? 'Finishing' : losses === '' ? 'Running' : 'RunnersLost';
  const byItself = tearsDown ? 'TearingDown' : asPlanned;
  const reason = aborted !== undefined ? 'Aborting' : stopped !== undefined ? 'Stopping' : byItself;
  return {
    actions: [
      ...(giveUp || told !== undefined ? [{ type: 'StopRunners', reason: told ?? losses } as const] : []),
      ...(tearsDown ? [{ type: 'TearDown' } as const] : endSilent(observed, runners)),
      ...keepLost(observed, runners),
    ],
    requeueAfterMs: runners.every((r) => r.settled) ? nextLookMs({ ...observed, loadStartMs }, runners) : UNSETTLED_MS,
    status: conditions(
      observed,
      { Complete: { status: 'False', reason, message: told ?? losses } },
      { ...counted, ...liveResult(observed, test, runners) },
    ),
  };
}

/** At the next write of the status; before that when a runner will have been silent for too long, of which nothing tells by itself. */
function nextLookMs(dependencies: Observed & { loadStartMs: number }, runners: readonly Runner[]): number {
  const underWay = runners.filter((runner) => !hasEnded(runner));
  const longAgoMs = Math.min(...underWay.map(({ index }) => heardMs(dependencies, index)));
  return Math.min(LIVE_WRITE_MS, longAgoMs + SILENCE_MS + 1 - dependencies.nowMs);
}

/** That the load was told to end, and why, outlives the operator that said so in the status. */
function toldBefore({ conditions: before }: LoadTestStatus, reason: 'Aborting' | 'Stopping'): string | undefined {
  const complete = findCondition(before, 'Complete');
  return complete?.reason === reason ? complete.message : undefined;
}

/** When only silent runners are left, their pods are ended, so that what they measured last is told by the pods' status. */
function endSilent({ job }: Observed, runners: readonly Runner[]): Action[] {
  const isSilent = runners.some((r) => !r.settled && r.pod?.metadata.deletionTimestamp === undefined);
  const mayEnd = job !== undefined && job.spec.suspend !== true;
  return isSilent && mayEnd && runners.every(hasEnded) ? [{ type: 'SuspendJob' }] : [];
}

/** Puts what is known of lost runners on the Job, where it outlives this operator too, unless their pods still tell it. */
function keepLost({ job, nowMs, lastRecordedMs }: Observed, runners: readonly Runner[]): Action[] {
  if (job === undefined || (lastRecordedMs !== undefined && nowMs - lastRecordedMs < KEEP_MS)) return [];
  const kept = lostRunnerRecords(job);
  const isTold = ({ pod, state }: Runner) =>
    pod !== undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    (terminationMessageOf(pod) !== undefined || (state === 'Failed' && !isOver(pod)));
  const lost = runners.filter((r) => isGone(r) && r.settled && !kept.has(r.index) && !isTold(r));
  return lost.length === 0 ? [] : [{ type: 'KeepOnJob', annotations: annotationsFor(job, lost) }];
}

/**
 * The figures so far, when it is time to write them. Not before every runner that still runs has been heard: after a restart of the
 * operator they would seem to fall back.
 */
function liveResult({ nowMs, lastWriteMs }: Observed, { spec }: AcceptedLoadTest, runners: readonly Runner[]) {
  const due = lastWriteMs === undefined || nowMs - lastWriteMs >= LIVE_WRITE_MS;
  if (!due || runners.some((r) => !isGone(r) && r.report?.snapshot === undefined)) return {};
  const summary = summarise(spec, snapshotsOf(runners));
  return resultStatus(summary, judge(spec, summary, { desired: runners.length, lost: runners.filter(isGone).length }));
}
