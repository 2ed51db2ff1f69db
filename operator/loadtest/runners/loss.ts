import type { LostRunnerRecord } from '../../../api/protocol/lost-runner-record.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Pod } from '../../kube/types.ts';
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
  { heardMs, nowMs }: { heardMs: number; nowMs: number },
): Loss | undefined {
  if (pod === undefined) return { message: record?.message ?? 'its pod is gone', settled: true };
  if (isOver(pod)) {
    // A pod that had generated load would have left a final update: this is the successor of a pod that is gone.
    const isSuccessor = pod.status?.phase === 'Succeeded';
    const end = isSuccessor ? 'its pod is gone' : `its pod ended: ${endOf(pod)}`;
    return { message: record?.message ?? end, settled: true };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    const endsMs = Date.parse(deletionTimestamp);
    // A pod that was silent before is deleted because of its silence.
    const silentMs = endsMs - deletionGracePeriodSeconds * 1e3 - heardMs;
    const deleted = ['its pod was deleted', disruptionOf(pod)].filter(Boolean).join(': ');
    const message = silentMs + CUT_MS > SILENCE_MS ? silenceOf(Math.max(silentMs, SILENCE_MS), pod) : deleted;
    return { message, settled: nowMs > endsMs + DELETED_MESSAGE_MS };
  }
  const silentMs = nowMs - heardMs;
  if (silentMs <= SILENCE_MS) return undefined;
  return { message: silenceOf(silentMs, pod), settled: silentMs > SILENCE_MS + SILENT_MESSAGE_MS };
}

/** Why a runner is lost whose update was refused. */
export function refusedText(why: string): string {
  return `its update was refused: ${why}`;
}

/** The failure that a runner reported, and the disruption of its pod, if Kubernetes removed it; the pod holds it while it exists. */
export function failureOf(
  { message }: RunnerUpdate,
  pod: Pod | undefined,
  record: LostRunnerRecord | undefined,
): string {
  if (pod === undefined && record !== undefined) return record.message;
  return [message ?? 'it did not say why', pod && disruptionOf(pod)].filter(Boolean).join(': ');
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
