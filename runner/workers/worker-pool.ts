import { totalmem } from 'node:os';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mergeIntervalEnds } from '../../model/compare/interval-ends.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { REQUEST_LOG_HEADER } from '../engine/request-log.ts';
import { heapLimitMiB } from '../process/heap-limit.ts';
import { toStderr, type Write } from '../process/line-output.ts';
import type { Values } from '../values/referenced-values.ts';
import type { WorkerTask } from './worker.ts';
import { PATIENCE, type Patience, WorkerHandle } from './worker-handle.ts';

/** A worker's task: a part of an assignment, or the whole of it. */
export type Share = Pick<WorkerTask, 'assignment' | 'part' | 'once'>;

/** An assignment in equal parts, one for each of `workers` threads. */
export function shares(assignment: Assignment, workers: number): Share[] {
  return Array.from({ length: workers }, (_, index) => ({ assignment, part: { index, count: workers } }));
}

/** Worker threads that carry out assignments, one engine each: the local form of runner pods, and the inside of one. */
export interface WorkerPool {
  /** Begins the load at `atMs`, epoch milliseconds, with what the script's setup answered with, as JSON. */
  start(atMs: number, setup?: string): void;
  /** Cuts the load off; `done` follows. */
  stop(): void;
  /** The newest snapshot of every worker that has one. */
  snapshots(): Snapshot[];
  /** The run of all workers in intervals, once all have a snapshot. */
  intervals(): IntervalEnds | undefined;
  /** The final snapshots; rejects when a worker ends without one. */
  readonly done: Promise<Snapshot[]>;
  close(): Promise<void>;
}

/** The crews of several runners as one. */
export interface RunnerPool extends WorkerPool {
  /** The newest snapshot of every runner that has one: the merged ones of its workers, as a pod would report them. */
  runners(): Snapshot[];
}

export type WorkerPoolOptions = {
  /** Takes the lines of samples that a spec asks for. */
  print?: (line: string) => void;
  /** Takes what the threads write; standard error, if nothing else is said. */
  write?: Write | undefined;
  patience?: Patience;
  /** Aborted when the workers are not to become ready any more. */
  interrupt?: AbortSignal | undefined;
};

/** Starts a worker for each share and resolves when all are ready. */
export async function startWorkers(
  tasks: readonly Share[],
  values: Values,
  { print = () => {}, write = toStderr, patience = PATIENCE, interrupt }: WorkerPoolOptions = {},
): Promise<RunnerPool> {
  interrupt?.throwIfAborted();
  if (tasks.some(({ assignment }) => assignment.spec.runners.logSamples)) print(REQUEST_LOG_HEADER);
  const heapMiB = heapLimitMiB(tasks.length, process.constrainedMemory(), totalmem());
  const members = tasks.map(
    (task) => new WorkerHandle({ ...task, values: new Map(values) }, { heapMiB, print, write, patience }),
  );
  const close = async () => {
    await Promise.all(members.map((m) => m.close()));
  };
  const onInterrupt = () => void close();
  interrupt?.addEventListener('abort', onInterrupt);
  try {
    await Promise.all(members.map((m) => m.ready));
  } catch (error) {
    await close(); // the others would wait for a start that never comes
    throw error;
  } finally {
    interrupt?.removeEventListener('abort', onInterrupt);
  }
  return {
    start: (atMs, setup = 'null') => members.forEach((m) => void m.start(atMs, setup)),
    stop: () => members.forEach((m) => void m.stop()),
    snapshots: () => members.flatMap((m) => m.snapshot ?? []),
    runners: () =>
      [...Map.groupBy(members, (m) => m.runner).values()]
        .map((pool) => pool.flatMap((m) => m.snapshot ?? []))
        .filter((snapshots) => snapshots.length > 0)
        .map(mergeSnapshots),
    intervals: () => intervalsOfAll(members),
    done: Promise.all(members.map((m) => m.finished)),
    close,
  };
}

function intervalsOfAll(members: readonly WorkerHandle[]): IntervalEnds | undefined {
  const known = members.flatMap((m) => m.intervals ?? []);
  return known.length < members.length ? undefined : mergeIntervalEnds(known);
}
