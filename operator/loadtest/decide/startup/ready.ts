import type { Waiting } from '../../../../model/lifecycle/stage.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import { lacksPods, waitingFor } from '../../resources/pods.ts';
import type { Startup, StartupFact } from './facts.ts';
import { readyTimeoutLeftMs } from './ready-timeout.ts';
import { awaitsFirstUpdate, SILENT_AGAIN_MS, silentRunners } from './silent-runners.ts';

/** How often to look for the reason why pods are missing, which triggers no event of its own. */
const REFUSAL_MS = 2000;
/** How often to retry a Job that was refused: a quota that has room again triggers no event either. */
const JOB_AGAIN_MS = 3000;

/** Why not all runners are ready, of which `ready` are: the reason and message of the condition Ready. */
export function waitingOf(
  state: Pick<ObservedAccepted, 'test' | 'job' | 'pods' | 'jobRefusal' | 'podRefusal'> &
    Parameters<typeof silentRunners>[0],
  ready: number,
): Waiting {
  const { test, job, pods, jobRefusal, podRefusal } = state;
  const { replicas } = test.spec.runners;
  const isRefused = job === undefined && jobRefusal !== undefined;
  const why: Waiting = isRefused
    ? { reason: 'JobRefused', message: jobRefusal }
    : waitingFor(job, pods, replicas, podRefusal);
  const { reason, message } = (why.reason === 'WaitingForRunners' ? silentRunners(state) : undefined) ?? why;
  return { reason, message: [`${ready} of ${replicas} runners are ready`, message].filter(Boolean).join('; ') };
}

/** The test waits for its runners, and looks again when their time is up, or when a refusal may be over. */
export function awaitedRunners(state: Startup): StartupFact {
  const { test, job, jobRefusal } = state;
  const isRefused = job === undefined && jobRefusal !== undefined;
  const jobAgainMs = isRefused ? JOB_AGAIN_MS : Number.POSITIVE_INFINITY;
  const silentAgainMs = awaitsFirstUpdate(state) ? SILENT_AGAIN_MS : jobAgainMs;
  const lookMs = lacksPods(state, test.spec.runners.replicas) ? REFUSAL_MS : silentAgainMs;
  return { is: 'AwaitsRunners', againMs: Math.min(readyTimeoutLeftMs(state), lookMs) };
}
