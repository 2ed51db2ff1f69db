import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Assignment, Snapshot } from '../api/protocol.ts';
import type { Stripe } from '../model/schedule.ts';
import { heapLimitMiB } from './heap.ts';
import { encodeSnapshot } from './live-snapshot.ts';
import { SAMPLES_HEADER } from './samples.ts';
import { scriptThread } from './script/permissions.ts';
import { scriptMessage } from './script/problem.ts';
import { shownProblem } from './script/shown.ts';
import type { Values } from './values.ts';
import type { FromWorker, ToWorker, WorkerTask } from './worker.ts';

/** A worker's task: a part of an assignment, or the whole of it. */
export type Share = { assignment: Assignment; part: Stripe };

/** An assignment in equal parts, one for each of `workers` threads. */
export function shares(assignment: Assignment, workers: number): Share[] {
  return Array.from({ length: workers }, (_, index) => ({ assignment, part: { index, count: workers } }));
}

/** Worker threads that carry out assignments, one engine each: the local form of runner pods, and the inside of one. */
export interface Crew {
  /** Begins the load at `atMs`, epoch milliseconds, with what the script's setup answered with, as JSON. */
  start(atMs: number, setup?: string): void;
  /** Cuts the load off; `done` follows. */
  stop(): void;
  /** The newest snapshot of every worker that has one. */
  snapshots(): Snapshot[];
  /** The final snapshots; rejects when a worker ends without one. */
  readonly done: Promise<Snapshot[]>;
  close(): Promise<void>;
}

/** Starts a worker for each share and resolves when all are ready. `print` takes the lines of samples that a spec asks for. */
export async function startCrew(
  tasks: readonly Share[],
  values: Values,
  print: (line: string) => void = () => {},
  patience = PATIENCE,
): Promise<Crew> {
  if (tasks.some(({ assignment }) => assignment.spec.runners.logSamples)) print(SAMPLES_HEADER);
  const heapMiB = heapLimitMiB(tasks.length, process.constrainedMemory(), totalmem());
  const members = tasks.map((task) => new Member({ ...task, values: new Map(values) }, heapMiB, print, patience));
  const close = async () => {
    await Promise.all(members.map((m) => m.worker.terminate()));
  };
  try {
    await Promise.all(members.map((m) => m.ready));
  } catch (error) {
    await close(); // the others would wait for a start that never comes
    throw error;
  }
  return {
    start: (atMs, setup = 'null') => members.forEach((m) => void m.start(atMs, setup)),
    stop: () => members.forEach((m) => void m.say({ type: 'stop' })),
    snapshots: () => members.flatMap((m) => m.snapshot ?? []),
    done: Promise.all(members.map((m) => m.finished)),
    close,
  };
}

/**
 * A request leaves next to nothing that lives, so a small young generation costs no more CPU than a large one; V8's default would grow
 * to three times 16 MiB in every thread before it is collected.
 */
const YOUNG_MIB = 6;

/** How long a thread with a script may be silent before it is given up, though it says something each second. */
export type Patience = {
  /** A script that does not let go of its thread for so long never will. */
  progressMs: number;
  /** So much longer a thread may take to begin with, on a small share of a core. */
  beginningMs: number;
};
const PATIENCE: Patience = { progressMs: 10_000, beginningMs: 20_000 };

/** Why a script cannot be run. */
export class ScriptInvalid extends Error {
  constructor(problem: string) {
    super(`script: ${problem}`);
  }
}

/** What a script threw where nobody could catch it. */
function scriptError(error: unknown, { assignment, values }: WorkerTask): Error {
  const bytes = new Map([...values].map(([path, value]) => [path, Buffer.from(value)]));
  return new ScriptInvalid(shownProblem(scriptMessage(error), assignment.spec, bytes));
}

/** A thread that has reached the limit of its heap, which V8 ends, told with what can be done about it. */
function outOfMemory(heapMiB: number | undefined): Error {
  const limit = heapMiB === undefined ? 'its heap' : `the ${heapMiB} MiB that the memory limit leaves to its heap`;
  return new Error(`a worker thread needs more memory than ${limit}: give runners more memory, or more runners`);
}

class Member {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly finished: Promise<Snapshot>;
  snapshot: Snapshot | undefined;
  readonly #hasScript: boolean;
  readonly #patience: Patience;
  readonly #stuck: () => void;
  #silence: NodeJS.Timeout | undefined;

  constructor(task: WorkerTask, heapMiB: number | undefined, print: (line: string) => void, patience: Patience) {
    this.#patience = patience;
    const file = new URL('./worker.ts', import.meta.url);
    this.#hasScript = task.assignment.spec.script !== undefined;
    const options = this.#hasScript ? scriptThread(file) : {};
    const resourceLimits = {
      maxYoungGenerationSizeMb: YOUNG_MIB,
      ...(heapMiB !== undefined && { maxOldGenerationSizeMb: heapMiB }),
    };
    this.worker = new Worker(file, { ...options, workerData: task, resourceLimits });
    if (this.#hasScript) this.worker.stdout.pipe(process.stderr, { end: false });
    const ready = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<Snapshot>();
    const lost = (error: Error) => {
      clearTimeout(this.#silence);
      ready.reject(error);
      finished.reject(error);
    };
    this.#stuck = () => {
      lost(new ScriptInvalid(`it has not let go of its thread for ${patience.progressMs / 1e3} s`));
      void this.worker.terminate();
    };
    this.#waitFor(patience.beginningMs);
    this.ready = ready.promise;
    this.finished = finished.promise;
    this.finished.catch(() => {}); // whoever waits for the crew hears of it
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') lost(outOfMemory(heapMiB));
      else lost(this.#hasScript ? scriptError(error, task) : error);
    });
    this.worker.on('exit', (code) => lost(new Error(`a worker ended with ${code} before it had finished`)));
    this.worker.on('message', (message: FromWorker) => {
      clearTimeout(this.#silence);
      if (message.type === 'ready') {
        ready.resolve();
        return;
      }
      if (message.type === 'invalid') {
        lost(new ScriptInvalid(message.problem));
        return;
      }
      if (message.type === 'progress') this.#waitFor(0);
      this.snapshot = encodeSnapshot(message.snapshot);
      message.samples.forEach(print);
      if (message.type === 'finished') finished.resolve(this.snapshot);
    });
  }

  start(atMs: number, setup: string): void {
    this.say({ type: 'start', atMs, setup });
    this.#waitFor(Math.max(0, atMs - Date.now()));
  }

  /** A script that will not let go of its thread is found out: the thread says something at least once a second. */
  #waitFor(ms: number): void {
    if (this.#hasScript) this.#silence = setTimeout(this.#stuck, ms + this.#patience.progressMs);
  }

  say(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
