import type { Predecessors } from '../../../../api/protocol/predecessors.ts';
import { endedPod } from '../../resources/pods.ts';
import { predecessorsOf } from '../../resources/predecessors.ts';
import type { Startup, StartupFact } from './facts.ts';
import { awaitedSince, readyTimeoutLeftMs } from './ready-timeout.ts';

type Input = Pick<Startup, 'test' | 'job' | 'pods' | 'startTime' | 'nowMs'>;

/** A first Job is replaced at once, the next one when it is so old; each further one may become twice as old. */
const PAUSE_MS = 5_000;
/** With the pauses between them, so many Jobs take more than an hour. */
const MAX_JOBS = 11;
const MAX_MESSAGE = 1024;

/**
 * A pod that ends before the load is not replaced by its Job: a Job that keeps a failed pod until its successor exists keeps nodes and
 * namespaces from being emptied, where a successor cannot exist. The operator replaces the whole Job.
 */
export function replacedJob(state: Input): StartupFact | undefined {
  const { job, pods, nowMs } = state;
  // The Job controller has seen the end of the pod, and lets it go.
  const ended = job?.status?.failedIndexes ? endedPod(job, pods) : undefined;
  if (job === undefined || ended === undefined) return undefined;
  const before = predecessorsOf(job);
  const count = (before?.count ?? 0) + 1;
  if (count >= MAX_JOBS)
    return { is: 'NeverRan', reason: 'RunnersLost', message: `${ended}; ${count} Jobs have been tried` };
  const pauseMs = count === 1 ? 0 : PAUSE_MS * 2 ** (count - 2);
  const againMs = Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp) + pauseMs - nowMs;
  if (againMs > 0) return { is: 'AwaitsRunners', againMs: Math.min(againMs, readyTimeoutLeftMs(state)) };
  const suspended = job.spec.suspend === true;
  const predecessors: Predecessors = {
    count,
    ...(!suspended && { awaitedSince: awaitedSince(state) }),
    message: ended.slice(0, MAX_MESSAGE),
  };
  return { is: 'JobReplaced', predecessors, suspended };
}
