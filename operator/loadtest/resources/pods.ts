import { LABEL_COMPLETION_INDEX, LABEL_QUEUE, RUNNER_CONTAINER } from '../../../api/common/names.ts';
import { podReason, type WaitingReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import type { ContainerState, Job, KubeObject, Pod } from '../../kube/types.ts';
import { predecessorsOf } from './predecessors.ts';

const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
]);
/** Reasons that every starting container has. */
const USUAL_REASONS = new Set(['ContainerCreating', 'PodInitializing']);

/** The completion index of a Job's pod; -1 when it has none. */
export function indexOf(pod: Pod): number {
  const label = pod.metadata.labels?.[LABEL_COMPLETION_INDEX];
  return label !== undefined && /^\d+$/.test(label) ? Number(label) : -1;
}

/** Finds the Job of that name, or the last one of that name that was deleted. */
export type FindJob = (namespace: string, name: string) => KubeObject | undefined;

/** Whether a pod belongs to a Job. Everybody who may create pods may choose their labels, and the name of an owner. */
export function isOfJob({ metadata }: Pod, job: KubeObject): boolean {
  const { uid } = job.metadata;
  return (
    metadata.ownerReferences?.some((owner) => owner.controller === true && owner.kind === 'Job' && owner.uid === uid) ??
    false
  );
}

/** Whether the runner of a pod has ended for good. A sidecar may still keep the pod. */
export function isOver(pod: Pod): boolean {
  const { phase } = pod.status ?? {};
  return phase === 'Failed' || phase === 'Succeeded' || runnerState(pod)?.terminated !== undefined;
}

/** Whether a pod may still become, or be, a runner. */
export function isAlive(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** The state of the runner's container. A mesh may have added others, in any order. */
function runnerState({ status }: Pod): ContainerState | undefined {
  return status?.containerStatuses?.find(({ name }) => name === RUNNER_CONTAINER)?.state;
}

/** Since when a pod's runner runs, epoch milliseconds; undefined while it does not. */
export function runningSinceMs(pod: Pod): number | undefined {
  const startedAt = runnerState(pod)?.running?.startedAt;
  return startedAt === undefined ? undefined : Date.parse(startedAt);
}

/** The termination message of a pod's runner. */
export function terminationMessageOf(pod: Pod): string | undefined {
  return runnerState(pod)?.terminated?.message;
}

/** How a pod ended, as Kubernetes describes it. */
export function endOf(pod: Pod): string {
  const { status } = pod;
  if (status?.reason !== undefined) return [status.reason, status.message].filter(Boolean).join(': ');
  const end = runnerState(pod)?.terminated;
  if (end === undefined) return status?.phase ?? 'unknown';
  return `${end.reason ?? 'Terminated'}, exit code ${end.exitCode}`;
}

/** Why Kubernetes removed a pod: an eviction, a preemption, a taint; empty when it did not. */
export function disruptionOf({ status }: Pod): string {
  const disruption = status?.conditions?.find((c) => c.type === 'DisruptionTarget' && c.status === 'True');
  return [disruption?.reason, disruption?.message].filter(Boolean).join(': ');
}

/** Whether a Job that may have pods has fewer than it should. */
export function lacksPods({ job, pods }: { job: Job | undefined; pods: readonly Pod[] }, replicas: number): boolean {
  return job !== undefined && job.spec.suspend !== true && pods.filter((pod) => !isOver(pod)).length < replicas;
}

/** Why runners are not ready, the gravest problem first; WaitingForRunners without one. `refusal`: why the API server refused a pod. */
export function waitingFor(
  job: Job | undefined,
  pods: readonly Pod[],
  replicas: number,
  refusal: string | undefined,
): Waiting {
  if (job?.spec.suspend === true) return held(job);
  const alive = pods.filter((pod) => !isOver(pod));
  const isShort = alive.length < replicas;
  if (isShort && refusal !== undefined) return { reason: refusalReason(refusal), message: refusal };
  const problems = alive.map(problemOf);
  return (
    problems.find((p) => p?.reason === 'ImagePullFailed') ??
    problems.find((p) => p !== undefined && p.reason !== 'Unschedulable') ??
    problems.find((p) => p !== undefined) ??
    replacement(job, pods) ?? { reason: 'WaitingForRunners', message: missing(alive, replicas) }
  );
}

function held({ metadata: { name, labels } }: Job): Waiting {
  const queue = labels?.[LABEL_QUEUE];
  if (queue === undefined) return { reason: 'JobSuspended', message: `Job ${name} is suspended` };
  return { reason: 'WaitingForAdmission', message: `Job ${name} waits in Kueue's queue ${queue}` };
}

function refusalReason(refusal: string): WaitingReason {
  if (refusal.includes('exceeded quota')) return 'QuotaExceeded';
  return refusal.includes('violates PodSecurity') ? 'PodSecurity' : 'PodsRefused';
}

function replacement(job: Job | undefined, pods: readonly Pod[]): Waiting | undefined {
  const why = endedPod(job, pods) ?? predecessorsOf(job)?.message;
  return why === undefined ? undefined : { reason: 'RunnerReplaced', message: `${why}; all runners start again` };
}

/** How a pod of a Job ended, if one has: it gets no successor in that Job. */
export function endedPod(job: Job | undefined, pods: readonly Pod[]): string | undefined {
  const ended = pods.find((pod) => !isAlive(pod));
  if (ended !== undefined)
    return `pod ${ended.metadata.name} ${isOver(ended) ? `ended: ${endOf(ended)}` : 'was deleted'}`;
  const failedIndexes = job?.status?.failedIndexes ?? '';
  return failedIndexes === '' ? undefined : `the pod of runner ${failedIndexes.split(/[-,]/)[0]} is gone`;
}

function missing(pods: readonly Pod[], replicas: number): string {
  return pods.length < replicas ? `${pods.length} of ${replicas} pods exist` : '';
}

function problemOf(pod: Pod): Waiting | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const others = [...initContainerStatuses, ...containerStatuses].map(({ state }) => state?.waiting);
  const isUnusual = (state: ContainerState['waiting']) => state?.reason && !USUAL_REASONS.has(state.reason);
  const waiting = [runnerState(pod)?.waiting, ...others].find(isUnusual);
  const problem = (reason: WaitingReason, message: string | undefined) => ({
    reason,
    message: [`pod ${pod.metadata.name}`, message].filter(Boolean).join(': '),
  });
  if (waiting?.reason !== undefined) {
    const { reason, message } = waiting;
    // The kubelet alternates between two reasons for one failed pull.
    if (IMAGE_REASONS.has(reason)) return problem('ImagePullFailed', message ?? reason);
    return problem(podReason(reason), message);
  }
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled');
  return scheduled?.status === 'False'
    ? problem(podReason(scheduled.reason ?? 'Unschedulable'), scheduled.message)
    : undefined;
}
