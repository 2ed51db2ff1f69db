import { milliseconds } from '../../../../api/common/duration.ts';
import type { Job } from '../../../kube/types.ts';
import { predecessorsOf } from '../../resources/predecessors.ts';
import type { Startup, StartupFact } from './facts.ts';

type Input = Pick<Startup, 'test' | 'job' | 'waiting' | 'startTime' | 'nowMs'>;

/** Ends a test whose runners are not ready within `spec.runners.readyTimeout`. */
export function readyTimeout(state: Input): StartupFact | undefined {
  if (readyTimeoutLeftMs(state) > 0) return undefined;
  const message = `after ${state.test.spec.runners.readyTimeout}, ${state.waiting.message}`;
  return { is: 'NeverRan', reason: 'ReadyTimeout', message };
}

/** How long the runners still have, milliseconds; Infinity while their Job may not create pods, as nothing is late then. */
export function readyTimeoutLeftMs(state: Omit<Input, 'waiting'>): number {
  if (isHeld(state.job)) return Number.POSITIVE_INFINITY;
  return Date.parse(awaitedSince(state)) + milliseconds(state.test.spec.runners.readyTimeout) - state.nowMs;
}

/** Since when the runners are awaited: since the start of the Job, or of the first of the Jobs that it replaces. */
export function awaitedSince({ job, startTime }: Pick<Input, 'job' | 'startTime'>): string {
  return predecessorsOf(job)?.awaitedSince ?? job?.status?.startTime ?? startTime;
}

/** Whether a Job may not create pods. Its condition says so until the Job controller has noticed that it may. */
function isHeld(job: Job | undefined): boolean {
  const wasHeld = job?.status?.conditions?.some((c) => c.type === 'Suspended' && c.status === 'True');
  return job?.spec.suspend === true || wasHeld === true;
}
