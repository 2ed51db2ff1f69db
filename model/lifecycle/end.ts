import { formatShare } from '../../api/common/quantity.ts';
import { isoTime } from '../../api/common/time.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { comparisonWith } from '../../api/status/comparison.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { EndReason } from '../../api/status/reasons.ts';
import { judgeSearch } from '../capacity/result/verdict.ts';
import { type Compared, compareWith, type Found } from '../compare/baseline.ts';
import { formatIntervals, type Intervals } from '../compare/intervals.ts';
import type { RunnerLosses } from '../judge/losses.ts';
import { judge, type Verdict } from '../judge/verdict.ts';
import type { Summary } from '../measure/summary.ts';
import { resultStatus } from '../result/result-status.ts';
import { completed, type Decided, withStates } from './stage.ts';
import { type StopCause, stopText } from './stop-cause.ts';

/** The facts about the end of a load, which {@link withEnd} turns into the final status. */
export type End = {
  reason: EndReason;
  /** Why the load ended before its plan did, if it did. */
  stop?: StopCause | undefined;
  /** The lost runners as a sentence, empty without any, and the share of the planned arrivals that is missing through their loss. */
  losses: string;
  missingShare?: number | undefined;
  runners: RunnerLosses;
  /** undefined when no runner measured anything. */
  summary: Summary | undefined;
  /** The test that `spec.compareWith` names, if it is known. */
  baseline?: Found | undefined;
  /** The whole run in intervals, once every runner has ended by its plan. */
  intervals?: Intervals | undefined;
  /** Why the script's teardown failed. It is reported and changes no verdict. */
  teardownProblem?: string | undefined;
};

/** The status of a test whose runners have all ended: its result, its verdict, and why it ended. */
export function withEnd(before: LoadTestStatus, spec: LoadTestSpec, end: End, decided: Decided): LoadTestStatus {
  const { summary, baseline, intervals } = end;
  const wanted = comparisonWith(spec);
  const compared = wanted && compareWith(wanted, baseline, { spec, intervals, capacity: before.capacity });
  const verdict = verdictOf(before, spec, end, compared);
  const result = summary && {
    ...resultStatus(summary, verdict),
    ...(intervals && { windows: formatIntervals(intervals) }),
  };
  return withStates(
    { ...completed({ ...before, ...loadEnd(before, summary) }, decided.nowMs), ...result },
    {
      Running: { status: 'False', reason: 'Finished', message: '' },
      Complete: { status: 'True', reason: end.reason, message: completeMessage(end) },
      Passed: passed(end.reason, verdict),
      GeneratorSaturated: verdict.saturated,
    },
    decided,
  );
}

/** A search is judged by what it found, where it has found anything. */
function verdictOf(
  { capacity }: LoadTestStatus,
  spec: LoadTestSpec,
  end: End,
  compared: Compared | undefined,
): Verdict {
  const { summary, runners, stop } = end;
  if (capacity?.reason !== undefined && summary !== undefined) return judgeSearch(spec, capacity, runners, compared);
  return judge(spec, summary, runners, stop?.by === 'Threshold' ? stopText(stop) : undefined, compared);
}

/** When the load ended: the operator may have been away, or its clock been set, since it began. */
function loadEnd({ loadStartTime }: LoadTestStatus, summary: Summary | undefined): Pick<LoadTestStatus, 'loadEndTime'> {
  if (loadStartTime === undefined || summary === undefined) return {};
  return { loadEndTime: isoTime(Date.parse(loadStartTime) + summary.elapsedMs) };
}

function completeMessage({ reason, stop, losses, missingShare = 0, teardownProblem }: End): string {
  const stopped = stop === undefined ? '' : stopText(stop);
  const missing = missingShare <= 0 ? '' : `${formatShare(missingShare)} of the arrivals are missing`;
  const teardown = teardownProblem === undefined ? '' : `the script's teardown failed: ${teardownProblem}`;
  const isStopped = reason === 'Stopped' || reason === 'Interrupted';
  const why = isStopped ? [stopped, losses] : losses === '' ? [stopped] : [losses, missing];
  return [...why, teardown].filter(Boolean).join('; ');
}

/** A part of a test shows what happened in it; the whole test might have ended differently. */
function passed(reason: EndReason, { passed: { message }, passed }: Verdict): Verdict['passed'] {
  if (reason !== 'Stopped' && reason !== 'Interrupted') return passed;
  return { status: 'Unknown', reason, message: `${reason.toLowerCase()} before the load was over: ${message}` };
}
