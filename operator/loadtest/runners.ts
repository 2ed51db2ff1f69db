import type { KeptRunner } from '../../api/last-words.ts';
import type { Report } from '../../api/protocol.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import { decodeLastWords } from '../../model/last-words.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { Reports, Words } from '../reports.ts';
import { keptOn } from './kept.ts';
import { disruptionOf, endOf, indexOf, isOver, wordsOf } from './pods.ts';

/**
 * Where a runner stands. Waiting: nothing heard of it yet. Finished: its final report is here. Failed: it says that it cannot go on.
 * Lost: it ended, or fell silent, without a final report.
 */
export type RunnerState = 'Waiting' | 'Starting' | 'Ready' | 'Running' | 'Finished' | 'Failed' | 'Lost';

export type Runner = {
  index: number;
  state: RunnerState;
  message: string;
  /** The furthest that is known of it, from wherever. */
  report?: Report;
  /** Whether nothing more can come of it: a lost one whose container has not ended may yet leave its last second behind. */
  settled: boolean;
  /** The pod that counts, and its uid also when it is gone. */
  pod?: Pod;
  podUid?: string;
};

/** A runner that reports every second is lost after this long without a report, however alive its pod looks. */
const SILENCE_MS = 60_000;
/** How long the last words of a runner are waited for that was told to end: a node that is gone never brings them. */
const SILENT_WORDS_MS = 20_000;
const DELETED_WORDS_MS = 5_000;

export type RunnerWorld = {
  replicas: number;
  /** Of the spec's requests. */
  names: readonly string[];
  job: Job | undefined;
  pods: readonly Pod[];
  reports: Reports;
  words: Words;
  /** When the load began, epoch milliseconds; undefined before. */
  loadStartMs: number | undefined;
  /** Since when this operator has been listening. */
  listeningSinceMs: number;
  nowMs: number;
};

/** Every runner of a test, by index: what it last said, set against what is known of its pod. */
export function runnersOf(world: RunnerWorld): Runner[] {
  const pods = Map.groupBy(world.pods, indexOf);
  const failed = parseIndexes(world.job?.status?.failedIndexes);
  const kept = keptOn(world.job);
  return Array.from({ length: world.replicas }, (_, index) => {
    const pod = podOf(pods.get(index) ?? [], world, index, kept.get(index));
    const report = lastOf(world, index, pod, kept.get(index));
    const podUid = world.reports.get(index)?.podUid ?? pod?.metadata.uid;
    const runner = { index, ...(report && { report }), ...(pod && { pod }), ...(podUid && { podUid }), settled: true };
    if (report?.phase === 'Finished') return { ...runner, state: 'Finished', message: '' };
    if (report?.phase === 'Failed')
      return { ...runner, state: 'Failed', message: failureOf(report, pod, kept.get(index)) };
    const loss = lossOf(world, index, pod, failed.has(index), kept.get(index));
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
  { reports, loadStartMs }: RunnerWorld,
  index: number,
  kept: KeptRunner | undefined,
): Pod | undefined {
  const byAge = pods.toSorted(
    (a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp),
  );
  if (loadStartMs === undefined) return byAge.findLast(isAlive) ?? byAge.at(-1);
  const known = reports.get(index) ?? kept;
  if (known !== undefined) return pods.find((pod) => pod.metadata.uid === known.podUid);
  return (
    byAge.find((pod) => wordsOf(pod) !== undefined) ??
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
  world: RunnerWorld,
  index: number,
  pod: Pod | undefined,
  kept: KeptRunner | undefined,
): Report | undefined {
  const said = world.reports.get(index);
  if (world.loadStartMs === undefined) return said?.podUid === pod?.metadata.uid ? said?.report : undefined;
  const texts = [world.words.get(index), kept?.lastWords];
  const left = texts.map((text) => (text === undefined ? undefined : decodeLastWords(text, world.names)));
  return furthest([said?.report, ...left]);
}

/** The report that measured for longest; of equals a final one, and of those the first, which is the finest. */
function furthest(reports: readonly (Report | undefined)[]): Report | undefined {
  return reports
    .filter((report) => report !== undefined)
    .toSorted((a, b) => measuredMs(b) - measuredMs(a) || Number(isFinal(b)) - Number(isFinal(a)))[0];
}

/** Rounded, as last words are. */
function measuredMs({ snapshot }: Report): number {
  return Math.round(snapshot?.elapsedMs ?? -1);
}

function isFinal({ phase }: Report): boolean {
  return phase === 'Finished' || phase === 'Failed';
}

/** Why a runner without a final report will never send one; undefined when it may. */
function lossOf(
  world: RunnerWorld,
  index: number,
  pod: Pod | undefined,
  failed: boolean,
  kept: KeptRunner | undefined,
): { message: string; settled: boolean } | undefined {
  const { loadStartMs, nowMs } = world;
  if (loadStartMs === undefined) {
    // Any other pod that ended gets a successor.
    const isLost = failed || pod?.status?.phase === 'Succeeded';
    const end = pod === undefined || !isOver(pod) ? 'its pod failed and is gone' : `its pod ended: ${endOf(pod)}`;
    return isLost ? { message: end, settled: true } : undefined;
  }
  if (pod === undefined) return { message: kept?.message ?? 'its pod is gone', settled: true };
  if (isOver(pod)) {
    // One that had made load would have left its final report: this is the successor of a pod that is gone.
    const isSuccessor = pod.status?.phase === 'Succeeded';
    return {
      message: kept?.message ?? (isSuccessor ? 'its pod is gone' : `its pod ended: ${endOf(pod)}`),
      settled: true,
    };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  const heardMs = Math.max(world.reports.get(index)?.receivedAtMs ?? 0, world.listeningSinceMs, loadStartMs);
  if (deletionTimestamp !== undefined) {
    const endsMs = Date.parse(deletionTimestamp);
    // A pod that was silent before is deleted for that.
    const silentMs = endsMs - deletionGracePeriodSeconds * 1e3 - heardMs;
    const deleted = ['its pod was deleted', disruptionOf(pod)].filter(Boolean).join(': ');
    const message = silentMs > SILENCE_MS ? silenceOf(silentMs, pod) : deleted;
    return { message, settled: nowMs > endsMs + DELETED_WORDS_MS };
  }
  const silentMs = nowMs - heardMs;
  if (silentMs <= SILENCE_MS) return undefined;
  return { message: silenceOf(silentMs, pod), settled: silentMs > SILENCE_MS + SILENT_WORDS_MS };
}

/** What a runner said of its failure, and who took its pod away, if Kubernetes did; the pod tells that for as long as it is there. */
function failureOf({ message }: Report, pod: Pod | undefined, kept: KeptRunner | undefined): string {
  if (pod === undefined && kept !== undefined) return kept.message;
  return [message ?? 'it did not say why', pod && disruptionOf(pod)].filter(Boolean).join(': ');
}

function silenceOf(silentMs: number, pod: Pod): string {
  const silence = `no report from it for ${Math.floor(silentMs / 1e3)} s`;
  return isNodeLost(pod) ? `${silence}; its node ${pod.spec?.nodeName} is not ready` : silence;
}

/** Of a node that does not answer, Kubernetes says that its pods are not ready, and leaves what the node last said of their containers. */
function isNodeLost({ status }: Pod): boolean {
  const isReady = status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? true;
  return !isReady && status?.phase === 'Running' && (status.containerStatuses?.every((c) => c.ready === true) ?? false);
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

/** The runners as the status counts them. Under load all have been ready, also those that a new operator has yet to hear. */
export function countRunners(
  runners: readonly Runner[],
  { underLoad }: { underLoad: boolean },
): NonNullable<LoadTestStatus['runners']> {
  const of = (...states: RunnerState[]) => runners.filter((r) => states.includes(r.state)).length;
  const lost = of('Lost', 'Failed');
  return {
    desired: runners.length,
    ready: underLoad ? runners.length - lost : of('Ready', 'Running', 'Finished'),
    succeeded: of('Finished'),
    lost,
  };
}
