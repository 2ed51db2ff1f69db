import { randomUUID } from 'node:crypto';
import { DENIED_ADDRESSES } from '../../api/common/sizes.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { intervalsBetween } from '../../model/compare/intervals.ts';
import { abortViolations } from '../../model/judge/abort.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { summarise } from '../../model/measure/summary.ts';
import { emptyTimeline, TimelineRecorder, timelineStepMs } from '../../model/measure/timeline.ts';
import type { Violation } from '../../model/metrics/violation.ts';
import { reportDocument } from '../../model/result/report-document.ts';
import { prepareRun } from '../../runner/preparation/prepare-run.ts';
import { type RunnerPool, type Share, shares } from '../../runner/workers/worker-pool.ts';
import { secondBySecond } from './every-second.ts';
import { accepted, ended, type LocalEnd, neverRan, started } from './lifecycle.ts';
import type { LocalRun } from './local-run-options.ts';
import { type LocalSearch, localSearch } from './local-search.ts';
import { START_LEAD_MS } from './start-lead.ts';
import { threadsOf } from './worker-threads.ts';

/** The interval between checks for new snapshots. */
const POLL_MS = 50;

/** Runs a LoadTest on worker threads of this process and returns its full result. */
export async function runLocally(run: LocalRun): Promise<ReportDocument> {
  const { test, runners, now } = run;
  let status = accepted({ before: {}, nowMs: now(), runners });
  const { values, interrupt, onRequestLogged: print, onWritten: write, patience } = run;
  const options = { print, write, interrupt, ...(patience && { patience }) };
  const tasks = tasksOf(run);
  const prepared = await prepareRun(tasks, values, options);
  if ('problem' in prepared) {
    status = neverRan({ before: status, nowMs: now(), runners }, prepared.reason, prepared.problem);
    return reportOf(run, status, emptyTimeline(), []);
  }
  const { pool, script } = prepared;
  try {
    const startMs = now() + START_LEAD_MS;
    status = started({ before: status, nowMs: now(), runners }, startMs);
    pool.start(startMs, script?.setup);
    const timeline = new TimelineRecorder(timelineStepMs(test.spec));
    const search = localSearch(pool, test.spec, { loadStartMs: startMs, now, interrupt });
    const { loadStartTime } = status;
    const progress = { workers: tasks.length, timeline, search, loadStartTime };
    const end = await untilEnd(pool, run, progress);
    status = { ...status, ...(search && { capacity: search.ended() }) };
    const teardown = await script?.tearDown();
    const ends = pool.intervals();
    const over = end.reason === 'Finished' ? { ...end, intervals: ends && intervalsBetween(ends, test.spec) } : end;
    const { baseline } = run;
    status = ended({ before: status, nowMs: now(), runners, baseline }, test.spec, over, teardown);
    return reportOf(run, status, timeline.finish(end.snapshots), end.snapshots);
  } finally {
    await pool.close();
  }
}

function reportOf(
  { test, environment, baseline }: LocalRun,
  status: LoadTestStatus,
  timeline: ReportDocument['timeline'],
  snapshots: readonly Snapshot[],
): ReportDocument {
  const { name = '', namespace, uid } = test.metadata;
  const state = status.runners?.lost === 0 ? 'Finished' : 'Lost';
  return reportDocument({
    metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
    spec: test.spec,
    status,
    timeline,
    baseline,
    runners: snapshots.map((snapshot, index) => ({ index, state, snapshot })),
    environment,
  });
}

type Progress = {
  workers: number;
  timeline: TimelineRecorder;
  search: LocalSearch | undefined;
  loadStartTime: LoadTestStatus['loadStartTime'];
};

async function untilEnd(
  pool: RunnerPool,
  run: LocalRun,
  { workers, timeline, search, loadStartTime }: Progress,
): Promise<LocalEnd> {
  const { interrupt } = run;
  const stop = () => pool.stop();
  if (interrupt.aborted) stop();
  interrupt.addEventListener('abort', stop);
  const report = (snapshots: readonly Snapshot[]) =>
    run.onProgress(summarise(run.test.spec, snapshots), { capacity: search?.capacity, loadStartTime });
  let violations: readonly Violation[] = [];
  const onSnapshots = (snapshots: readonly Snapshot[]) => {
    if (timeline.record(snapshots) && violations.length === 0) {
      violations = abortViolations(run.test.spec, timeline);
      if (violations.length > 0) pool.stop();
    }
    report(snapshots);
  };
  const onSecond = () => {
    search?.look();
    onSnapshots(pool.runners());
  };
  const poll = setInterval(secondBySecond(pool, { workers, now: run.now }, onSecond), POLL_MS);
  try {
    await pool.done;
    const snapshots = pool.runners();
    report(snapshots);
    if (interrupt.aborted) return { reason: 'Interrupted', snapshots };
    return violations.length === 0 ? { reason: 'Finished', snapshots } : { reason: 'Aborted', snapshots, violations };
  } catch (error) {
    // A thread is lost; the others alone are not the requested load.
    const snapshots = pool.runners();
    if (snapshots.length > 0) report(snapshots);
    return { reason: 'RunnersLost', snapshots, message: messageOf(error) };
  } finally {
    clearInterval(poll);
    interrupt.removeEventListener('abort', stop);
  }
}

function addressesOf({ allowAddresses = [] }: LocalRun) {
  return { denied: [...DENIED_ADDRESSES], allowed: [...allowAddresses] };
}

function assignments(run: LocalRun): Assignment[] {
  const { metadata, spec } = run.test;
  const replicas = run.runners;
  const test = {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name ?? '',
    uid: metadata.uid ?? randomUUID(),
  };
  return Array.from({ length: replicas }, (_, index) => ({ test, spec, index, replicas, addresses: addressesOf(run) }));
}

/** The tasks of the load: one for each worker thread of each runner. */
function tasksOf(run: LocalRun): Share[] {
  const threads = threadsOf(run.test.spec, run.runners, run.cores);
  return assignments(run).flatMap((assignment, i) => shares(assignment, threads[i]!));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
