import { shownText } from '../../api/common/shown/text.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { FAILURE_REASONS } from '../../api/status/reasons.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { runnerFailed, type Unfit } from '../preparation/unfit.ts';
import type { ScriptHost } from '../script/script-host.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { TrialInstruction } from './action.ts';
import type { Progress } from './after-exchange.ts';
import type { OperatorClock } from './operator-clock.ts';
import { UpdatePersistence } from './update-persistence.ts';

export type LoadOptions = {
  clock: OperatorClock;
  /** Prepares the load of the assignment; the first runner of a test with a script also gets that script. */
  prepare: (assignment: Assignment) => Promise<{ pool: WorkerPool; script: ScriptHost | undefined } | Unfit>;
  /** Writes an update where it outlives the pod; called after every new measurement. */
  persist: (update: RunnerUpdate) => void;
  log: (message: string) => void;
};

/**
 * The load that the operator has assigned to this runner, from its preparation to the teardown of its script, and the updates about it. Once
 * started, it follows its plan whether or not the operator responds; that of a capacity search is one trial at a time.
 */
export class AssignedLoad {
  /** Whether the updates are to hold the intervals of the run. */
  wantsIntervals = false;
  readonly #options: LoadOptions;
  readonly #onNews: () => void;
  readonly #persistence: UpdatePersistence;
  #phase: RunnerUpdate['phase'] = 'Starting';
  #message: string | undefined;
  #reason: RunnerUpdate['reason'];
  #teardown: RunnerUpdate['teardown'];
  #pool: WorkerPool | undefined;
  #script: ScriptHost | undefined;
  #startedAtMs: number | undefined;

  /** Calls `onNews` when the load or a trial has ended by itself. */
  constructor(options: LoadOptions, onNews: () => void) {
    this.#options = options;
    this.#onNews = onNews;
    this.#persistence = new UpdatePersistence(() => options.persist(this.update()));
  }

  get phase(): RunnerUpdate['phase'] {
    return this.#phase;
  }

  get progress(): Progress {
    return { phase: this.#phase, teardown: this.#teardown, trial: this.#pool?.trials.newest };
  }

  /** The newest measurement, undefined before the load. */
  get snapshot(): Snapshot | undefined {
    const snapshots = this.#pool?.snapshots() ?? [];
    return snapshots.length === 0 ? undefined : mergeSnapshots(snapshots);
  }

  /** The current update. */
  update(): RunnerUpdate {
    const { snapshot } = this;
    const trial = this.#pool?.trials.newest;
    return {
      phase: this.#phase,
      ...(this.#message === undefined ? {} : { message: this.#message }),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      ...(this.#script === undefined ? {} : { setup: this.#script.setup }),
      ...(this.#teardown === undefined ? {} : { teardown: this.#teardown }),
      ...(this.#startedAtMs === undefined ? {} : { startedAtMs: this.#startedAtMs }),
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(trial === undefined ? {} : { trial }),
      ...this.#intervals(),
    };
  }

  async prepare(assignment: Assignment): Promise<void> {
    const prepared = await this.#options.prepare(assignment).catch((error: Error) => runnerFailed(error.message));
    if ('problem' in prepared) {
      this.#reason = FAILURE_REASONS.find((reason) => reason === prepared.reason);
      this.fail(prepared.problem);
      return;
    }
    this.#pool = prepared.pool;
    this.#script = prepared.script;
    if (this.#script?.teardownPending) this.#teardown = { state: 'Pending' };
    this.#phase = 'Ready';
  }

  /** Starts the prepared load at `startAtMs`, epoch milliseconds of the operator. `setup`: the result of the script's setup, as JSON. */
  start(startAtMs: number, setup: string | undefined): void {
    const pool = this.#pool!;
    this.#startedAtMs = startAtMs;
    this.#phase = 'Running';
    pool.start(this.#options.clock.toLocal(startAtMs), setup);
    this.#persistence.watch(() => pool.snapshots());
    pool.done.then(
      () => {
        this.#phase = 'Finished';
        this.#persistence.finish();
        this.#onNews();
      },
      (error: Error) => this.fail(`the load generator failed: ${error.message}`),
    );
  }

  /** Begins the trial of an instruction, once, and reports its end at once; also ends the arrivals of a trial on instruction. */
  followTrial({ trial, endTrial }: TrialInstruction): void {
    const { trials } = this.#pool!;
    if (trial !== undefined && trial.number !== trials.newest?.number) {
      trials.begin({ ...trial, startAtMs: this.#options.clock.toLocal(trial.startAtMs) });
      void trials.done.then(() => this.#onNews());
    }
    if (endTrial !== undefined) trials.end(endTrial.number);
  }

  /** Cuts a started load off. */
  async cutOff(): Promise<void> {
    this.#pool!.stop();
    await this.#pool!.done.catch(() => {});
  }

  fail(message: string): void {
    this.#options.log(message);
    this.#phase = 'Failed';
    this.#message = shownText(message);
    this.#persistence.finish();
    this.#onNews();
  }

  /** Runs the script's teardown if it is pending. */
  async tearDown(): Promise<void> {
    if (this.#script?.teardownPending !== true) return;
    const message = await this.#script.tearDown();
    this.#teardown =
      message === undefined ? { state: 'Done' } : { state: 'Failed', message: shownText(message).slice(0, 1024) };
    if (message !== undefined) this.#options.log(`the script's teardown failed: ${message}`);
  }

  /** The intervals of the run are sent on demand only, because they are longer than the rest of the update, which is repeated. */
  #intervals(): Pick<RunnerUpdate, 'intervals'> {
    if (this.#phase !== 'Finished') return {};
    if (!this.wantsIntervals) return { intervals: 'Kept' };
    const intervals = this.#pool?.intervals();
    return intervals === undefined ? {} : { intervals };
  }
}
