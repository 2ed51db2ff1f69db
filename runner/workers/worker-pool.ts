import { totalmem } from 'node:os';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mergeIntervalEnds } from '../../model/compare/interval-ends.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { newCounterMemory } from '../engine/drivers/shared-counter.ts';
import { REQUEST_LOG_HEADER } from '../engine/request-log.ts';
import { heapLimitMiB } from '../process/heap-limit.ts';
import { toStderr, type Write } from '../process/line-output.ts';
import { askTarget } from '../protocol/ask.ts';
import type { Values } from '../values/referenced-values.ts';
import { PoolTrials } from './pool-trials.ts';
import type { WorkerTask } from './thread-protocol.ts';
import { PATIENCE, type Patience } from './watchdog.ts';
import { WorkerHandle } from './worker-handle.ts';

/** A worker's part of an assignment, or all of it. */
export type Share = Pick<WorkerTask, 'assignment' | 'part' | 'iterations' | 'once'>;

/** Splits an assignment, all of one runner, into equal parts for `workers` threads. */
export function shares(assignment: Assignment, workers: number): Share[] {
  const iterations = newCounterMemory();
  return Array.from({ length: workers }, (_, index) => ({ assignment, part: { index, count: workers }, iterations }));
}

/** Worker threads with one engine each, which execute assignments: the threads of a runner pod, or of all runners of a local run. */
export interface WorkerPool {
  /** Begins the load at `atMs`, epoch milliseconds. `setup`: the result of the script's setup, as JSON. */
  start(atMs: number, setup?: string): void;
  /** The trials of a capacity search; the first one may begin after {@link start}. */
  readonly trials: Pick<PoolTrials, 'begin' | 'end' | 'newest' | 'done'>;
  /** Cuts the load off; `done` follows. */
  stop(): void;
  /** The newest snapshot of every worker that has one. */
  snapshots(): Snapshot[];
  /** The merged intervals of all workers; undefined until all have a snapshot. */
  intervals(): IntervalEnds | undefined;
  /** The final snapshots; rejects when a worker ends without one. */
  readonly done: Promise<Snapshot[]>;
  close(): Promise<void>;
}

/** The worker pools of several runners as one. */
export interface RunnerPool extends WorkerPool {
  /** The newest snapshot of every runner that has one, merged from those of its workers as in a pod. */
  runners(): Snapshot[];
}

export type WorkerPoolOptions = {
  /** Receives the lines of the request log, if the spec enables it. */
  print?: (line: string) => void;
  /** Receives the output of the threads; standard error by default. */
  write?: Write | undefined;
  patience?: Patience;
  /** Ends the start of the workers. */
  interrupt?: AbortSignal | undefined;
};

/**
 * The limit of each heap of a runner with these workers, MiB; undefined without a memory limit. A script has a process for each worker, and one
 * for setup and teardown.
 */
export function heapLimitOf(tasks: readonly Pick<Share, 'assignment'>[]): number | undefined {
  const scripted = tasks.filter(({ assignment }) => assignment.spec.script !== undefined).length;
  const heaps = { threads: tasks.length, scripts: scripted === 0 ? 0 : scripted + 1 };
  return heapLimitMiB(heaps, process.constrainedMemory(), totalmem());
}

/** Asks the target what the workers must know of it, and starts one for each share. Resolves when all are ready; rejects with the first problem. */
export async function startWorkers(
  tasks: readonly Share[],
  values: Values,
  { print = () => {}, write = toStderr, patience = PATIENCE, interrupt }: WorkerPoolOptions = {},
): Promise<RunnerPool> {
  interrupt?.throwIfAborted();
  if (tasks.some(({ assignment }) => assignment.spec.runners.logSamples)) print(REQUEST_LOG_HEADER);
  const answer = await askTarget(tasks[0]!.assignment, values, interrupt);
  const heapMiB = heapLimitOf(tasks);
  const options = { heapMiB, print, write, patience, onTrial: () => trials.changed() };
  const workers = tasks.map((task) => new WorkerHandle({ ...task, values: new Map(values), answer }, options));
  const trials = new PoolTrials(workers);
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  };
  const onInterrupt = () => void close();
  interrupt?.addEventListener('abort', onInterrupt);
  try {
    await Promise.all(workers.map((worker) => worker.ready));
  } catch (error) {
    await close(); // otherwise the others would wait forever
    throw error;
  } finally {
    interrupt?.removeEventListener('abort', onInterrupt);
  }
  return {
    start: (atMs, setup = 'null') => workers.forEach((worker) => void worker.start(atMs, setup)),
    trials,
    stop: () => workers.forEach((worker) => void worker.stop()),
    snapshots: () => workers.flatMap((worker) => worker.snapshot ?? []),
    runners: () =>
      [...Map.groupBy(workers, (worker) => worker.runner).values()]
        .map((pool) => pool.flatMap((worker) => worker.snapshot ?? []))
        .filter((snapshots) => snapshots.length > 0)
        .map(mergeSnapshots),
    intervals: () => intervalsOfAll(workers),
    done: Promise.all(workers.map((worker) => worker.finished)),
    close,
  };
}

function intervalsOfAll(workers: readonly WorkerHandle[]): IntervalEnds | undefined {
  const known = workers.flatMap((worker) => worker.intervals ?? []);
  return known.length < workers.length ? undefined : mergeIntervalEnds(known);
}
