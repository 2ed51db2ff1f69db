import { Worker } from 'node:worker_threads';
import type { TrialPlan } from '../../api/protocol/trial.ts';
import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { IntervalRecorder } from '../../model/compare/interval-ends.ts';
import { intervalStepMs } from '../../model/compare/intervals.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { MeasuredTrial } from '../../model/measure/trial/measured-trial.ts';
import { TrialRecorder, type TrialStage } from '../../model/measure/trial/trial-recorder.ts';
import { lineByLine, type Write } from '../process/line-output.ts';
import { inspectionUnderWay, newInspectionHeartbeat } from './inspection-heartbeat.ts';
import { endError, ScriptInvalid, silenceError } from './thread-errors.ts';
import { readThreadMessage, type ThreadMessage } from './thread-message.ts';
import type { ToWorker, WorkerData, WorkerTask } from './thread-protocol.ts';
import { type Patience, Watchdog } from './watchdog.ts';

/**
 * The size of a worker thread's young generation. Nearly all objects of a request are short-lived, so a small one costs no more CPU than a
 * large one; V8's default would grow to three times 16 MiB in every thread.
 */
export const YOUNG_MIB = 6;

export type WorkerHandleOptions = {
  /** The limit of the thread's heap; undefined: V8's default. */
  heapMiB: number | undefined;
  /** Receives the lines of the request log. */
  print: (line: string) => void;
  /** Receives the output of the thread: that of a script, and warnings of Node. */
  write: Write;
  patience: Patience;
  /** Called when the thread has reported something new of its trial. */
  onTrial: () => void;
};

/** A worker thread, from its parent thread. */
export class WorkerHandle {
  /** Resolves when the load can begin; rejects when the thread ends before that, or its script is invalid. */
  readonly ready: Promise<void>;
  /** Resolves with the final snapshot; rejects when the thread ends without one. */
  readonly finished: Promise<Snapshot>;
  snapshot: Snapshot | undefined;
  readonly #intervals: IntervalRecorder;
  readonly #trials = new TrialRecorder();
  readonly #task: WorkerTask;
  readonly #options: WorkerHandleOptions;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<Snapshot>();
  readonly #heartbeat = newInspectionHeartbeat();
  readonly #watchdog = new Watchdog(() => this.#end(this.#unresponsive()));

  constructor(task: WorkerTask, options: WorkerHandleOptions) {
    this.#task = task;
    this.#options = options;
    this.#intervals = new IntervalRecorder(intervalStepMs(task.assignment.spec));
    this.ready = this.#ready.promise;
    this.finished = this.#finished.promise;
    this.finished.catch(() => {}); // the worker pool handles the rejection
    this.#worker = this.#newWorker();
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#fail(endError(error, options.heapMiB)));
    this.#worker.on('exit', (code) =>
      this.#fail(new Error(`a worker thread exited with code ${code} before it had finished`)),
    );
    this.#worker.on('message', (message: unknown) => this.#onMessage(message));
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#expectMessage(options.patience.beginningMs);
  }

  /** Begins the load at `atMs`, epoch milliseconds. `setup`: the result of the script's setup, as JSON. */
  start(atMs: number, setup: string): void {
    this.#post({ type: 'start', atMs, setup });
    this.#expectMessage(Math.max(0, atMs - Date.now()));
  }

  /** Carries out a trial, with its start in epoch milliseconds of this machine. */
  beginTrial(trial: TrialPlan): void {
    this.#post({ type: 'trial', trial });
  }

  /** Ends the arrivals of a trial. */
  endTrial(number: number): void {
    this.#post({ type: 'end trial', number });
  }

  /** Cuts the load off. */
  stop(): void {
    this.#post({ type: 'stop' });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The index of its runner. */
  get runner(): number {
    return this.#task.assignment.index;
  }

  /** The newest trial of a capacity search. */
  get trial(): MeasuredTrial | undefined {
    return this.#trials.newest;
  }

  /** The run so far in intervals. */
  get intervals(): IntervalEnds | undefined {
    return this.snapshot && this.#intervals.upTo(this.snapshot);
  }

  /** The names of the requests that the thread sends. */
  get #names(): string[] {
    const names = this.#task.assignment.spec.requests.map(({ name }) => name);
    return this.#task.once ? names.slice(0, 1) : names;
  }

  #newWorker(): Worker {
    const { heapMiB, write } = this.#options;
    const file = new URL('./worker.ts', import.meta.url);
    const worker = new Worker(file, {
      stdout: true,
      stderr: true,
      workerData: { ...this.#task, heartbeat: this.#heartbeat, heapMiB } satisfies WorkerData,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MIB,
        ...(heapMiB !== undefined && { maxOldGenerationSizeMb: heapMiB }),
      },
    });
    for (const stream of [worker.stdout, worker.stderr]) lineByLine(stream, write);
    return worker;
  }

  #onMessage(received: unknown): void {
    this.#watchdog.end();
    const message = readThreadMessage(received, this.#names);
    if ('type' in message) this.#follow(message);
    else this.#end(new Error(`a worker thread sent what no engine sends: ${message.problem}`));
  }

  #follow(message: ThreadMessage): void {
    if (message.type === 'ready') this.#ready.resolve();
    else if (message.type === 'invalid') this.#fail(new ScriptInvalid(message.problem));
    else {
      if (message.type !== 'finished') this.#expectMessage(0);
      this.snapshot = message.snapshot;
      message.samples.forEach(this.#options.print);
      if (message.type === 'progress') this.#intervals.record(this.snapshot);
      if (message.trial !== undefined) this.#recordTrial(message.trial, this.snapshot);
      if (message.type === 'finished') this.#finished.resolve(this.snapshot);
    }
  }

  #recordTrial(stage: TrialStage, snapshot: Snapshot): void {
    this.#trials.record(stage, snapshot);
    this.#options.onTrial();
  }

  #fail(error: Error): void {
    this.#watchdog.end();
    this.#ready.reject(error);
    this.#finished.reject(error);
  }

  /** Expects the next message within `ms` and the usual patience. */
  #expectMessage(ms: number): void {
    this.#watchdog.expect(ms + this.#options.patience.progressMs);
  }

  /** Ends the thread for a reason of ours. */
  #end(reason: Error): void {
    this.#fail(reason);
    void this.#worker.terminate();
  }

  #unresponsive(): Error {
    const { spec } = this.#task.assignment;
    return silenceError(this.#options.patience.progressMs, {
      inspection: inspectionUnderWay(this.#heartbeat, spec.requests),
      hasScript: spec.script !== undefined,
    });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
