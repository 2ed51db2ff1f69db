import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import { FAILURE_REASONS } from '../../api/status/reasons.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { runnerFailed, type Unfit } from '../preparation/unfit.ts';
import type { ScriptHost } from '../script/host.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { Exchange } from './operator-client.ts';
import type { OperatorClock } from './operator-clock.ts';

/** How long a runner without an operator waits for one to begin with, or keeps its final report for it. */
const PATIENCE_MS = 5 * 60_000;
const RETRY_MS = 500;
/** A pod that is told to end has five seconds for it. */
const LEAVE_MS = 3_000;
/** How soon a new measurement is where it outlives the pod. */
const KEEP_MS = 200;

export type SessionOptions = {
  exchange: Exchange;
  clock: OperatorClock;
  /** Prepares the load of the assignment; the first runner of a test with a script also gets that script. */
  prepare: (assignment: Assignment) => Promise<{ pool: WorkerPool; script: ScriptHost | undefined } | Unfit>;
  /** Puts a report where it outlives the pod; called for every new measurement. */
  keep: (report: RunnerUpdate) => void;
  log: (message: string) => void;
};

/**
 * A runner's life: it reports and does what the answer says, until its final report is accepted. The load itself goes on by its
 * plan whether or not the operator answers.
 */
export class Session {
  readonly #options: SessionOptions;
  #phase: RunnerUpdate['phase'] = 'Starting';
  #message: string | undefined;
  #reason: RunnerUpdate['reason'];
  #teardown: RunnerUpdate['teardown'];
  #pool: WorkerPool | undefined;
  #script: ScriptHost | undefined;
  #startedAtMs: number | undefined;
  /** Whether the operator's last answer asks for the windows of the run. */
  #wantsIntervals = false;
  #lastResponse = Date.now();
  #wake = () => {};
  #over = false;
  #ending: Promise<void> | undefined;
  #keeping: NodeJS.Timeout | undefined;
  /** The newest measurements that are kept, one of each worker. */
  #kept: readonly Snapshot[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The newest measurement, undefined before the load. */
  get snapshot(): Snapshot | undefined {
    const snapshots = this.#pool?.snapshots() ?? [];
    return snapshots.length === 0 ? undefined : mergeSnapshots(snapshots);
  }

  /**
   * Runs to the end: the final report was accepted; or there was nothing to do, as the test was stopped before its load;
   * or the operator was away for longer than a runner waits.
   */
  async run(): Promise<'accepted' | 'stopped' | 'abandoned'> {
    while (!this.#over) {
      const report = this.#report();
      const response = await this.#options.exchange(report);
      // Told to end while the answer was held: what it says comes too late.
      if (this.#over) break;
      if ('problem' in response) {
        this.#options.log(response.problem);
        if (report.phase !== 'Running' && Date.now() - this.#lastResponse > PATIENCE_MS)
          return this.#leave('abandoned');
      } else {
        this.#lastResponse = Date.now();
        if (response.instruction === 'Accepted') return this.#leave('accepted');
        await this.#obey(response);
      }
      const nothingNew = this.#phase === report.phase && this.#teardown === report.teardown;
      if (nothingNew) await this.#sleep('problem' in response ? RETRY_MS : response.nextReportMs);
    }
    if (this.#ending === undefined) return this.#leave('stopped');
    await this.#ending;
    return 'stopped';
  }

  /** What a setup has made is taken down also when nobody is left to ask for it. */
  async #leave<O>(outcome: O): Promise<O> {
    await this.#tearDown();
    return outcome;
  }

  async #tearDown(): Promise<void> {
    if (this.#script?.owesTeardown !== true) return;
    const message = await this.#script.tearDown();
    this.#teardown = message === undefined ? { state: 'Done' } : { state: 'Failed', message: message.slice(0, 1024) };
    if (message !== undefined) this.#options.log(`the script's teardown failed: ${message}`);
  }

  /** Cuts the load off and says so, once: the pod is about to go, and its share of the load will be missing. */
  end(): Promise<void> {
    this.#over = true;
    this.#ending ??= this.#takeLeave();
    return this.#ending;
  }

  async #takeLeave(): Promise<void> {
    if (this.#phase === 'Running') {
      this.#pool!.stop();
      await this.#pool!.done.catch(() => {});
      this.#fail('its pod was told to end before the load was over');
    }
    const until = Date.now() + LEAVE_MS;
    // Beside the exchange that may be held just now, whose answer nobody needs any more.
    while ('problem' in (await this.#options.exchange(this.#report(), { atOnce: true })) && Date.now() < until) {
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
    this.#wake();
  }

  async #obey(response: Instruction): Promise<void> {
    this.#wantsIntervals = response.wantsIntervals === true;
    if (response.instruction === 'Prepare' && response.assignment !== undefined && this.#phase === 'Starting') {
      await this.#prepare(response.assignment);
    } else if (response.instruction === 'Start' && response.startAtMs !== undefined && this.#phase === 'Ready') {
      this.#start(response.startAtMs, response.setup);
    } else if (response.instruction === 'TearDown') {
      await this.#tearDown();
    } else if (response.instruction === 'Stop') {
      await this.#stop(response.reason ?? 'the operator said so');
    }
  }

  async #prepare(assignment: Assignment): Promise<void> {
    const prepared = await this.#options.prepare(assignment).catch((error: Error) => runnerFailed(error.message));
    if ('problem' in prepared) {
      this.#reason = FAILURE_REASONS.find((reason) => reason === prepared.reason);
      this.#fail(prepared.problem);
      return;
    }
    this.#pool = prepared.pool;
    this.#script = prepared.script;
    if (this.#script?.owesTeardown) this.#teardown = { state: 'Pending' };
    this.#phase = 'Ready';
  }

  #start(startAtMs: number, setup: string | undefined): void {
    this.#startedAtMs = startAtMs;
    this.#phase = 'Running';
    this.#pool!.start(this.#options.clock.toLocal(startAtMs), setup);
    this.#keeping = setInterval(() => this.#keepNews(), KEEP_MS);
    this.#pool!.done.then(
      () => {
        this.#phase = 'Finished';
        this.#keepLast();
        this.#wake();
      },
      (error: Error) => this.#fail(`the load generator broke: ${error.message}`),
    );
  }

  /** A runner without a load has nothing more to say and ends. */
  async #stop(reason: string): Promise<void> {
    this.#options.log(`stopping: ${reason}`);
    if (this.#phase === 'Running') {
      this.#pool!.stop();
      await this.#pool!.done.catch(() => {});
    } else if (this.#phase !== 'Finished') this.#over = true;
  }

  #fail(message: string): void {
    this.#options.log(message);
    this.#phase = 'Failed';
    this.#message = message;
    this.#keepLast();
    this.#wake();
  }

  #keepNews(): void {
    const snapshots = this.#pool?.snapshots() ?? [];
    if (snapshots.length === this.#kept.length && snapshots.every((s, i) => s === this.#kept[i])) return;
    this.#kept = snapshots;
    this.#options.keep(this.#report());
  }

  #keepLast(): void {
    clearInterval(this.#keeping);
    this.#options.keep(this.#report());
  }

  #report(): RunnerUpdate {
    const { snapshot } = this;
    return {
      phase: this.#phase,
      ...(this.#message === undefined ? {} : { message: this.#message }),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      ...(this.#script === undefined ? {} : { setup: this.#script.setup }),
      ...(this.#teardown === undefined ? {} : { teardown: this.#teardown }),
      ...(this.#startedAtMs === undefined ? {} : { startedAtMs: this.#startedAtMs }),
      ...(snapshot === undefined ? {} : { snapshot }),
      ...this.#windows(),
    };
  }

  /** They are longer than the rest of the report, which is repeated until it is accepted. */
  #windows(): Pick<RunnerUpdate, 'windows'> {
    if (this.#phase !== 'Finished') return {};
    if (!this.#wantsIntervals) return { windows: 'Kept' };
    const windows = this.#pool?.windows();
    return windows === undefined ? {} : { windows };
  }

  /** Sleeps until the next report is due; a change of phase ends it, as that is reported at once. */
  #sleep(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
