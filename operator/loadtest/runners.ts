import type { Report } from '../../api/protocol.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { Reports } from '../reports.ts';
import { indexOf } from './pods.ts';

/**
 * Where a runner stands. Waiting: nothing heard of it yet. Finished: its final report is here. Failed: it says that it cannot go on.
 * Lost: it ended, or fell silent, without a final report.
 */
export type RunnerState = 'Waiting' | 'Starting' | 'Ready' | 'Running' | 'Finished' | 'Failed' | 'Lost';

export type Runner = { index: number; state: RunnerState; message: string; report?: Report };

/** A runner that reports every second is lost after this long without a report, however alive its pod looks. */
const SILENCE_MS = 60_000;

export type RunnerWorld = {
  replicas: number;
  job: Job | undefined;
  pods: readonly Pod[];
  reports: Reports;
  /** When the load began, epoch milliseconds; undefined before. */
  loadStartMs: number | undefined;
  /** Since when this operator has been listening. */
  listeningSinceMs: number;
  nowMs: number;
};

/** Every runner of a test, by index: what it last said, set against what is known of its pod. */
export function runnersOf(world: RunnerWorld): Runner[] {
  const pods = new Map(world.pods.map((pod) => [indexOf(pod), pod]));
  const failed = parseIndexes(world.job?.status?.failedIndexes);
  return Array.from({ length: world.replicas }, (_, index) => {
    const pod = pods.get(index);
    const said = heardOf(world, index, pod);
    const runner = { index, ...(said === undefined ? {} : { report: said.report }) };
    if (said?.report.phase === 'Finished') return { ...runner, state: 'Finished', message: '' };
    if (said?.report.phase === 'Failed') {
      return { ...runner, state: 'Failed', message: said.report.message ?? 'it did not say why' };
    }
    const loss = lossOf(world, index, pod, failed);
    if (loss !== undefined) return { ...runner, state: 'Lost', message: loss };
    return { ...runner, state: said?.report.phase ?? 'Waiting', message: '' };
  });
}

/**
 * What counts of a runner's last words. Under load it keeps its pod, and what it measured outlives that; before, a new Job may have
 * put a new pod in its place, about which the earlier one's report says nothing.
 */
function heardOf({ reports, loadStartMs }: RunnerWorld, index: number, pod: Pod | undefined) {
  const said = reports.get(index);
  return loadStartMs !== undefined || said?.podUid === pod?.metadata.uid ? said : undefined;
}

/** Why a runner without a final report will never send one; undefined when it may. */
function lossOf(
  world: RunnerWorld,
  index: number,
  pod: Pod | undefined,
  failed: ReadonlySet<number>,
): string | undefined {
  const started = world.loadStartMs !== undefined;
  if (pod === undefined) {
    if (started) return 'its pod is gone';
    return failed.has(index) ? 'its pod failed and is gone' : undefined;
  }
  const { phase } = pod.status ?? {};
  if (phase === 'Failed' || phase === 'Succeeded') return `its pod ended: ${endOf(pod)}`;
  if (!started) return undefined;
  if (pod.metadata.deletionTimestamp !== undefined) return 'its pod was deleted';
  const heard = world.reports.get(index)?.receivedAtMs ?? 0;
  const silent = world.nowMs - Math.max(heard, world.listeningSinceMs, world.loadStartMs ?? 0);
  return silent > SILENCE_MS ? `no report from it for ${Math.floor(silent / 1e3)} s` : undefined;
}

function endOf({ status }: Pod): string {
  if (status?.reason !== undefined) return [status.reason, status.message].filter(Boolean).join(': ');
  const end = status?.containerStatuses?.find((c) => c.state?.terminated !== undefined)?.state?.terminated;
  if (end === undefined) return status?.phase ?? 'unknown';
  return `${end.reason ?? 'Terminated'}, exit code ${end.exitCode}`;
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
