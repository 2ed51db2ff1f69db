import type { LoadTestStatus } from '../../api/status.ts';
import { resultStatus } from '../../model/status.ts';
import { summarise } from '../../model/summary.ts';
import { judge } from '../../model/verdict.ts';
import { conditions, type Observed, type Plan, time } from './plan.ts';
import { countRunners, type Runner, runnersOf } from './runners.ts';
import type { AcceptedTest } from './test.ts';
import { LIVE_WRITE_MS } from './writing.ts';

/** A LoadTest from the start of its load to its result. */
export function underLoad(observed: Observed, test: AcceptedTest): Plan {
  const { replicas, onLoss } = test.spec.runners;
  const runners = runnersOf({ ...observed, replicas, loadStartMs: Date.parse(test.status.loadStartTime ?? '') });
  const counted = { ...test.status, runners: countRunners(runners, { underLoad: true }) };
  const losses = lossesText(runners);
  if (runners.every(hasEnded)) return finished(observed, test, counted, runners, losses);

  const giveUp = losses !== '' && onLoss === 'Fail';
  const finishing = giveUp || runners.some((r) => r.state === 'Finished');
  return {
    actions: giveUp ? [{ type: 'StopRunners', reason: losses }] : [],
    requeueAfterMs: LIVE_WRITE_MS,
    status: conditions(
      observed,
      { Complete: { status: 'False', reason: finishing ? 'Finishing' : 'Running', message: losses } },
      { ...counted, ...liveResult(observed, test, runners) },
    ),
  };
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
  { spec }: AcceptedTest,
  before: LoadTestStatus,
  runners: readonly Runner[],
  losses: string,
): Plan {
  const heard = snapshots(runners);
  const summary = heard.length === 0 ? undefined : summarise(spec, heard);
  const verdict = judge(spec, summary, { desired: runners.length, lost: runners.filter(isGone).length });
  const reason = losses === '' ? 'Finished' : 'RunnersLost';
  return {
    actions: [],
    status: conditions(
      observed,
      {
        Running: { status: 'False', reason: 'Finished', message: '' },
        Complete: { status: 'True', reason, message: losses },
        Passed: verdict.passed,
        GeneratorSaturated: verdict.saturated,
      },
      {
        ...before,
        completionTime: time(observed.nowMs),
        ...(summary === undefined ? {} : resultStatus(summary, verdict)),
      },
    ),
  };
}

function isGone({ state }: Runner): boolean {
  return state === 'Lost' || state === 'Failed';
}

function hasEnded(runner: Runner): boolean {
  return isGone(runner) || runner.state === 'Finished';
}

function snapshots(runners: readonly Runner[]) {
  return runners.flatMap((r) => r.report?.snapshot ?? []);
}

/** "2 of 4 runners lost: runner 1: OOMKilled, ..."; empty when none was. */
function lossesText(runners: readonly Runner[]): string {
  const lost = runners.filter(isGone);
  if (lost.length === 0) return '';
  const named = lost.slice(0, 5).map((r) => `runner ${r.index}: ${r.message}`);
  const rest = lost.length > named.length ? [`and ${lost.length - named.length} more`] : [];
  return `${lost.length} of ${runners.length} runners lost: ${[...named, ...rest].join(', ')}`;
}
