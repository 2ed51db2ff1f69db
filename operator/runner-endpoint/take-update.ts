import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mayBeAborted } from '../../model/judge/abort.ts';
import { isFinalUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import { type Chain, firstOf } from '../common/chain.ts';
import { keyOf, type LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { ReceivedUpdate } from '../updates/received-update.ts';
import { type EndpointDependencies, incomingOf, replicasOf } from './dependencies.ts';
import type { RunnerIdentity } from './identity/runner-identity.ts';
import { foreignRequests, type Incoming, isWanted, longerThanLoad, overtaken } from './incoming.ts';
import { type ParsedUpdate, parseUpdate } from './parse-update.ts';
import { patienceMs } from './polling.ts';
import { type Refusal, tooMany } from './refusal.ts';

/** When a runner whose update finds no room tries again. */
const NO_ROOM_MS = 5_000;

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
  if (before !== undefined && isFinalUpdate(before.update)) return;
  dependencies.updates.put(uid, index, {
    ...(before ?? { podUid, update: { phase: 'Starting' } }),
    receivedAtMs: dependencies.now(),
    refused: why,
  });
  dependencies.enqueue(keyOf(runner), replicasOf(test));
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

/** An update as it is stored, and its intervals, which are merged with those of the other runners. */
function withoutIntervals({ intervals, ...update }: RunnerUpdate): { update: RunnerUpdate; intervals?: IntervalEnds } {
  if (intervals === undefined || update.phase !== 'Finished') return { update };
  return { update: { ...update, intervals: 'Kept' }, ...(intervals !== 'Kept' && { intervals }) };
}
