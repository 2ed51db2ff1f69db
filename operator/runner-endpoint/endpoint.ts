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
import type { FindJob } from '../loadtest/resources/pods.ts';
import { refusedText } from '../loadtest/runners/loss.ts';
import type { ReceivedUpdate, UpdateStore } from '../updates/update-store.ts';
import type { Authenticate } from './identity/authenticator.ts';
import { type RunnerIdentity, runnerOf } from './identity/runner-identity.ts';
import { claimsOf } from './identity/token-claims.ts';
import { foreignRequests, type Incoming, isLatecomer, isWanted, longerThanLoad, overtaken } from './incoming.ts';
import { hasEnded, instruct, stopLost } from './instruction.ts';
import { type ParsedUpdate, parseUpdate } from './parse-update.ts';
import { COLLECTED_TOGETHER, patienceMs } from './polling.ts';
import { type Refusal, tooMany } from './refusal.ts';
import { trialStartMs } from './trial-start.ts';

export type EndpointDependencies = {
  authenticate: Authenticate;
  pod: (namespace: string, name: string) => Pod | undefined;
  job: FindJob;
  test: (namespace: string, name: string) => LoadTestResource | undefined;
  updates: UpdateStore;
  addresses: Assignment['addresses'];
  /** Requests a reconcile of a LoadTest of so many runners. */
  enqueue: (key: string, replicas: number) => void;
  now: () => number;
};

/**
 * The runner that holds `token`, which came from `address`. The pod that the token claims must be a runner that the operator knows before the
 * API server is asked whether the claim is true. Rejects when the API server cannot review the token.
 */
export async function identify(
  { authenticate, pod: find, job, now }: EndpointDependencies,
  { token, address }: { token: string | undefined; address: string },
): Promise<RunnerIdentity | Refusal> {
  if (token === undefined) return { status: 401, error: 'a bearer token is needed' };
  const claims = claimsOf(token);
  if (claims === undefined || claims.expiresMs <= now()) return INVALID_TOKEN;
  if (claims.pod === undefined) return NO_POD;
  const pod = find(claims.pod.namespace, claims.pod.name);
  if (pod === undefined || pod.metadata.uid !== claims.pod.uid) return { status: 404, error: 'the pod is not known' };
  const runner = runnerOf(pod, job);
  if (runner === undefined) return { status: 403, error: 'the pod is not a runner of a LoadTest' };
  const caller = await authenticate(token, { expiresMs: claims.expiresMs, sender: `${address} ${runner.podUid}` });
  if (caller.kind === 'Busy') return tooMany('too many tokens are being reviewed', caller.retryAfterMs);
  if (caller.kind === 'NoPod') return NO_POD;
  return caller.kind === 'Pod' && caller.pod.uid === runner.podUid ? runner : INVALID_TOKEN;
}

const INVALID_TOKEN: Refusal = { status: 401, error: 'the token is not valid for this audience' };
/** When a runner whose update finds no room tries again. */
const NO_ROOM_MS = 5_000;
const NO_POD: Refusal = { status: 403, error: "only a pod's token may send updates" };

/** Why a valid update is refused. */
const REFUSALS: Chain<Incoming, Refusal> = [overtaken, foreignRequests, longerThanLoad];

/** Stores a runner update, unless it is refused or no longer counts. Returns it as it is stored, without its intervals. */
export function takeUpdate(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  body: Buffer,
): ParsedUpdate | Refusal {
  const parsed = parseUpdate(body);
  if ('error' in parsed) return parsed;
  const { packedBytes } = parsed;
  const incoming = incomingOf(dependencies, runner, parsed.update);
  const refusal = firstOf(REFUSALS, incoming);
  if (refusal !== undefined) return refusal;
  const { update, intervals } = withoutIntervals(parsed.update);
  if (!isWanted(incoming)) return { update, packedBytes };
  if (!dependencies.updates.hasRoom(runner.uid, runner.index, packedBytes))
    return tooMany('the measurements of all runners take too much memory', NO_ROOM_MS);
  if (store(dependencies, runner, incoming.test, { update, packedBytes }, intervals))
    dependencies.enqueue(keyOf(runner), replicasOf(incoming.test));
  return { update, packedBytes };
}

/**
 * Records that a runner counts as lost because it sent what can never be taken. Its last measurement before stays. A runner that has ended
 * stays as it ended.
 */
export function giveUp(dependencies: EndpointDependencies, runner: RunnerIdentity, why: string): void {
  const { uid, index, podUid } = runner;
  const incoming = incomingOf(dependencies, runner, { phase: 'Running' });
  if (!isWanted(incoming)) return;
  const { known, test } = incoming;
  const before: ReceivedUpdate | undefined = known?.podUid === podUid ? known : undefined;
  if (before !== undefined && hasEnded(before.update)) return;
  dependencies.updates.put(uid, index, {
    ...(before ?? { podUid, update: { phase: 'Starting' } }),
    receivedAtMs: dependencies.now(),
    refused: why,
  });
  dependencies.enqueue(keyOf(runner), replicasOf(test));
}

/** The instruction for a runner that {@link giveUp} has recorded: nothing more is read from it. Undefined for any other. */
export function instructionForLost(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
): Instruction | undefined {
  const { known, test } = incomingOf(dependencies, runner, { phase: 'Failed' });
  if (known?.refused === undefined || known.podUid !== runner.podUid) return undefined;
  return stopLost({ test, reason: refusedText(known.refused), nowMs: dependencies.now() });
}

function replicasOf(test: LoadTestResource | undefined): number {
  return test?.spec?.runners.replicas ?? 1;
}

/** Stores an update and its intervals. True when a reconcile may decide something else by them. */
function store(
  { updates, now }: EndpointDependencies,
  { uid, index, podUid }: RunnerIdentity,
  test: LoadTestResource,
  { update, packedBytes }: ParsedUpdate,
  intervals: IntervalEnds | undefined,
): boolean {
  const { spec } = test;
  const replicas = replicasOf(test);
  const areAllCollected = intervals !== undefined && updates.putIntervals(uid, index, intervals, replicas);
  const isNews = updates.put(uid, index, { podUid, receivedAtMs: now(), update, packedBytes });
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
  const replicas = replicasOf(test);
  const isTakenUp = () => [...updates.of(uid).values()].some(({ update }) => update.trial?.number === number);
  const startAtMs = updates.trialStartMs(uid, number, (knowsRunners) =>
    trialStartMs(plan, { nowMs, replicas, knowsRunners, isTakenUp: isTakenUp() }),
  );
  return { ...plan, startAtMs };
}

function incomingOf(
  { test: find, updates, now }: EndpointDependencies,
  runner: RunnerIdentity,
  update: RunnerUpdate,
): Incoming {
  // Another LoadTest may have taken the name.
  const found = find(runner.namespace, runner.name);
  const test = found?.metadata.uid === runner.uid ? found : undefined;
  return { update, runner, test, known: updates.of(runner.uid).get(runner.index), nowMs: now() };
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
