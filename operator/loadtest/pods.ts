import { LABEL_COMPLETION_INDEX } from '../../api/names.ts';
import type { Job, Pod } from '../kube/types.ts';

/** Why not all runners are ready: CamelCase for the condition's reason, and the pods' own words. */
export type Waiting = { reason: string; message: string };

const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
]);
/** What every container says on its way up. */
const USUAL_REASONS = new Set(['ContainerCreating', 'PodInitializing']);

/** The completion index of a Job's pod; -1 when it has none. */
export function indexOf(pod: Pod): number {
  const label = pod.metadata.labels?.[LABEL_COMPLETION_INDEX];
  return label !== undefined && /^\d+$/.test(label) ? Number(label) : -1;
}

/** What holds the runners up, the gravest first; the plain wait for them when nothing does. */
export function waitingFor(job: Job | undefined, pods: readonly Pod[], replicas: number): Waiting {
  if (job?.spec.suspend === true) return { reason: 'JobSuspended', message: `Job ${job.metadata.name} is suspended` };
  const problems = pods.map(problemOf);
  return (
    problems.find((p) => p?.reason === 'ImagePullFailed') ??
    problems.find((p) => p !== undefined && p.reason !== 'Unschedulable') ??
    problems.find((p) => p !== undefined) ?? { reason: 'WaitingForRunners', message: missing(pods, replicas) }
  );
}

function missing(pods: readonly Pod[], replicas: number): string {
  return pods.length < replicas ? `${pods.length} of ${replicas} pods exist` : '';
}

function problemOf(pod: Pod): Waiting | undefined {
  const waiting = pod.status?.containerStatuses?.find((c) => c.state?.waiting !== undefined)?.state?.waiting;
  const say = (reason: string, message: string | undefined) => ({
    reason,
    message: [`pod ${pod.metadata.name}`, message].filter(Boolean).join(': '),
  });
  if (waiting?.reason !== undefined && !USUAL_REASONS.has(waiting.reason)) {
    const { reason, message } = waiting;
    // The kubelet takes turns between two reasons for one failed pull.
    if (IMAGE_REASONS.has(reason)) return say('ImagePullFailed', message ?? reason);
    return say(reason, message);
  }
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled');
  return scheduled?.status === 'False' ? say(scheduled.reason ?? 'Unschedulable', scheduled.message) : undefined;
}
