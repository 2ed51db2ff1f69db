import { isOver, terminationMessageOf } from '../../resources/pods.ts';
import { annotationsFor, lostRunnerRecords } from '../../runners/lost-runner-record.ts';
import { hasEnded, isGone, type Runner } from '../../runners/runner.ts';
import type { Action } from '../decision.ts';
import type { UnderLoad } from './facts.ts';

/** Lost runners are recorded in one write for all of them, and at most this often. */
const RECORD_MS = 10_000;

/** Ends the pods when only silent runners are left, so that the pods' status brings their termination messages. */
export function endSilent({
  job,
  runners,
  isTearingDown,
}: Pick<UnderLoad, 'job' | 'runners' | 'isTearingDown'>): Action[] {
  const isSilent = runners.some((r) => !r.settled && r.pod?.metadata.deletionTimestamp === undefined);
  const mayEnd = !isTearingDown && job !== undefined && job.spec.suspend !== true;
  return isSilent && mayEnd && runners.every(hasEnded) ? [{ type: 'SuspendJob' }] : [];
}

/** Records lost runners on the Job, where the record outlives this operator, unless their pods still have the same information. */
export function recordLost({
  job,
  nowMs,
  lastRecordedMs,
  runners,
}: Pick<UnderLoad, 'job' | 'nowMs' | 'lastRecordedMs' | 'runners'>): Action[] {
  if (job === undefined || (lastRecordedMs !== undefined && nowMs - lastRecordedMs < RECORD_MS)) return [];
  const records = lostRunnerRecords(job);
  const lost = runners.filter((r) => isGone(r) && r.settled && !records.has(r.index) && !isInPod(r));
  return lost.length === 0 ? [] : [{ type: 'RecordLostRunners', annotations: annotationsFor(job, lost) }];
}

/** Whether a pod that stays holds the end of its runner: its termination message, or the failure of one that still runs. */
function isInPod({ pod, state }: Runner): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  return terminationMessageOf(pod) !== undefined || (state === 'Failed' && !isOver(pod));
}
