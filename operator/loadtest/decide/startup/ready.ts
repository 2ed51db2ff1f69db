import type { Waiting } from '../../../../model/lifecycle/stage.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import { lacksPods, waitingFor } from '../../resources/pods.ts';
import type { Startup, StartupFact } from './facts.ts';
import { readyTimeoutLeftMs } from './ready-timeout.ts';

/** How often to look for the reason why pods are missing, which triggers no event of its own. */
const REFUSAL_MS = 2000;
/** How often to retry a Job that was refused: a quota that has room again triggers no event either. */
const JOB_AGAIN_MS = 3000;

/** Why not all runners are ready, of which `ready` are: the reason and message of the condition Ready. */
export function waitingOf(
  {
    test,
    job,
    pods,
    jobRefusal,
    podRefusal,
  }: Pick<ObservedAccepted, 'test' | 'job' | 'pods' | 'jobRefusal' | 'podRefusal'>,
  ready: number,
): Waiting {
  const { replicas } = test.spec.runners;
  const isRefused = job === undefined && jobRefusal !== undefined;
  const { reason, message }: Waiting = isRefused
    ? { reason: 'JobRefused', message: jobRefusal }
    : waitingFor(job, pods, replicas, podRefusal);
  return { reason, message: [`${ready} of ${replicas} runners are ready`, message].filter(Boolean).join('; ') };
}

/** The test waits for its runners, and looks again when their time is up, or when a refusal may be over. */
export function awaitedRunners(state: Startup): StartupFact {
  const { test, job, jobRefusal } = state;
  const isRefused = job === undefined && jobRefusal !== undefined;
  const jobAgainMs = isRefused ? JOB_AGAIN_MS : Number.POSITIVE_INFINITY;
  const lookMs = lacksPods(state, test.spec.runners.replicas) ? REFUSAL_MS : jobAgainMs;
  return { is: 'AwaitsRunners', againMs: Math.min(readyTimeoutLeftMs(state), lookMs) };
}
