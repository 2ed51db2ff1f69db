import { type Chain, firstOf } from '../../common/chain.ts';
import type { Observed, ObservedAccepted } from '../observe/observed.ts';
import { invalidSpec, maxWaitingTests, operatorLimits } from './accepted.ts';
import { complete } from './complete.ts';
import { withDashboard } from './dashboard.ts';
import type { Decision } from './decision.ts';
import { withNotifications } from './notifications.ts';
import { startup } from './startup/startup.ts';
import { throttleStatus } from './status-throttling.ts';
import { suspend } from './suspend.ts';
import { underLoad } from './under-load/under-load.ts';

const STAGES: Chain<Observed, Decision> = [deletionTimestamp, complete, invalidSpec];
const ACCEPTED_STAGES: Chain<ObservedAccepted, Decision> = [underLoad, operatorLimits, maxWaitingTests, suspend];

/** Decides what a LoadTest needs, from its observation alone. The status is left out when there is nothing to write now. */
export function reconcile(observed: Observed): Decision {
  const { test, grafanaUrl } = observed;
  const decision = firstOf(STAGES, observed) ?? acceptedStage(observed as ObservedAccepted);
  const { actions, requeueAfterMs, status: next } = withNotifications(observed, decision);
  const status = next && withDashboard(next, test.metadata, grafanaUrl);
  const throttled = status === undefined ? { write: false } : throttleStatus(test.status, status, observed);
  const again = [requeueAfterMs, throttled.againMs].filter((ms) => ms !== undefined);
  return {
    actions,
    ...(status !== undefined && throttled.write && { status }),
    ...(again.length > 0 && { requeueAfterMs: Math.max(0, Math.min(...again)) }),
  };
}

function acceptedStage(observed: ObservedAccepted): Decision {
  return firstOf(ACCEPTED_STAGES, observed) ?? startup(observed);
}

/** A test that is being deleted takes its Job along. */
export function deletionTimestamp({ test, job }: Pick<Observed, 'test' | 'job'>): Decision | undefined {
  if (test.metadata.deletionTimestamp === undefined) return undefined;
  return { actions: job === undefined ? [] : [{ type: 'DeleteJob' }] };
}
