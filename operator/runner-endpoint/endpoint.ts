import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { TrialPlan } from '../../api/protocol/trial.ts';
import { trialPlanOf } from '../../model/capacity/trial/trial-plan.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mayBeAborted } from '../../model/judge/abort.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { type Chain, firstOf } from '../common/chain.ts';
import type { Pod } from '../kube/types.ts';
import { keyOf, type LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { Caller } from './authenticator.ts';
import { foreignRequests, type Incoming, isLatecomer, isWanted, overtaken } from './incoming.ts';
import { instruct } from './instruction.ts';
import { parseUpdate } from './parse-update.ts';
import { COLLECTED_TOGETHER, patienceMs } from './polling.ts';
import type { Refusal } from './refusal.ts';
import { type FindJob, type RunnerIdentity, runnerOf } from './runner-identity.ts';
import { trialStartMs } from './trial-start.ts';

export type EndpointDependencies = {
  authenticate: (token: string) => Promise<Caller>;
  pod: (namespace: string, name: string) => Pod | undefined;
  job: FindJob;
  test: (namespace: string, name: string) => LoadTestResource | undefined;
  updates: UpdateStore;
  addresses: Assignment['addresses'];
  /** Requests a reconcile of a LoadTest of so many runners. */
  enqueue: (key: string, replicas: number) => void;
  now: () => number;
};

/** The runner that holds `token`. Rejects when the API server cannot review the token. */
export async function identify(
  dependencies: EndpointDependencies,
  token: string | undefined,
): Promise<RunnerIdentity | Refusal> {
  if (token === undefined) return { status: 401, error: 'a bearer token is needed' };
  const caller = await dependencies.authenticate(token);
  if (caller.kind === 'Unknown') return { status: 401, error: 'the token is not valid for this audience' };
  if (caller.kind === 'NoPod') return { status: 403, error: "only a pod's token may send updates" };
  const pod = dependencies.pod(caller.pod.namespace, caller.pod.name);
  if (pod === undefined || pod.metadata.uid !== caller.pod.uid) return { status: 404, error: 'the pod is not known' };
  return runnerOf(pod, dependencies.job) ?? { status: 403, error: 'the pod is not a runner of a LoadTest' };
}

/** Why a valid update is refused. */
const REFUSALS: Chain<Incoming, Refusal> = [overtaken, foreignRequests];

/** Stores a runner update, unless it is refused or no longer counts. Returns it as it is stored, without its intervals. */
export function takeUpdate(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  body: unknown,
): { update: RunnerUpdate } | Refusal {
  const parsed = parseUpdate(body);
  if ('error' in parsed) return parsed;
  const incoming = incomingOf(dependencies, runner, parsed.update);
  const refusal = firstOf(REFUSALS, incoming);
  if (refusal !== undefined) return refusal;
  const { update, intervals } = withoutIntervals(parsed.update);
  if (isWanted(incoming) && store(dependencies, runner, incoming.test, update, intervals))
    dependencies.enqueue(keyOf(runner), incoming.test.spec?.runners.replicas ?? 1);
  return { update };
}

/** Stores an update and its intervals. True when a reconcile may decide something else by them. */
function store(
  { updates, now }: EndpointDependencies,
  { uid, index, podUid }: RunnerIdentity,
  { spec }: LoadTestResource,
  update: RunnerUpdate,
  intervals: IntervalEnds | undefined,
): boolean {
  const replicas = spec?.runners.replicas ?? 1;
  const areAllCollected = intervals !== undefined && updates.putIntervals(uid, index, intervals, replicas);
  const isNews = updates.put(uid, index, { podUid, receivedAtMs: now(), update });
  if (spec === undefined || update.snapshot === undefined) return isNews || areAllCollected;
  const isMoment = updates.timeline(uid, spec).record(updates.snapshots(uid, replicas), patienceMs(replicas));
  const mayAbort = isMoment && mayBeAborted(spec);
  return isNews || areAllCollected || mayAbort;
}

/** The current instruction for a runner that has sent `update`. */
export function instructionFor(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  update: RunnerUpdate,
): Instruction {
  const { updates, addresses, now } = dependencies;
  const { uid, index } = runner;
  const incoming = incomingOf(dependencies, runner, update);
  const { test } = incoming;
  const nowMs = now();
  return instruct({
    nowMs,
    addresses,
    test,
    index,
    update,
    stopReason: isLatecomer(incoming) ? 'the load has started without this pod' : updates.stopReason(uid),
    setup: test?.spec?.script === undefined ? undefined : updates.of(uid).get(0)?.update.setup,
    tearsDown: updates.tearsDown(uid),
    mayDeliverIntervals: isTurnOf(index, updates.intervals(uid)?.by),
    trial: trialOf(updates, uid, test, nowMs),
    endedTrial: updates.endedTrial(uid),
  });
}

/** The newest trial of a search, with the start that its runners have in common. */
function trialOf(
  updates: UpdateStore,
  uid: string,
  test: LoadTestResource | undefined,
  nowMs: number,
): TrialPlan | undefined {
  const plan = test && trialPlanOf(test.status);
  if (plan === undefined) return undefined;
  const { number } = plan;
  const replicas = test?.spec?.runners.replicas ?? 1;
  const isTakenUp = () => [...updates.of(uid).values()].some(({ update }) => update.trial?.number === number);
  const startAtMs = updates.trialStartMs(uid, number, (knowsRunners) =>
    trialStartMs(plan, { nowMs, replicas, knowsRunners, isTakenUp: isTakenUp() }),
  );
  return { ...plan, startAtMs };
}

function incomingOf(
  { test: find, updates }: EndpointDependencies,
  runner: RunnerIdentity,
  update: RunnerUpdate,
): Incoming {
  // Another LoadTest may have taken the name.
  const found = find(runner.namespace, runner.name);
  const test = found?.metadata.uid === runner.uid ? found : undefined;
  return { update, runner, test, known: updates.of(runner.uid).get(runner.index) };
}

/** Whether an ended runner may deliver its intervals now: those of a thousand at once would take too much memory. */
function isTurnOf(index: number, collected: ReadonlySet<number> = new Set()): boolean {
  return !collected.has(index) && index < collected.size + COLLECTED_TOGETHER;
}

/** An update as it is stored, and its intervals, which are merged with those of the other runners. */
function withoutIntervals({ intervals, ...update }: RunnerUpdate): { update: RunnerUpdate; intervals?: IntervalEnds } {
  if (intervals === undefined || update.phase !== 'Finished') return { update };
  return { update: { ...update, intervals: 'Kept' }, ...(intervals !== 'Kept' && { intervals }) };
}
