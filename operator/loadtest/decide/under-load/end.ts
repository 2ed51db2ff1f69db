import { reportName } from '../../../../api/common/names.ts';
import type { LoadTestSpec } from '../../../../api/loadtest/loadtest.ts';
import type { EndReason } from '../../../../api/status/reasons.ts';
import { type End, withEnd } from '../../../../model/lifecycle/end.ts';
import { loadModelOf } from '../../../../model/load/load-models.ts';
import { type Summary, summarise } from '../../../../model/measure/summary.ts';
import type { RunnerEnd } from '../../../../model/result/report-document.ts';
import { type Chain, firstOf } from '../../../common/chain.ts';
import { isGone, type Runner, snapshotsOf } from '../../runners/runner.ts';
import { type Decision, decidedOn } from '../decision.ts';
import type { UnderLoad } from './facts.ts';
import { failedByLoss, runnersLost } from './on-loss.ts';
import { teardownProblem } from './script-teardown.ts';
import { searchResult } from './search.ts';

/** How a load ended, the gravest first. A loss with `onLoss: Continue` still names the end. */
const ENDS: Chain<UnderLoad, EndReason> = [failedByLoss, stopped, runnersLost, aborted];

/** Ends a test whose runners have all ended: its result, its verdict, and its full report. */
export function finished(state: UnderLoad): Decision {
  const { test, runners, stop, losses, baseline, intervals, counted } = state;
  const snapshots = snapshotsOf(runners);
  const summary = snapshots.length === 0 ? undefined : summarise(test.spec, snapshots);
  const end: End = {
    reason: firstOf(ENDS, state) ?? 'Finished',
    stop,
    losses,
    missingShare: missingShare(test.spec, summary),
    runners: { desired: runners.length, lost: runners.filter(isGone).length },
    summary,
    baseline,
    intervals,
    teardownProblem: teardownProblem(runners),
  };
  const status = withEnd({ ...counted, ...searchResult(state) }, test.spec, end, decidedOn(state));
  if (summary === undefined) return { actions: [], status };
  const report = { configMapRef: { name: reportName(test.metadata) } };
  return { actions: [{ type: 'WriteReport', runners: runners.map(endOf), summary }], status: { ...status, report } };
}

/** The annotation ended the load. */
export function stopped({ stop }: Pick<UnderLoad, 'stop'>): EndReason | undefined {
  return stop?.by === 'Annotation' ? 'Stopped' : undefined;
}

/** A threshold ended the load. */
export function aborted({ stop }: Pick<UnderLoad, 'stop'>): EndReason | undefined {
  return stop?.by === 'Threshold' ? 'Aborted' : undefined;
}

/** A runner as the full report describes it. */
function endOf(runner: Runner): RunnerEnd {
  const { index, state, message, pod } = runner;
  const machine = runner.update?.machine;
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

/** The share of the arrivals of an open load that lost runners did not generate, from 0 to 1; undefined for a load without a schedule. */
function missingShare({ load }: LoadTestSpec, summary: Summary | undefined): number | undefined {
  const model = loadModelOf(load);
  const due = model.arrivalsUntil(model.lengthUs);
  if (due === undefined) return undefined;
  const planned = Math.floor(due);
  return planned === 0 ? 0 : 1 - (summary?.counts.generated ?? 0) / planned;
}
