import { shownText } from '../../api/common/shown/text.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import { FAILURE_REASONS } from '../../api/status/reasons.ts';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { runnerFailed, type Unfit } from '../preparation/unfit.ts';
import type { ScriptHost } from '../script/script-host.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { Exchange, ExchangeProblem } from './operator-client.ts';
import type { OperatorClock } from './operator-clock.ts';
import { UpdatePersistence } from './update-persistence.ts';

/** How long a runner waits for an operator that is away: for its assignment, or to accept its final update. */
const MAX_AWAY_MS = 5 * 60_000;
const RETRY_MS = 500;
/** How long the runner tries to send its last update; its pod has five seconds until it is killed. */
const LEAVE_MS = 3_000;

export type SessionOptions = {
  exchange: Exchange;
  clock: OperatorClock;
  /** Prepares the load of the assignment; the first runner of a test with a script also gets that script. */
  prepare: (assignment: Assignment) => Promise<{ pool: WorkerPool; script: ScriptHost | undefined } | Unfit>;
  /** Writes an update where it outlives the pod; called after every new measurement. */
  persist: (update: RunnerUpdate) => void;
  log: (message: string) => void;
};

/** Why a session ended: the final update was accepted, the test was stopped, or the operator was away for too long. */
export type SessionOutcome = 'accepted' | 'stopped' | 'abandoned';

/**
 * The life of a runner: it sends updates and follows the instructions in the responses, until the operator has accepted its final update.
 * The load follows its plan whether or not the operator responds; that of a capacity search is one trial at a time.
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
  /** Whether the last instruction requests the intervals of the run. */
  #wantsIntervals = false;
  #lastResponseMs = Date.now();
  #wake = () => {};
  #isOver = false;
  #ending: Promise<void> | undefined;
  readonly #persistence: UpdatePersistence;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#persistence = new UpdatePersistence(() => options.persist(this.#update()));
  }

  /** The newest measurement, undefined before the load. */
  get snapshot(): Snapshot | undefined {
    const snapshots = this.#pool?.snapshots() ?? [];
    return snapshots.length === 0 ? undefined : mergeSnapshots(snapshots);
  }

  /** Whether the load is over, so that {@link snapshot} does not change any more. */
  get hasEnded(): boolean {
    return this.#phase === 'Finished' || this.#phase === 'Failed';
  }

  /** Runs the session to its end. */
  async run(): Promise<SessionOutcome> {
    while (!this.#isOver) {
      const outcome = await this.#exchange();
      if (outcome !== undefined) return this.#leave(outcome);
    }
    if (this.#ending === undefined) return this.#leave('stopped');
    await this.#ending;
    return 'stopped';
  }

  /** Sends an update, follows the instruction and waits for the next one; returns the outcome if the session ends. */
  async #exchange(): Promise<SessionOutcome | undefined> {
    const update = this.#update();
    const response = await this.#options.exchange(update);
    // The pod was terminated during the long poll, so the instruction is out of date.
    if (this.#isOver) return undefined;
    if ('problem' in response) {
      this.#options.log(response.problem);
      // An operator that has too much to do is not away.
      if (response.retryAfterMs !== undefined) this.#lastResponseMs = Date.now();
      // An operator of another version has an assignment that only its own runners can read; it replaces a Job whose pod ends.
      if (response.isUnreadable && this.#phase === 'Starting') return 'abandoned';
      if (waitsForOperator(update) && Date.now() - this.#lastResponseMs > MAX_AWAY_MS) return 'abandoned';
    } else {
      this.#lastResponseMs = Date.now();
      if (response.instruction === 'Accepted') return 'accepted';
      await this.#follow(response);
    }
    const isUnchanged =
      this.#phase === update.phase && this.#teardown === update.teardown && !this.#hasDoneTrialSince(update);
    if (isUnchanged) await this.#sleep(pauseMs(response));
    return undefined;
  }

  /** Runs the script's teardown, even without an operator to request it. */
  async #leave(outcome: SessionOutcome): Promise<SessionOutcome> {
    await this.#tearDown();
    return outcome;
  }

  async #tearDown(): Promise<void> {
    if (this.#script?.teardownPending !== true) return;
    const message = await this.#script.tearDown();
    this.#teardown =
      message === undefined ? { state: 'Done' } : { state: 'Failed', message: shownText(message).slice(0, 1024) };
    if (message !== undefined) this.#options.log(`the script's teardown failed: ${message}`);
  }

  /** Cuts the load off and reports it, once, because the pod is being terminated. The rest of its load will be missing. */
  end(): Promise<void> {
    this.#isOver = true;
    this.#ending ??= this.#reportTermination();
    return this.#ending;
  }

  async #reportTermination(): Promise<void> {
    if (this.#phase === 'Running') {
      await this.#cutOff();
      this.#fail('its pod was terminated before the load was over');
    }
    const untilMs = Date.now() + LEAVE_MS;
    // A long poll may still be open; its response is irrelevant now.
    let response = await this.#options.exchange(this.#update(), { atOnce: true });
    while ('problem' in response && Date.now() < untilMs) {
      const ms = Math.min(pauseMs(response), Math.max(0, untilMs - Date.now()));
      await new Promise((done) => setTimeout(done, ms));
      response = await this.#options.exchange(this.#update(), { atOnce: true });
    }
    this.#wake();
  }

  async #follow(response: Instruction): Promise<void> {
    this.#wantsIntervals = response.wantsIntervals === true;
    if (response.instruction === 'Prepare' && response.assignment !== undefined && this.#phase === 'Starting') {
      await this.#prepare(response.assignment);
    } else if (response.instruction === 'Start' && response.startAtMs !== undefined && this.#phase === 'Ready') {
      this.#start(response.startAtMs, response.setup);
      this.#followTrial(response);
    } else if (response.instruction === 'Continue' && this.#phase === 'Running') {
      this.#followTrial(response);
    } else if (response.instruction === 'TearDown') {
      await this.#tearDown();
    } else if (response.instruction === 'Stop') {
      await this.#stop(response.reason ?? 'the operator requested it');
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
    if (this.#script?.teardownPending) this.#teardown = { state: 'Pending' };
    this.#phase = 'Ready';
  }

  #start(startAtMs: number, setup: string | undefined): void {
    const pool = this.#pool!;
    this.#startedAtMs = startAtMs;
    this.#phase = 'Running';
    pool.start(this.#options.clock.toLocal(startAtMs), setup);
    this.#persistence.watch(() => pool.snapshots());
    pool.done.then(
      () => {
        this.#phase = 'Finished';
        this.#persistence.finish();
        this.#wake();
      },
      (error: Error) => this.#fail(`the load generator failed: ${error.message}`),
    );
  }

  /** Begins the trial of an instruction, once; its end is reported at once. */
  #followTrial({ trial, endTrial }: Instruction): void {
    const { trials } = this.#pool!;
    if (trial !== undefined && trial.number !== trials.newest?.number) {
      trials.begin({ ...trial, startAtMs: this.#options.clock.toLocal(trial.startAtMs) });
      void trials.done.then(() => this.#wake());
    }
    if (endTrial !== undefined) trials.end(endTrial.number);
  }

  /** Cuts a running load off; the final update follows. A runner without a load ends at once. */
  async #stop(reason: string): Promise<void> {
    this.#options.log(`stopping: ${reason}`);
    if (this.#phase === 'Running') await this.#cutOff();
    else if (this.#phase !== 'Finished') this.#isOver = true;
  }

  async #cutOff(): Promise<void> {
    this.#pool!.stop();
    await this.#pool!.done.catch(() => {});
  }

  #fail(message: string): void {
    this.#options.log(message);
    this.#phase = 'Failed';
    this.#message = shownText(message);
    this.#persistence.finish();
    this.#wake();
  }

  #update(): RunnerUpdate {
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

  /** The intervals of the run are sent on demand only, because they are longer than the rest of the update, which is repeated. */
  #intervals(): Pick<RunnerUpdate, 'intervals'> {
    if (this.#phase !== 'Finished') return {};
    if (!this.#wantsIntervals) return { intervals: 'Kept' };
    const intervals = this.#pool?.intervals();
    return intervals === undefined ? {} : { intervals };
  }

  #hasDoneTrialSince(update: RunnerUpdate): boolean {
    const done = trialDoneIn({ trial: this.#pool?.trials.newest });
    return done !== undefined && done !== trialDoneIn(update);
  }

  /** Sleeps until the next update is due, or until the phase changes, which is reported at once. */
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

/** When the next update is due after a response, or after none. */
function pauseMs(response: Instruction | ExchangeProblem): number {
  return 'problem' in response ? (response.retryAfterMs ?? RETRY_MS) : response.nextReportMs;
}

/** The number of the newest trial if it is done. */
function trialDoneIn({ trial }: Pick<RunnerUpdate, 'trial'>): number | undefined {
  return trial?.state === 'Done' ? trial.number : undefined;
}

/** Whether a runner can do nothing until the operator responds. */
function waitsForOperator(update: RunnerUpdate): boolean {
  return update.phase !== 'Running' || trialDoneIn(update) !== undefined;
}
