import { LABEL_QUEUE } from '../../../api/common/names.ts';
import { type ConditionState, isTrue } from '../../../api/status/conditions.ts';
import { exceeded } from '../../../model/limits/violations.ts';
import type { Job } from '../../kube/types.ts';
import { stopOf } from '../resources/loadtest-resource.ts';
import {
  type Action,
  accepted,
  conditions,
  type Decision,
  type Observed,
  type StageDecision,
  UNDECIDED,
} from './decision.ts';
import { neverRan, startup } from './startup.ts';
import { throttleStatus } from './status-throttling.ts';
import { underLoad } from './under-load.ts';

/**
 * Runners end by themselves once their final report is accepted, but stay up to a minute for the last scrape of their counters.
 * Where there was no load there is nothing to wait for.
 */
const LINGER_MS = 90_000;
const LINGER_WITHOUT_LOAD_MS = 5_000;

/** Decides what a LoadTest needs from what is observed of it, and from nothing else. */
export function reconcile(observed: Observed): Decision {
  const { test } = observed;
  if (test.metadata.deletionTimestamp !== undefined) {
    return { actions: observed.job === undefined ? [] : [{ type: 'DeleteJob' }] };
  }
  if (isTrue(test.status.conditions, 'Complete')) return afterwards(observed);
  const { actions, status, requeueAfterMs } = plan(observed);
  const settled = throttleStatus(test.status, status, observed);
  const again = [requeueAfterMs, settled.againMs].filter((ms) => ms !== undefined);
  return {
    actions,
    ...(settled.write ? { status } : {}),
    ...(again.length === 0 ? {} : { requeueAfterMs: Math.max(0, Math.min(...again)) }),
  };
}

function plan(observed: Observed): StageDecision {
  const { test } = observed;
  if (test.problem !== undefined) return invalid(observed, test.problem);
  if (test.status.loadStartTime !== undefined) return underLoad(observed, test);
  // Limits that change leave alone what has started.
  const excess = test.status.startTime === undefined ? exceeded(test.spec, observed.limits) : [];
  if (excess.length > 0) return refused(observed, excess.join('; '));
  if (test.spec.suspend && stopOf(test) === undefined) return suspended(observed);
  return startup(observed, test);
}

/**
 * Ends a test whose spec this operator cannot run. It ends at once, so that those who wait for it go on; from then on the API server lets
 * nobody correct it into one that runs (docs/design/0008-one-schema-two-judges.md).
 */
function invalid(observed: Observed, message: string): StageDecision {
  const { actions, status } = neverRan(observed, observed.test.status, 'Invalid', message);
  const states = { Accepted: { status: 'False', reason: 'Invalid', message } } as const;
  if (status.loadStartTime === undefined) return { actions, status: conditions(observed, states, status) };
  // Another version of the operator began it.
  const open = { status: 'Unknown', reason: 'Invalid', message: `its load cannot be judged: ${message}` } as const;
  return { actions, status: conditions(observed, { ...states, Passed: open, GeneratorSaturated: open }, status) };
}

/** Ends a test that the operator's limits do not allow. */
function refused(observed: Observed, message: string): StageDecision {
  const { actions, status } = neverRan(observed, observed.test.status, 'LimitExceeded', message);
  const accepted: ConditionState = { status: 'False', reason: 'LimitExceeded', message };
  return { actions, status: conditions(observed, { Accepted: accepted }, status) };
}

function suspended(observed: Observed): StageDecision {
  const { startTime: _, runners: __, ...before } = observed.test.status;
  return {
    actions: observed.job === undefined ? [] : [{ type: 'DeleteJob' }, { type: 'ForgetReports' }],
    status: conditions(
      observed,
      {
        ...accepted(observed),
        Ready: { status: 'False', reason: 'Suspended', message: '' },
        Running: { status: 'False', reason: 'Suspended', message: '' },
        Complete: { status: 'False', reason: 'Suspended', message: 'spec.suspend is true' },
        ...UNDECIDED,
      },
      before,
    ),
  };
}

/** A test that is complete stays as it is; all that is left is to clean up after it. */
function afterwards({ test, job, nowMs }: Observed): Decision {
  const sinceMs = nowMs - Date.parse(test.status.completionTime ?? '');
  const ttlMs = (test.spec?.ttlSecondsAfterFinished ?? Number.POSITIVE_INFINITY) * 1e3;
  if (sinceMs >= ttlMs) return { actions: [{ type: 'ForgetReports' }, { type: 'DeleteTest' }] };
  const actions: Action[] = [{ type: 'ForgetReports' }];
  const waitsMs = [ttlMs - sinceMs];
  const lingerMs = (test.status.loadStartTime === undefined ? LINGER_WITHOUT_LOAD_MS : LINGER_MS) - sinceMs;
  const leftover = job !== undefined && !isOver(job) && job.spec.suspend !== true;
  // Kueue would take a Job that is suspended for one that waits, and start it again.
  const isQueued = job?.metadata.labels?.[LABEL_QUEUE] !== undefined;
  if (isQueued && !isOver(job) && job.spec.suspend === true) actions.push({ type: 'DeleteJob' });
  if (leftover && lingerMs <= 0) actions.push({ type: isQueued ? 'DeleteJob' : 'SuspendJob' });
  else if (leftover) waitsMs.push(lingerMs);
  const again = Math.min(...waitsMs);
  return { actions, ...(Number.isFinite(again) ? { requeueAfterMs: again } : {}) };
}

/** Whether a Job makes no pods any more. One without pods may only pause before the next. */
function isOver({ status }: Job): boolean {
  return (
    status?.conditions?.some((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True') ?? false
  );
}
