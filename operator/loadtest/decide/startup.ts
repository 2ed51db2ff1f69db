import { milliseconds } from '../../../api/common/duration.ts';
import { isoTime } from '../../../api/common/time.ts';
import type { ConditionState } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { Job } from '../../kube/types.ts';
import { type AcceptedLoadTest, stopOf } from '../resources/loadtest-resource.ts';
import { isOver, type Waiting, waitingFor } from '../resources/pods.ts';
import { countRunners } from '../runners/runner.ts';
import { runnersOf } from '../runners/runners.ts';
import { accepted, conditions, type Observed, type StageDecision, UNDECIDED } from './decision.ts';
import { LIVE_WRITE_MS } from './status-throttling.ts';

/** How often the reason is looked for why pods are missing, which nothing tells of by itself. */
const REFUSAL_MS = 2000;

/** How often a Job that was refused is tried again: a quota that has room again is no news to anybody. */
const JOB_AGAIN_MS = 3000;

/** From the decision to start until the load begins the status is written, also where the node is busy starting runners... */
const WRITE_MS = 100;
/** ...and then each runner that waits is answered, which takes less than half of this. */
const TELL_MS = 1;

/** The way from an accepted LoadTest to all its runners at the barrier, and the decision to start. */
export function startup(observed: Observed, test: AcceptedLoadTest): StageDecision {
  const { job, nowMs } = observed;
  const { replicas, readyTimeout } = test.spec.runners;
  const startTime = test.status.startTime ?? job?.metadata.creationTimestamp ?? isoTime(nowMs);
  const runners = runnersOf({ ...observed, replicas, names: [], loadStartMs: undefined });
  const counted = { ...test.status, startTime, runners: countRunners(runners, { underLoad: false }) };
  const stop = stopOf(test);
  if (stop !== undefined) return neverRan(observed, counted, 'Stopped', stop);

  const failed = runners.find((r) => r.state === 'Failed');
  if (failed) {
    const { index, message, report } = failed;
    return neverRan(observed, counted, report?.reason ?? 'RunnerFailed', `runner ${index}: ${message}`);
  }
  const lost = runners.find((r) => r.state === 'Lost');
  if (lost) return neverRan(observed, counted, 'RunnersLost', `runner ${lost.index}: ${lost.message}`);

  const ready = runners.filter((r) => r.state === 'Ready').length;
  if (job !== undefined && ready === replicas) return start(observed, counted, replicas);

  const jobRefusal = job === undefined ? observed.jobRefusal : undefined;
  const waiting = jobRefusal
    ? { reason: 'JobRefused', message: jobRefusal }
    : waitingFor(job, observed.pods, replicas, observed.podRefusal);
  const message = [`${ready} of ${replicas} runners are ready`, waiting.message].filter(Boolean).join('; ');
  if (test.status.startTime === undefined && job === undefined)
    return admission(observed, waits(observed, counted, { ...waiting, message }));
  const leftMs = isHeld(job)
    ? Number.POSITIVE_INFINITY
    : Date.parse(job?.status?.startTime ?? startTime) + milliseconds(readyTimeout) - nowMs;
  if (leftMs <= 0) return neverRan(observed, counted, 'ReadyTimeout', `after ${readyTimeout}, ${message}`);
  const lookMs = lacksPods(observed, replicas) ? REFUSAL_MS : jobRefusal ? JOB_AGAIN_MS : Number.POSITIVE_INFINITY;
  const againMs = Math.min(leftMs, lookMs);
  return {
    actions: job === undefined ? [{ type: 'CreateJob' }] : [],
    ...(Number.isFinite(againMs) && { requeueAfterMs: againMs }),
    status: waits(observed, counted, { ...waiting, message }),
  };
}

/**
 * The decision that a test may begin, or what it waits for. It may once its `startTime` is persisted, and not before: whoever decides
 * about another test then sees it.
 */
function admission(observed: Observed, begun: LoadTestStatus): StageDecision {
  const { waitsFor, test } = observed;
  if (waitsFor !== undefined) return { actions: [], status: waits(observed, test.status, waitsFor) };
  return { actions: [], status: begun, requeueAfterMs: 0 };
}

/** Before there are runners the whole test is said to wait; from then on it is the runners that are not ready for some reason. */
const FOR_A_TURN = new Set(['WaitingForTarget', 'WaitingForSlot', 'WaitingForAdmission']);

function waits(observed: Observed, before: LoadTestStatus, { reason, message }: Waiting): LoadTestStatus {
  const turn = FOR_A_TURN.has(reason);
  const not: ConditionState = turn
    ? { status: 'False', reason, message }
    : { status: 'False', reason: 'WaitingForRunners', message: '' };
  const ready: ConditionState = { status: 'False', reason, message };
  return conditions(
    observed,
    { ...accepted(observed), Ready: ready, Running: not, Complete: not, ...UNDECIDED },
    before,
  );
}

/** Whether a Job that may have pods has fewer than it should. */
export function lacksPods({ job, pods }: Pick<Observed, 'job' | 'pods'>, replicas: number): boolean {
  return job !== undefined && job.spec.suspend !== true && pods.filter((pod) => !isOver(pod)).length < replicas;
}

/** Whether a Job may not make pods: nothing is late then. Until the Job controller has seen that it may, its status says so. */
function isHeld(job: Job | undefined): boolean {
  const wasHeld = job?.status?.conditions?.some((c) => c.type === 'Suspended' && c.status === 'True');
  return job?.spec.suspend === true || wasHeld === true;
}

function start(observed: Observed, before: LoadTestStatus, replicas: number): StageDecision {
  const loadStartTime = isoTime(observed.nowMs + WRITE_MS + replicas * TELL_MS);
  return {
    actions: [],
    requeueAfterMs: LIVE_WRITE_MS,
    status: conditions(
      observed,
      {
        ...accepted(observed),
        Ready: { status: 'True', reason: 'RunnersReady', message: `${replicas} of ${replicas} runners are ready` },
        Running: { status: 'True', reason: 'LoadStarted', message: `the load begins at ${loadStartTime}` },
        Complete: { status: 'False', reason: 'Running', message: '' },
        ...UNDECIDED,
      },
      { ...before, loadStartTime },
    ),
  };
}

/** Ends a test that made no load: its result is open, and `message` says why. */
export function neverRan(observed: Observed, before: LoadTestStatus, reason: string, message: string): StageDecision {
  const open: ConditionState = { status: 'Unknown', reason, message: `no load was made: ${message}` };
  return {
    actions: [],
    status: conditions(
      observed,
      {
        ...accepted(observed),
        Ready: { status: 'False', reason, message },
        Running: { status: 'False', reason, message: '' },
        Complete: { status: 'True', reason, message },
        Passed: open,
        GeneratorSaturated: { ...open, message: 'no load was made' },
      },
      { ...before, completionTime: isoTime(observed.nowMs) },
    ),
  };
}
