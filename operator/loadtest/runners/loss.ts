import type { LostRunnerRecord } from '../../../api/protocol/termination-message.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { Pod } from '../../kube/types.ts';
import { disruptionOf, endOf, isOver } from '../resources/pods.ts';

/** A runner that reports every second is lost after this long without a report, however alive its pod looks. */
export const SILENCE_MS = 60_000;
/** How long the last words of a runner are waited for that was told to end: a node that is gone never brings them. */
const SILENT_WORDS_MS = 20_000;
const DELETED_WORDS_MS = 5_000;
/** Kubernetes cuts the time of a deletion to whole seconds: it may have been so much later. */
const CUT_MS = 1_000;

/** Why a runner is lost, and whether nothing more can come of it. */
export type Loss = { message: string; settled: boolean };

/** Why a runner will never be ready, `hasFailed` where the Job has given its index up; undefined when it may be. */
export function lossBeforeLoad(pod: Pod | undefined, hasFailed: boolean): Loss | undefined {
  // Any other pod that ended gets a successor.
  if (!hasFailed && pod?.status?.phase !== 'Succeeded') return undefined;
  const isGone = pod === undefined || !isOver(pod);
  return { message: isGone ? 'its pod failed and is gone' : `its pod ended: ${endOf(pod)}`, settled: true };
}

/** Why a runner under load, last heard of at `heardMs`, will never send a final report; undefined when it may. */
export function lossUnderLoad(
  pod: Pod | undefined,
  kept: LostRunnerRecord | undefined,
  { heardMs, nowMs }: { heardMs: number; nowMs: number },
): Loss | undefined {
  if (pod === undefined) return { message: kept?.message ?? 'its pod is gone', settled: true };
  if (isOver(pod)) {
    // One that had made load would have left its final report: this is the successor of a pod that is gone.
    const isSuccessor = pod.status?.phase === 'Succeeded';
    const end = isSuccessor ? 'its pod is gone' : `its pod ended: ${endOf(pod)}`;
    return { message: kept?.message ?? end, settled: true };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    const endsMs = Date.parse(deletionTimestamp);
    // A pod that was silent before is deleted for that.
    const silentMs = endsMs - deletionGracePeriodSeconds * 1e3 - heardMs;
    const deleted = ['its pod was deleted', disruptionOf(pod)].filter(Boolean).join(': ');
    const message = silentMs + CUT_MS > SILENCE_MS ? silenceOf(Math.max(silentMs, SILENCE_MS), pod) : deleted;
    return { message, settled: nowMs > endsMs + DELETED_WORDS_MS };
  }
  const silentMs = nowMs - heardMs;
  if (silentMs <= SILENCE_MS) return undefined;
  return { message: silenceOf(silentMs, pod), settled: silentMs > SILENCE_MS + SILENT_WORDS_MS };
}

/** What a runner said of its failure, and who took its pod away, if Kubernetes did; the pod tells that for as long as it is there. */
export function failureOf({ message }: RunnerUpdate, pod: Pod | undefined, kept: LostRunnerRecord | undefined): string {
  if (pod === undefined && kept !== undefined) return kept.message;
  return [message ?? 'it did not say why', pod && disruptionOf(pod)].filter(Boolean).join(': ');
}

function silenceOf(silentMs: number, pod: Pod): string {
  const silence = `no report from it for ${Math.floor(silentMs / 1e3)} s`;
  return isNodeLost(pod) ? `${silence}; its node ${pod.spec?.nodeName} is not ready` : silence;
}

/** Of a node that does not answer, Kubernetes says that its pods are not ready, and leaves what the node last said of their containers. */
function isNodeLost({ status }: Pod): boolean {
  const isReady = status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? true;
  return !isReady && status?.phase === 'Running' && (status.containerStatuses?.every((c) => c.ready === true) ?? false);
}
