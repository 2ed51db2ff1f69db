import type { UnderLoadReason } from '../../../../api/status/reasons.ts';
import { withStage } from '../../../../model/lifecycle/stage.ts';
import { persistedStop, type StopCause } from '../../../../model/lifecycle/stop-cause.ts';
import { type Chain, firstOf } from '../../../common/chain.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import { SILENCE_MS } from '../../runners/loss.ts';
import { countRunners, hasEnded, lossesText } from '../../runners/runner.ts';
import { heardMs, runnersOf } from '../../runners/runners.ts';
import { type Decision, decidedOn } from '../decision.ts';
import { LIVE_WRITE_MS } from '../status-throttling.ts';
import { stopAnnotation } from '../stop-annotation.ts';
import { thresholdAbort } from './abort.ts';
import { awaitsIntervals } from './compare-with.ts';
import { finished } from './end.ts';
import type { UnderLoad } from './facts.ts';
import { liveResult } from './live-result.ts';
import { endSilent, recordLost } from './lost-runners.ts';
import { finishing, runnersLost } from './on-loss.ts';
import { isTearingDown, tearDown, tearingDown } from './script-teardown.ts';
import { endTrial, searchAgainMs, searchOver, searchProgress, searchStatus } from './search.ts';
import { stopping, stopRunners } from './stop.ts';

/** How soon to decide again while the termination message of a runner, or the intervals of the run, are awaited. */
const UNSETTLED_MS = 1000;

/** Why a load ends before its plan does. A persisted cause stays, whatever is observed later. */
const STOPS: Chain<Omit<UnderLoad, 'stop'>, StopCause> = [
  ({ test }) => persistedStop(test.status),
  stopAnnotation,
  thresholdAbort,
  searchOver,
];

/** The activity of the runners, which is the reason of the condition Complete. */
const ACTIVITIES: Chain<UnderLoad, UnderLoadReason> = [stopping, tearingDown, finishing, runnersLost];

/** Follows a test from the start of its load until its runners have ended. */
export function underLoad(observed: ObservedAccepted): Decision | undefined {
  if (observed.test.status.loadStartTime === undefined) return undefined;
  const state = stateOf(observed, Date.parse(observed.test.status.loadStartTime));
  if (state.isTearingDown || !state.runners.every((r) => hasEnded(r) && r.settled)) return continued(state);
  // The intervals arrive within a moment, for which no status is written.
  return awaitsIntervals(state) ? { actions: [], requeueAfterMs: UNSETTLED_MS } : finished(state);
}

function stateOf(observed: ObservedAccepted, loadStartMs: number): UnderLoad {
  const { spec, status } = observed.test;
  const names = spec.requests.map(({ name }) => name);
  const runners = runnersOf({ ...observed, replicas: spec.runners.replicas, names, loadStartMs });
  const state = {
    ...observed,
    loadStartMs,
    runners,
    losses: lossesText(runners),
    isTearingDown: isTearingDown(observed, runners),
    search: searchProgress(observed, loadStartMs),
    counted: { ...status, runners: countRunners(runners, { underLoad: true }) },
  };
  return { ...state, stop: firstOf(STOPS, state) };
}

/** The decision while runners are under way, or their last measurements are awaited. */
function continued(state: UnderLoad): Decision {
  const { counted, runners, stop, losses } = state;
  const reason = firstOf(ACTIVITIES, state) ?? 'Running';
  return {
    actions: [...stopRunners(state), ...endTrial(state), ...tearDown(state), ...endSilent(state), ...recordLost(state)],
    status: withStage(
      { ...counted, ...liveResult(state), ...searchStatus(state) },
      { is: 'UnderLoad', reason, stop, losses },
      decidedOn(state),
    ),
    requeueAfterMs: runners.every((r) => r.settled) ? nextLookMs(state) : UNSETTLED_MS,
  };
}

/** At the next write of the status, or when a runner will have been silent for too long, which triggers no event. */
function nextLookMs(state: UnderLoad): number {
  const underWay = state.runners.filter((runner) => !hasEnded(runner));
  const longAgoMs = Math.min(...underWay.map(({ index }) => heardMs(state, index)));
  return Math.min(LIVE_WRITE_MS, searchAgainMs(state), longAgoMs + SILENCE_MS + 1 - state.nowMs);
}
