import { LABEL_QUEUE } from '../../../api/common/names.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import type { Job } from '../../kube/types.ts';
import { MAX_FIRST_SCRAPE_MS } from '../../runtime/config.ts';
import type { Observed } from '../observe/observed.ts';
import type { Action, Decision } from './decision.ts';
import { ttlSecondsAfterFinished } from './ttl-seconds-after-finished.ts';

/**
 * A runner ends once its final update is accepted, but stays for the last scrape of its counters: a minute, or until the first one is overdue. A
 * test without load has no counters to scrape.
 */
const LINGER_MS = MAX_FIRST_SCRAPE_MS + 30_000;
const LINGER_WITHOUT_LOAD_MS = 5_000;

/** A complete test keeps its status; only its Job, its updates and in the end the test itself are removed. */
export function complete(observed: Pick<Observed, 'test' | 'job' | 'nowMs'>): Decision | undefined {
  const { test, job, nowMs } = observed;
  if (!isTrue(test.status.conditions, 'Complete')) return undefined;
  const sinceMs = nowMs - Date.parse(test.status.completionTime ?? '');
  const ttl = ttlSecondsAfterFinished(test, sinceMs);
  if (ttl.isOver) return { actions: [{ type: 'ForgetUpdates' }, { type: 'DeleteTest' }] };
  const lingerMs = (test.status.loadStartTime === undefined ? LINGER_WITHOUT_LOAD_MS : LINGER_MS) - sinceMs;
  const leftover = leftoverJob(job, lingerMs);
  const againMs = Math.min(ttl.leftMs, leftover.againMs);
  return {
    actions: [{ type: 'ForgetUpdates' }, ...leftover.actions],
    ...(Number.isFinite(againMs) && { requeueAfterMs: againMs }),
  };
}

/**
 * How to end the Job of a complete test: now, or after the rest of `lingerMs`. A suspended Job stays for the logs of its pods, except under
 * Kueue, which would take it for one that waits, and start it again.
 */
function leftoverJob(job: Job | undefined, lingerMs: number): { actions: Action[]; againMs: number } {
  const nothing = { actions: [], againMs: Number.POSITIVE_INFINITY };
  if (job === undefined || isOver(job)) return nothing;
  const isQueued = job.metadata.labels?.[LABEL_QUEUE] !== undefined;
  const isSuspended = job.spec.suspend === true;
  if (isSuspended) return isQueued ? { ...nothing, actions: [{ type: 'DeleteJob' }] } : nothing;
  if (lingerMs <= 0) return { ...nothing, actions: [{ type: isQueued ? 'DeleteJob' : 'SuspendJob' }] };
  return { actions: [], againMs: lingerMs };
}

/** Whether a Job creates no more pods. A Job without pods may only pause before the next one. */
function isOver({ status }: Job): boolean {
  return (
    status?.conditions?.some((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True') ?? false
  );
}
