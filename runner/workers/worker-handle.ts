import { Worker } from 'node:worker_threads';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { IntervalRecorder } from '../../model/compare/interval-ends.ts';
import { intervalStepMs } from '../../model/compare/intervals.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { lineByLine, type Write } from '../process/line-output.ts';
import { redactedProblem } from '../script/redacted-problem.ts';
import { scriptThread } from '../script/sandbox/permissions.ts';
import { scriptMessage } from '../script/script-error.ts';
import { inspectionUnderWay, newInspectionHeartbeat } from './inspection-heartbeat.ts';
import { freezeSnapshot } from './live-snapshot.ts';
import { Watchdog } from './watchdog.ts';
import type { FromWorker, ToWorker, WorkerData, WorkerTask } from './worker.ts';

/**
 * A request leaves next to nothing that lives, so a small young generation costs no more CPU than a large one; V8's default would grow
 * to three times 16 MiB in every thread before it is collected.
 */
export const YOUNG_MIB = 6;

/** How long a thread may be silent before it is given up, though it says something each second. */
export type Patience = {
  /** A script, or a regular expression, that does not let go of its thread for so long never will. */
  progressMs: number;
  /** So much longer a thread may take to begin with, on a small share of a core. */
  beginningMs: number;
};
export const PATIENCE: Patience = { progressMs: 10_000, beginningMs: 20_000 };

/** Why a script cannot be run. */
export class ScriptInvalid extends Error {
  constructor(problem: string) {
    super(`script: ${problem}`);
  }
}

/** What a script threw where nobody could catch it. */
function scriptError(error: unknown, { assignment, values }: WorkerTask): Error {
  const bytes = new Map([...values].map(([path, value]) => [path, Buffer.from(value)]));
  return new ScriptInvalid(redactedProblem(scriptMessage(error), assignment.spec, bytes));
}

/** A thread that has reached the limit of its heap, which V8 ends, told with what can be done about it. */
function outOfMemory(heapMiB: number | undefined): Error {
  const limit = heapMiB === undefined ? 'its heap' : `the ${heapMiB} MiB that the memory limit leaves to its heap`;
  return new Error(`a worker thread needs more memory than ${limit}: give runners more memory, or more runners`);
}

export type WorkerHandleOptions = {
  /** The most that the thread's heap may hold; undefined: V8's own limit. */
  heapMiB: number | undefined;
  /** Takes the lines of samples. */
  print: (line: string) => void;
  /** Takes what the thread writes: a script, or Node when it warns. */
  write: Write;
  patience: Patience;
};

/** A worker thread with its task, as the thread that made it sees it. */
export class WorkerHandle {
  /** When it can be started; rejects when it ends before that, or says that it cannot. */
  readonly ready: Promise<void>;
  /** Its last snapshot; rejects when it ends without one. */
  readonly finished: Promise<Snapshot>;
  snapshot: Snapshot | undefined;
  readonly #intervals: IntervalRecorder;
  readonly #task: WorkerTask;
  readonly #options: WorkerHandleOptions;
  readonly #worker: Worker;
  readonly #becomesReady = Promise.withResolvers<void>();
  readonly #finishes = Promise.withResolvers<Snapshot>();
  readonly #heartbeat = newInspectionHeartbeat();
  readonly #silence = new Watchdog(() => this.#stuck());

  constructor(task: WorkerTask, options: WorkerHandleOptions) {
    this.#task = task;
    this.#options = options;
    this.#intervals = new IntervalRecorder(intervalStepMs(task.assignment.spec));
    this.ready = this.#becomesReady.promise;
    this.finished = this.#finishes.promise;
    this.finished.catch(() => {}); // whoever waits for the crew hears of it
    this.#worker = this.#newWorker();
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#lost(this.#explained(error)));
    this.#worker.on('exit', (code) => this.#lost(new Error(`a worker ended with ${code} before it had finished`)));
    this.#worker.on('message', (message: FromWorker) => this.#heard(message));
    this.#waitFor(options.patience.beginningMs);
  }

  /** Begins the load at `atMs`, epoch milliseconds, with what the script's setup answered with, as JSON. */
  start(atMs: number, setup: string): void {
    this.#say({ type: 'start', atMs, setup });
    this.#waitFor(Math.max(0, atMs - Date.now()));
  }

  /** Cuts the load off. */
  stop(): void {
    this.#say({ type: 'stop' });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The number of its runner. */
  get runner(): number {
    return this.#task.assignment.index;
  }

  /** The run so far in intervals. */
  get intervals(): IntervalEnds | undefined {
    return this.snapshot && this.#intervals.upTo(this.snapshot);
  }

  get #hasScript(): boolean {
    return this.#task.assignment.spec.script !== undefined;
  }

  #newWorker(): Worker {
    const { heapMiB, write } = this.#options;
    const file = new URL('./worker.ts', import.meta.url);
    const worker = new Worker(file, {
      ...(this.#hasScript && scriptThread(file)),
      stdout: true,
      stderr: true,
      workerData: { ...this.#task, heartbeat: this.#heartbeat } satisfies WorkerData,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MIB,
        ...(heapMiB !== undefined && { maxOldGenerationSizeMb: heapMiB }),
      },
    });
    for (const stream of [worker.stdout, worker.stderr]) lineByLine(stream, write);
    return worker;
  }

  #heard(message: FromWorker): void {
    this.#silence.end();
    if (message.type === 'ready') this.#becomesReady.resolve();
    else if (message.type === 'invalid') this.#lost(new ScriptInvalid(message.problem));
    else {
      if (message.type === 'progress') this.#waitFor(0);
      this.snapshot = freezeSnapshot(message.snapshot);
      message.samples.forEach(this.#options.print);
      if (message.type === 'progress') this.#intervals.record(this.snapshot);
      if (message.type === 'finished') this.#finishes.resolve(this.snapshot);
    }
  }

  #lost(error: Error): void {
    this.#silence.end();
    this.#becomesReady.reject(error);
    this.#finishes.reject(error);
  }

  #explained(error: NodeJS.ErrnoException): Error {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return outOfMemory(this.#options.heapMiB);
    return this.#hasScript ? scriptError(error, this.#task) : error;
  }

  /** What will not let go of its thread is found out: the thread says something at least once a second. */
  #waitFor(ms: number): void {
    this.#silence.expect(ms + this.#options.patience.progressMs);
  }

  #stuck(): void {
    this.#lost(this.#stuckWith());
    void this.#worker.terminate();
  }

  #stuckWith(): Error {
    const time = `${this.#options.patience.progressMs / 1e3} s`;
    const at = inspectionUnderWay(this.#heartbeat, this.#task.assignment.spec.requests);
    if (at === undefined && this.#hasScript) return new ScriptInvalid(`it has not let go of its thread for ${time}`);
    return new Error(`a worker thread has said nothing for ${time} and was ended${at === undefined ? '' : `: ${at}`}`);
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
