import type { LostRunnerRecord } from '../../../api/protocol/termination-message.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import { decodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import type { Job, Pod } from '../../kube/types.ts';
import type { RunnerUpdates, TerminationMessages } from '../../updates/update-store.ts';
import { indexOf, isOver, terminationMessageOf } from '../resources/pods.ts';
import { failureOf, type Loss, lossBeforeLoad, lossUnderLoad } from './loss.ts';
import { lostRunnerRecords } from './lost-runner-record.ts';
import type { Runner } from './runner.ts';

export type RunnerEvidence = {
  replicas: number;
  /** Of the spec's requests. */
  names: readonly string[];
  job: Job | undefined;
  pods: readonly Pod[];
  updates: RunnerUpdates;
  terminationMessages: TerminationMessages;
  /** When the load began, epoch milliseconds; undefined before. */
  loadStartMs: number | undefined;
  /** Since when this operator has been listening. */
  listeningSinceMs: number;
  nowMs: number;
};

/** Every runner of a test, by index: what it last said, set against what is known of its pod. */
export function runnersOf(evidence: RunnerEvidence): Runner[] {
  const pods = Map.groupBy(evidence.pods, indexOf);
  const failed = parseIndexes(evidence.job?.status?.failedIndexes);
  const kept = lostRunnerRecords(evidence.job);
  return Array.from({ length: evidence.replicas }, (_, index) => {
    const pod = podOf(pods.get(index) ?? [], evidence, index, kept.get(index));
    const report = lastOf(evidence, index, pod, kept.get(index));
    const podUid = evidence.updates.get(index)?.podUid ?? pod?.metadata.uid;
    const runner = { index, ...(report && { report }), ...(pod && { pod }), ...(podUid && { podUid }), settled: true };
    if (report?.phase === 'Finished') return { ...runner, state: 'Finished', message: '' };
    if (report?.phase === 'Failed')
      return { ...runner, state: 'Failed', message: failureOf(report, pod, kept.get(index)) };
    const loss = lossOf(evidence, index, pod, failed.has(index), kept.get(index));
    if (loss !== undefined) return { ...runner, ...loss, state: 'Lost' };
    return { ...runner, state: report?.phase ?? 'Waiting', message: '' };
  });
}

/**
 * Of the pods that an index has had, the one that counts. Before the load the newest that lives: a successor. Under load the one that
 * carries it, and no successor.
 */
function podOf(
  pods: readonly Pod[],
  { updates, loadStartMs }: RunnerEvidence,
  index: number,
  kept: LostRunnerRecord | undefined,
): Pod | undefined {
  const byAge = pods.toSorted(
    (a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp),
  );
  if (loadStartMs === undefined) return byAge.findLast(isAlive) ?? byAge.at(-1);
  const known = updates.get(index) ?? kept;
  if (known !== undefined) return pods.find((pod) => pod.metadata.uid === known.podUid);
  return (
    byAge.find((pod) => terminationMessageOf(pod) !== undefined) ??
    byAge.find((pod) => !isOver(pod)) ??
    byAge.findLast((pod) => pod.status?.phase === 'Failed') ??
    byAge.at(-1)
  );
}

function isAlive(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

/**
 * The furthest that is known of a runner: what it reported, what its ended container left, what was kept of it. Before the load only a
 * report of the pod that counts does: an earlier one's says nothing about its successor.
 */
function lastOf(
  evidence: RunnerEvidence,
  index: number,
  pod: Pod | undefined,
  kept: LostRunnerRecord | undefined,
): RunnerUpdate | undefined {
  const said = evidence.updates.get(index);
  if (evidence.loadStartMs === undefined) return said?.podUid === pod?.metadata.uid ? said?.report : undefined;
  const texts = [evidence.terminationMessages.get(index), kept?.terminationMessage];
  const left = texts.map((text) => (text === undefined ? undefined : decodeTerminationMessage(text, evidence.names)));
  return furthest([said?.report, ...left]);
}

/** The report that measured for longest; of equals a final one, and of those the first, which is the finest. */
function furthest(reports: readonly (RunnerUpdate | undefined)[]): RunnerUpdate | undefined {
  return reports
    .filter((report) => report !== undefined)
    .toSorted((a, b) => measuredMs(b) - measuredMs(a) || Number(isFinal(b)) - Number(isFinal(a)))[0];
}

/** Rounded, as last words are. */
function measuredMs({ snapshot }: RunnerUpdate): number {
  return Math.round(snapshot?.elapsedMs ?? -1);
}

function isFinal({ phase }: RunnerUpdate): boolean {
  return phase === 'Finished' || phase === 'Failed';
}

/** Why a runner without a final report will never send one; undefined when it may. */
function lossOf(
  evidence: RunnerEvidence,
  index: number,
  pod: Pod | undefined,
  hasFailed: boolean,
  kept: LostRunnerRecord | undefined,
): Loss | undefined {
  if (evidence.loadStartMs === undefined) return lossBeforeLoad(pod, hasFailed);
  return lossUnderLoad(pod, kept, { heardMs: heardMs(evidence, index), nowMs: evidence.nowMs });
}

/** From when the silence of a runner under load counts, epoch milliseconds: nobody can be silent before anybody listens. */
export function heardMs(
  { updates, listeningSinceMs, loadStartMs = 0 }: Pick<RunnerEvidence, 'updates' | 'listeningSinceMs' | 'loadStartMs'>,
  index: number,
): number {
  return Math.max(updates.get(index)?.receivedAtMs ?? 0, listeningSinceMs, loadStartMs);
}

/** The indexes of a Job's status: "1,3-5" are 1, 3, 4 and 5. */
export function parseIndexes(text: string | undefined): Set<number> {
  const found = new Set<number>();
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [first = 0, last = first] = part.split('-').map(Number);
    for (let i = first; i <= last; i++) found.add(i);
  }
  return found;
}
