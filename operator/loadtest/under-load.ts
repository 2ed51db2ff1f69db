import { type ConditionState, findCondition } from '../../api/conditions.ts';
import type { LoadTestSpec } from '../../api/loadtest.ts';
import { reportName } from '../../api/names.ts';
import type { Snapshot } from '../../api/protocol.ts';
import { formatShare } from '../../api/quantity.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import { compareWith } from '../../model/baseline.ts';
import type { RunnerEnd } from '../../model/report.ts';
import { scheduleOf } from '../../model/schedule.ts';
import { resultStatus } from '../../model/status.ts';
import { type Summary, summarise } from '../../model/summary.ts';
import { withTeardown } from '../../model/teardown.ts';
import { judge } from '../../model/verdict.ts';
import { formatWindows } from '../../model/windows.ts';
import { annotationsFor, keptOn } from './kept.ts';
import { type Action, conditions, type Observed, type Plan, time } from './plan.ts';
import { isOver, wordsOf } from './pods.ts';
import { countRunners, type Runner, runnersOf } from './runners.ts';
import { isTearingDown, teardownProblem } from './teardown.ts';
import { type AcceptedTest, stopOf } from './test.ts';
import { LIVE_WRITE_MS } from './writing.ts';

/** While the last words of a runner are waited for. */
const UNSETTLED_MS = 1000;
/** Lost runners are kept one write for all of them, and at most this often. */
const KEEP_MS = 10_000;

/** A LoadTest from the start of its load to its result. */
export function underLoad(observed: Observed, test: AcceptedTest): Plan {
  const { replicas, onLoss } = test.spec.runners;
  const runners = runnersOf({
    ...observed,
    replicas,
    names: test.spec.requests.map(({ name }) => name),
    loadStartMs: Date.parse(test.status.loadStartTime ?? ''),
  });
  const counted = { ...test.status, runners: countRunners(runners, { underLoad: true }) };
  const losses = lossesText(runners);
  const stopped = toldBefore(test.status, 'Stopping') ?? stopOf(test);
  const aborted = toldBefore(test.status, 'Aborting') ?? (stopped === undefined ? observed.aborting : undefined);
  const tearsDown = runners.every(hasEnded) && isTearingDown(observed, runners);
  if (!tearsDown && runners.every((r) => hasEnded(r) && r.settled))
    return finished(observed, test, counted, runners, losses, { aborted, stopped });

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
    requeueAfterMs: runners.every((r) => r.settled) ? LIVE_WRITE_MS : UNSETTLED_MS,
    status: conditions(
      observed,
      { Complete: { status: 'False', reason, message: told ?? losses } },
      { ...counted, ...liveResult(observed, test, runners) },
    ),
  };
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
function keepLost({ job, nowMs, lastKeptMs }: Observed, runners: readonly Runner[]): Action[] {
  if (job === undefined || (lastKeptMs !== undefined && nowMs - lastKeptMs < KEEP_MS)) return [];
  const kept = keptOn(job);
  const isTold = ({ pod, state }: Runner) =>
    pod !== undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    (wordsOf(pod) !== undefined || (state === 'Failed' && !isOver(pod)));
  const lost = runners.filter((r) => isGone(r) && r.settled && !kept.has(r.index) && !isTold(r));
  return lost.length === 0 ? [] : [{ type: 'KeepOnJob', annotations: annotationsFor(job, lost) }];
}

/**
 * The figures so far, when it is time to write them. Not before every runner that still runs has been heard: after a restart of the
 * operator they would seem to fall back.
 */
function liveResult({ nowMs, lastWriteMs }: Observed, { spec }: AcceptedTest, runners: readonly Runner[]) {
  const due = lastWriteMs === undefined || nowMs - lastWriteMs >= LIVE_WRITE_MS;
  if (!due || runners.some((r) => !isGone(r) && r.report?.snapshot === undefined)) return {};
  const summary = summarise(spec, snapshots(runners));
  return resultStatus(summary, judge(spec, summary, { desired: runners.length, lost: runners.filter(isGone).length }));
}

function finished(
  observed: Observed,
  { spec, metadata }: AcceptedTest,
  before: LoadTestStatus,
  runners: readonly Runner[],
  losses: string,
  { aborted, stopped }: { aborted: string | undefined; stopped: string | undefined },
): Plan {
  const heard = snapshots(runners);
  const summary = heard.length === 0 ? undefined : summarise(spec, heard);
  const { baseline, windows } = observed;
  const compared = spec.compareWith && compareWith(spec.compareWith, baseline, { spec, windows });
  const counts = { desired: runners.length, lost: runners.filter(isGone).length };
  const verdict = judge(spec, summary, counts, aborted, compared);
  const lossEndedIt = losses !== '' && spec.runners.onLoss === 'Fail';
  const isStopped = stopped !== undefined && aborted === undefined && !lossEndedIt;
  const asPlanned = losses !== '' ? 'RunnersLost' : aborted !== undefined ? 'Aborted' : 'Finished';
  const message = isStopped
    ? [stopped, losses].filter(Boolean).join('; ')
    : withMissing(losses, spec, summary) || (aborted ?? '');
  return {
    actions: summary === undefined ? [] : [{ type: 'WriteReport', runners: runners.map(endOf) }],
    status: conditions(
      observed,
      {
        Running: { status: 'False', reason: 'Finished', message: '' },
        Complete: {
          status: 'True',
          reason: isStopped ? 'Stopped' : asPlanned,
          message: withTeardown(message, teardownProblem(runners)),
        },
        Passed: isStopped ? stoppedEarly(verdict.passed) : verdict.passed,
        GeneratorSaturated: verdict.saturated,
      },
      {
        ...before,
        completionTime: time(observed.nowMs),
        ...(summary === undefined
          ? {}
          : {
              ...resultStatus(summary, verdict),
              ...(windows && { windows: formatWindows(windows) }),
              report: { configMapRef: { name: reportName(metadata) } },
            }),
      },
    ),
  };
}

/** Part of a test shows what happened in it, and not what the whole would have shown. */
function stoppedEarly({ message }: ConditionState): ConditionState {
  return { status: 'Unknown', reason: 'Stopped', message: `stopped before the load was over: ${message}` };
}

/** A runner as the full report tells of it. */
function endOf(runner: Runner): RunnerEnd {
  const { index, state, message, pod } = runner;
  const machine = runner.report?.machine;
  const [snapshot] = snapshots([runner]);
  const node = pod?.spec?.nodeName;
  return {
    index,
    state,
    ...(message && { message }),
    ...(node && { node }),
    ...(machine && { machine }),
    ...(snapshot && { snapshot }),
  };
}

function isGone({ state }: Runner): boolean {
  return state === 'Lost' || state === 'Failed';
}

function hasEnded(runner: Runner): boolean {
  return isGone(runner) || runner.state === 'Finished';
}

/** What was in flight at a runner when it was last heard of has no outcome: its end cut it off; what waited was never sent. */
function snapshots(runners: readonly Runner[]): Snapshot[] {
  return runners.flatMap((runner) => {
    const snapshot = runner.report?.snapshot;
    if (snapshot === undefined || !isGone(runner)) return snapshot ?? [];
    const requests = snapshot.requests.map((request) => {
      const { counts } = request;
      const cutOff = { aborted: counts.aborted + counts.inFlight, inFlight: 0 };
      const neverSent = { dropped: counts.dropped + counts.pending, pending: 0 };
      return { ...request, counts: { ...counts, ...cutOff, ...neverSent } };
    });
    return { ...snapshot, requests };
  });
}

/** Losses with what they cost of an open load, where that can be told: "...; 12.5% of the arrivals are missing". */
function withMissing(losses: string, { load }: LoadTestSpec, summary: Summary | undefined): string {
  if (losses === '' || load.open === undefined) return losses;
  const planned = Math.floor(scheduleOf(load.open).area);
  const share = planned === 0 ? 0 : 1 - (summary?.counts.generated ?? 0) / planned;
  return share <= 0 ? losses : `${losses}; ${formatShare(share)} of the arrivals are missing`;
}

/** "2 of 4 runners lost: runner 1: OOMKilled, ..."; empty when none was. */
function lossesText(runners: readonly Runner[]): string {
  const lost = runners.filter(isGone);
  if (lost.length === 0) return '';
  const named = lost.slice(0, 5).map((r) => `runner ${r.index}: ${r.message}`);
  const rest = lost.length > named.length ? [`and ${lost.length - named.length} more`] : [];
  return `${lost.length} of ${runners.length} runners lost: ${[...named, ...rest].join(', ')}`;
}
