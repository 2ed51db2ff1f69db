import { reportName } from '../../../api/common/names.ts';
import { formatShare } from '../../../api/common/quantity.ts';
import { isoTime } from '../../../api/common/time.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import type { ConditionState } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { compareWith } from '../../../model/compare/baseline.ts';
import { formatIntervals } from '../../../model/compare/intervals.ts';
import { judge } from '../../../model/judge/verdict.ts';
import { withTeardown } from '../../../model/lifecycle/teardown.ts';
import { loadModelOf } from '../../../model/load/load-models.ts';
import { type Summary, summarise } from '../../../model/measure/summary.ts';
import type { RunnerEnd } from '../../../model/result/report-document.ts';
import { resultStatus } from '../../../model/result/result-status.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';
import { isGone, lossesText, type Runner, snapshotsOf } from '../runners/runner.ts';
import { conditions, type Observed, type StageDecision } from './decision.ts';
import { teardownProblem } from './teardown.ts';

/** A LoadTest whose runners have all ended: its result, its verdict, and why it is over. */
export function finished(
  observed: Observed,
  { spec, metadata }: AcceptedLoadTest,
  before: LoadTestStatus,
  runners: readonly Runner[],
  { aborted, stopped }: { aborted: string | undefined; stopped: string | undefined },
): StageDecision {
  const losses = lossesText(runners);
  const heard = snapshotsOf(runners);
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
        completionTime: isoTime(observed.nowMs),
        ...(summary === undefined
          ? {}
          : {
              ...resultStatus(summary, verdict),
              ...(windows && { windows: formatIntervals(windows) }),
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
  const [snapshot] = snapshotsOf([runner]);
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

/** Losses with what they cost of an open load, where that can be told: "...; 12.5% of the arrivals are missing". */
function withMissing(losses: string, { load }: LoadTestSpec, summary: Summary | undefined): string {
  const model = loadModelOf(load);
  const due = model.arrivalsUntil(model.lengthUs);
  if (losses === '' || due === undefined) return losses;
  const planned = Math.floor(due);
  const share = planned === 0 ? 0 : 1 - (summary?.counts.generated ?? 0) / planned;
  return share <= 0 ? losses : `${losses}; ${formatShare(share)} of the arrivals are missing`;
}
