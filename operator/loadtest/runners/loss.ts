import type { LostRunnerRecord } from '../../../api/protocol/lost-runner-record.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Job, Pod } from '../../kube/types.ts';
import { disruptionOf, endOf, isOver } from '../resources/pods.ts';

/** A runner, which sends an update every second, is lost after so long a silence, even when its pod looks alive. */
export const SILENCE_MS = 60_000;
/** How long the termination message of a stopped runner is awaited: a node that is gone never delivers it. */
const SILENT_MESSAGE_MS = 20_000;
const DELETED_MESSAGE_MS = 5_000;
/** Kubernetes cuts the time of a deletion to whole seconds: the deletion may have been so much later. */
const CUT_MS = 1_000;

/** Why a runner is lost, and whether nothing more can arrive from it. */
export type Loss = { message: string; settled: boolean };

/** Why a runner will never be ready; undefined when it may be. */
export function lossBeforeLoad(pod: Pod | undefined): Loss | undefined {
  // Any other pod that ended has its Job replaced.
  if (pod?.status?.phase !== 'Succeeded') return undefined;
  return { message: `its pod ended: ${endOf(pod)}`, settled: true };
}

/** Why a runner under load, silent since `heardMs`, will never send a final update; undefined when it may. */
export function lossUnderLoad(
  pod: Pod | undefined,
  record: LostRunnerRecord | undefined,
  { job, heardMs, nowMs }: { job: Job | undefined; heardMs: number; nowMs: number },
): Loss | undefined {
  // The Job of a silent runner is suspended by this operator, for its termination message.
  const isSilent = nowMs - heardMs > SILENCE_MS;
  const gone = ['its pod is gone', isSilent ? undefined : endOfJob(job)].filter(Boolean).join(': ');
  if (pod === undefined) return { message: record?.message ?? gone, settled: true };
  if (isOver(pod)) {
    // A pod that had generated load would have left a final update: this is the successor of a pod that is gone.
    const isSuccessor = pod.status?.phase === 'Succeeded';
    const end = isSuccessor ? gone : `its pod ended: ${endOf(pod)}`;
    return { message: record?.message ?? end, settled: true };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    const endsMs = Date.parse(deletionTimestamp);
    // A pod that was silent before is deleted because of its silence.
    const silentMs = endsMs - deletionGracePeriodSeconds * 1e3 - heardMs;
    const deleted = ['its pod was deleted', removalOf(pod, job)].filter(Boolean).join(': ');
    const message = silentMs + CUT_MS > SILENCE_MS ? silenceOf(Math.max(silentMs, SILENCE_MS), pod) : deleted;
    return { message, settled: nowMs > endsMs + DELETED_MESSAGE_MS };
  }
  const silentMs = nowMs - heardMs;
  if (silentMs <= SILENCE_MS) return undefined;
  return { message: silenceOf(silentMs, pod), settled: silentMs > SILENCE_MS + SILENT_MESSAGE_MS };
}

/** Why Kubernetes removes a pod: a disruption, or the end of its Job. */
function removalOf(pod: Pod, job: Job | undefined): string | undefined {
  return disruptionOf(pod) || (pod.metadata.deletionTimestamp === undefined ? undefined : endOfJob(job));
}

/** What somebody did to the Job, which ends its pods: Kueue suspends the Job of a workload that it preempts. */
function endOfJob(job: Job | undefined): string | undefined {
  if (job === undefined) return 'its Job was deleted';
  return job.spec.suspend === true ? 'its Job was suspended' : undefined;
}

/** Why a runner is lost whose update was refused. */
export function refusedText(why: string): string {
  return `its update was refused: ${why}`;
}

/** The failure that a runner reported, and why Kubernetes removed its pod, if it did; the pod holds that while it exists. */
export function failureOf(
  { message }: RunnerUpdate,
  pod: Pod | undefined,
  record: LostRunnerRecord | undefined,
  job: Job | undefined,
): string {
  if (pod === undefined && record !== undefined) return record.message;
  return [message ?? 'it did not say why', pod && removalOf(pod, job)].filter(Boolean).join(': ');
}

function silenceOf(silentMs: number, pod: Pod): string {
  const silence = `no update from it for ${Math.floor(silentMs / 1e3)} s`;
  return isNodeLost(pod) ? `${silence}; its node ${pod.spec?.nodeName} is not ready` : silence;
}

/** Kubernetes marks the pods of an unreachable node as not ready, and leaves the last known states of their containers. */
function isNodeLost({ status }: Pod): boolean {
  const isReady = status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? true;
  return !isReady && status?.phase === 'Running' && (status.containerStatuses?.every((c) => c.ready === true) ?? false);
}
