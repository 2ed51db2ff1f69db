import { isoTime } from '../../api/common/time.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { NeverRanReason } from '../../api/status/reasons.ts';
import type { Found } from '../../model/compare/baseline.ts';
import type { Intervals } from '../../model/compare/intervals.ts';
import { withEnd } from '../../model/lifecycle/end.ts';
import { type Decided, withStage } from '../../model/lifecycle/stage.ts';
import type { StopCause } from '../../model/lifecycle/stop-cause.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { summarise } from '../../model/measure/summary.ts';
import type { Violation } from '../../model/metrics/violation.ts';

/** A local run so far; `runners` is how many there are, `baseline` the test that `spec.compareWith` names, if it is known. */
export type LocalStage = {
  before: LoadTestStatus;
  nowMs: number;
  runners: number;
  baseline?: Found | undefined;
};

/** The status before the runners are prepared. */
export function accepted({ before, nowMs, runners }: LocalStage): LoadTestStatus {
  const counted = {
    ...before,
    startTime: isoTime(nowMs),
    runners: { desired: runners, ready: 0, succeeded: 0, lost: 0 },
  };
  return withStage(counted, { is: 'Accepted' }, decidedAt(nowMs));
}

/** The status of a load that begins at `loadStartMs`, epoch milliseconds. */
export function started({ before, nowMs, runners }: LocalStage, loadStartMs: number): LoadTestStatus {
  const counted = { ...before, runners: { desired: runners, ready: runners, succeeded: 0, lost: 0 } };
  return withStage(counted, { is: 'Started', runners, loadStartMs }, decidedAt(nowMs));
}

/** How the load ended: by its plan, by a signal, by thresholds, or by the loss of a thread. */
export type LocalEnd =
  | { reason: 'Finished'; snapshots: readonly Snapshot[]; intervals?: Intervals | undefined }
  | { reason: 'Interrupted'; snapshots: readonly Snapshot[] }
  | { reason: 'Aborted'; snapshots: readonly Snapshot[]; violations: readonly Violation[] }
  | { reason: 'RunnersLost'; snapshots: readonly Snapshot[]; message: string };

/** The final status; `teardownProblem` is why the script's teardown failed. */
export function ended(
  { before, nowMs, runners, baseline }: LocalStage,
  spec: LoadTestSpec,
  end: LocalEnd,
  teardownProblem?: string,
): LoadTestStatus {
  const lost = end.reason === 'RunnersLost' ? runners : 0;
  const counted = { ...before, runners: { desired: runners, ready: runners, succeeded: runners - lost, lost } };
  const facts = {
    reason: end.reason,
    stop: stopOf(end),
    losses: end.reason === 'RunnersLost' ? end.message : '',
    runners: { desired: runners, lost },
    summary: end.snapshots.length === 0 ? undefined : summarise(spec, end.snapshots),
    baseline,
    intervals: end.reason === 'Finished' ? end.intervals : undefined,
    teardownProblem,
  };
  return withEnd(counted, spec, facts, decidedAt(nowMs));
}

function stopOf(end: LocalEnd): StopCause | undefined {
  if (end.reason === 'Aborted') return { by: 'Threshold', violations: end.violations };
  return end.reason === 'Interrupted' ? { by: 'Interrupt' } : undefined;
}

/** The final status of a run whose runners never became ready. */
export function neverRan({ before, nowMs }: LocalStage, reason: NeverRanReason, message: string): LoadTestStatus {
  return withStage(before, { is: 'NeverRan', reason, message }, decidedAt(nowMs));
}

/** A local LoadTest is never edited, so that its generation is always the first. */
function decidedAt(nowMs: number): Decided {
  return { nowMs, generation: 1 };
}
