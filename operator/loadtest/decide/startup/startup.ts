import { isoTime } from '../../../../api/common/time.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { begunSearch, isSearch } from '../../../../model/capacity/progress.ts';
import { withStage } from '../../../../model/lifecycle/stage.ts';
import { type Chain, firstOf } from '../../../common/chain.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import { countRunners } from '../../runners/runner.ts';
import { runnersOf } from '../../runners/runners.ts';
import { type Decision, decidedOn } from '../decision.ts';
import { LIVE_WRITE_MS } from '../status-throttling.ts';
import { stopBeforeLoad } from '../stop-annotation.ts';
import { admission } from './admission.ts';
import type { Startup, StartupFact } from './facts.ts';
import { awaitedRunners, waitingOf } from './ready.ts';
import { readyTimeout } from './ready-timeout.ts';
import { replacedJob } from './replaced-job.ts';
import { allReady, startMs } from './replicas.ts';
import { jobInvalid, runnerFailed, runnerLost } from './runner-failed.ts';

const CHECKS: Chain<Startup, StartupFact> = [
  stopBeforeLoad,
  jobInvalid,
  runnerFailed,
  runnerLost,
  allReady,
  admission,
  readyTimeout,
  replacedJob,
];

/** Brings an accepted test to the barrier with all its runners, and decides to start its load. */
export function startup(observed: ObservedAccepted): Decision {
  const { job, nowMs, test } = observed;
  const { replicas } = test.spec.runners;
  const runners = runnersOf({ ...observed, replicas, names: [], loadStartMs: undefined });
  const ready = runners.filter((r) => r.state === 'Ready').length;
  const startTime = test.status.startTime ?? job?.metadata.creationTimestamp ?? isoTime(nowMs);
  const state = { ...observed, runners, ready, waiting: waitingOf({ ...observed, runners }, ready), startTime };
  return decisionOn(state, firstOf(CHECKS, state) ?? awaitedRunners(state));
}

/** Turns a fact into actions and a status. */
function decisionOn(state: Startup, fact: StartupFact): Decision {
  const { test, job, nowMs, runners, waiting, startTime } = state;
  const counted: LoadTestStatus = { ...test.status, startTime, runners: countRunners(runners, { underLoad: false }) };
  const decided = decidedOn(state);
  switch (fact.is) {
    case 'NeverRan':
      return { actions: [], status: withStage(counted, fact, decided) };
    case 'AllReady': {
      const loadStartMs = startMs(nowMs, runners.length);
      const stage = { is: 'Started', runners: runners.length, loadStartMs } as const;
      const { spec } = test;
      const search = isSearch(spec) ? { capacity: begunSearch(spec, loadStartMs) } : {};
      return {
        actions: [],
        status: { ...withStage(counted, stage, decided), ...search },
        requeueAfterMs: LIVE_WRITE_MS,
      };
    }
    case 'AwaitsTurn':
      return { actions: [], status: withStage(test.status, { is: 'Waiting', waiting: fact.turn }, decided) };
    case 'Admitted':
      return { actions: [], status: withStage(counted, { is: 'Waiting', waiting }, decided), requeueAfterMs: 0 };
    case 'JobReplaced': {
      const { predecessors, suspended } = fact;
      return {
        actions: [{ type: 'ReplaceJob', predecessors, suspended }],
        status: withStage(counted, { is: 'Waiting', waiting }, decided),
      };
    }
    case 'AwaitsRunners':
      return {
        actions: job === undefined ? [{ type: 'CreateJob' }] : [],
        status: withStage(counted, { is: 'Waiting', waiting }, decided),
        ...(Number.isFinite(fact.againMs) && { requeueAfterMs: fact.againMs }),
      };
  }
}
