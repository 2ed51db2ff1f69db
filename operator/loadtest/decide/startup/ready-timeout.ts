import { milliseconds } from '../../../../api/common/duration.ts';
import type { Job } from '../../../kube/types.ts';
import type { Startup, StartupFact } from './facts.ts';

type Input = Pick<Startup, 'test' | 'job' | 'waiting' | 'startTime' | 'nowMs'>;

/** Ends a test whose runners are not ready within `spec.runners.readyTimeout`. */
export function readyTimeout(state: Input): StartupFact | undefined {
  if (readyTimeoutLeftMs(state) > 0) return undefined;
  const message = `after ${state.test.spec.runners.readyTimeout}, ${state.waiting.message}`;
  return { is: 'NeverRan', reason: 'ReadyTimeout', message };
}

/** How long the runners still have, milliseconds; Infinity while their Job may not create pods, as nothing is late then. */
export function readyTimeoutLeftMs({ test, job, startTime, nowMs }: Omit<Input, 'waiting'>): number {
  if (isHeld(job)) return Number.POSITIVE_INFINITY;
  return Date.parse(job?.status?.startTime ?? startTime) + milliseconds(test.spec.runners.readyTimeout) - nowMs;
}

/** Whether a Job may not create pods. Its condition says so until the Job controller has noticed that it may. */
function isHeld(job: Job | undefined): boolean {
  const wasHeld = job?.status?.conditions?.some((c) => c.type === 'Suspended' && c.status === 'True');
  return job?.spec.suspend === true || wasHeld === true;
}
