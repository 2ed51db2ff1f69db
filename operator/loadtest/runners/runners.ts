import type { LostRunnerRecord } from '../../../api/protocol/lost-runner-record.ts';
import { isFinalUpdate, type RunnerUpdate } from '../../../model/wire/runner-update.ts';
import { decodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import type { Job, Pod } from '../../kube/types.ts';
import type { RunnerUpdates, TerminationMessages } from '../../updates/received-update.ts';
import { indexOf, isAlive, isOver, terminationMessageOf } from '../resources/pods.ts';
import { failureOf, type Loss, lossBeforeLoad, lossUnderLoad, refusedText } from './loss.ts';
import { lostRunnerRecords } from './lost-runner-record.ts';
import type { Runner } from './runner.ts';

export type RunnerEvidence = {
  replicas: number;
  /** The names of the spec's requests. */
  names: readonly string[];
  job: Job | undefined;
  pods: readonly Pod[];
  updates: RunnerUpdates;
  terminationMessages: TerminationMessages;
  /** When the load began, epoch milliseconds; undefined before. */
  loadStartMs: number | undefined;
  /** Since when runners have reached this operator. */
  listeningSinceMs: number;
  nowMs: number;
};

/** Every runner of a test, by index, from its updates, its termination message, the record of its loss, and its pod. */
export function runnersOf(evidence: RunnerEvidence): Runner[] {
  const pods = Map.groupBy(evidence.pods, indexOf);
  const records = lostRunnerRecords(evidence.job);
  return Array.from({ length: evidence.replicas }, (_, index) => {
    const record = records.get(index);
    const pod = podOf(pods.get(index) ?? [], evidence, index, record);
    const { update, isUnreadable } = lastOf(evidence, index, pod, record);
    const podUid = evidence.updates.get(index)?.podUid ?? pod?.metadata.uid;
    const state = stateOf(evidence, { index, pod, record, update, isUnreadable });
    return {
      index,
      ...(update && { update }),
      ...(pod && { pod }),
      ...(podUid && { podUid }),
      settled: true,
      ...state,
    };
  });
}

const UNREADABLE = '; the result lacks its measurement, which this version cannot read';

type Known = {
  index: number;
  pod: Pod | undefined;
  record: LostRunnerRecord | undefined;
  update: RunnerUpdate | undefined;
  /** Whether its only measurement is one that this version cannot read. */
  isUnreadable: boolean;
};

/** The state of a runner, and whether more can arrive from one that is lost. */
function stateOf(
  evidence: RunnerEvidence,
  { index, pod, record, update, isUnreadable }: Known,
): Pick<Runner, 'state' | 'message'> & { settled?: boolean } {
  const refused = refusalOf(evidence, index, pod);
  if (refused !== undefined) return { state: 'Lost', message: refusedText(refused) };
  if (update?.phase === 'Finished') return { state: 'Finished', message: '' };
  if (update?.phase === 'Failed') return { state: 'Failed', message: failureOf(update, pod, record, evidence.job) };
  const loss = lossOf(evidence, index, pod, record);
  if (loss !== undefined) return { ...loss, state: 'Lost', message: loss.message + (isUnreadable ? UNREADABLE : '') };
  const isEnded = evidence.loadStartMs === undefined && pod !== undefined && !isAlive(pod);
  return { state: (isEnded ? undefined : update?.phase) ?? 'Waiting', message: '' };
}

/** Of the pods of an index, the one that counts: before the load the newest that is alive, under load the one that carries the load. */
function podOf(
  pods: readonly Pod[],
  { updates, loadStartMs }: RunnerEvidence,
  index: number,
  record: LostRunnerRecord | undefined,
): Pod | undefined {
  const byAge = pods.toSorted(
    (a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp),
  );
  if (loadStartMs === undefined) return byAge.findLast(isAlive) ?? byAge.at(-1);
  const known = updates.get(index) ?? record;
  if (known !== undefined) return pods.find((pod) => pod.metadata.uid === known.podUid);
  return (
    byAge.find((pod) => terminationMessageOf(pod) !== undefined) ??
    byAge.find((pod) => !isOver(pod)) ??
    byAge.findLast((pod) => pod.status?.phase === 'Failed') ??
    byAge.at(-1)
  );
}

/** Why the operator reads nothing more from a runner, if it does not. */
function refusalOf({ updates, loadStartMs }: RunnerEvidence, index: number, pod: Pod | undefined): string | undefined {
  const received = updates.get(index);
  const isOfRunner = loadStartMs !== undefined || received?.podUid === pod?.metadata.uid;
  return isOfRunner ? received?.refused : undefined;
}

/**
 * The update that covers the longest time: from the runner itself, its termination message, or the record of its loss. Before the load, only
 * an update of the pod that counts does: that of an earlier pod is not about its successor. The termination message of a runner whose update
 * was refused does not count. Without an update, there may be texts that this version cannot read.
 */
function lastOf(
  evidence: RunnerEvidence,
  index: number,
  pod: Pod | undefined,
  record: LostRunnerRecord | undefined,
): Pick<Known, 'update' | 'isUnreadable'> {
  const received = evidence.updates.get(index);
  if (evidence.loadStartMs === undefined) {
    const isOfPod = received?.podUid === pod?.metadata.uid;
    return { update: isOfPod ? received?.update : undefined, isUnreadable: false };
  }
  // The pods may have become known before their Job, and then no message of theirs was kept.
  const ended = evidence.terminationMessages.get(index) ?? (pod && terminationMessageOf(pod));
  const texts = [received?.refused === undefined ? ended : undefined, record?.terminationMessage];
  const left = texts.map((text) => (text === undefined ? undefined : decodeTerminationMessage(text, evidence.names)));
  const update = furthest([received?.update, ...left]);
  return { update, isUnreadable: update === undefined && texts.some((text) => text !== undefined) };
}

/** The update that measured for longest; of equals a final one, and of those the first, which has the finest resolution. */
function furthest(updates: readonly (RunnerUpdate | undefined)[]): RunnerUpdate | undefined {
  return updates
    .filter((update) => update !== undefined)
    .toSorted((a, b) => measuredMs(b) - measuredMs(a) || Number(isFinalUpdate(b)) - Number(isFinalUpdate(a)))[0];
}

/** Rounded, as in termination messages. */
function measuredMs({ snapshot }: RunnerUpdate): number {
  return Math.round(snapshot?.elapsedMs ?? -1);
}

/** Why a runner without a final update will never send one; undefined when it may. */
function lossOf(
  evidence: RunnerEvidence,
  index: number,
  pod: Pod | undefined,
  record: LostRunnerRecord | undefined,
): Loss | undefined {
  if (evidence.loadStartMs === undefined) return lossBeforeLoad(pod);
  const { job, nowMs } = evidence;
  return lossUnderLoad(pod, record, { job, heardMs: heardMs(evidence, index), nowMs });
}

/** When the silence of a runner under load began, epoch milliseconds; not before this operator began to listen. */
export function heardMs(
  { updates, listeningSinceMs, loadStartMs = 0 }: Pick<RunnerEvidence, 'updates' | 'listeningSinceMs' | 'loadStartMs'>,
  index: number,
): number {
  return Math.max(updates.get(index)?.receivedAtMs ?? 0, listeningSinceMs, loadStartMs);
}
