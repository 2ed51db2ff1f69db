import type { Instruction } from '../../api/protocol/instruction.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { isFinalUpdate } from '../../model/wire/runner-update.ts';
import { actionOf } from './action.ts';
import { isNews, isPresent, outcomeOf, pauseMs } from './after-exchange.ts';
import { AssignedLoad, type LoadOptions } from './assigned-load.ts';
import type { Exchange } from './operator-client.ts';

/** How long the runner tries to send its last update; its pod has five seconds until it is killed. */
const LEAVE_MS = 3_000;

export type SessionOptions = LoadOptions & { exchange: Exchange };

/** Why a session ended: the final update was accepted, the test was stopped, or the operator was away for too long. */
export type SessionOutcome = 'accepted' | 'stopped' | 'abandoned';

/** A runner's session with the operator: sends updates and follows the instructions in the responses, until its final update is accepted. */
export class Session {
  readonly #options: SessionOptions;
  readonly #load: AssignedLoad;
  #lastPresentMs = Date.now();
  #wake = () => {};
  #isOver = false;
  #ending: Promise<void> | undefined;
  #loggedStop: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#load = new AssignedLoad(options, () => this.#wake());
  }

  /** The newest measurement, undefined before the load. */
  get snapshot(): Snapshot | undefined {
    return this.#load.snapshot;
  }

  /** Whether the load is over, so that {@link snapshot} does not change any more. */
  get hasEnded(): boolean {
    return isFinalUpdate(this.#load);
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
    const update = this.#load.update();
    const response = await this.#options.exchange(update);
    // The pod was terminated during the long poll, so the instruction is out of date.
    if (this.#isOver) return undefined;
    if ('problem' in response) this.#options.log(response.problem);
    if (isPresent(response)) this.#lastPresentMs = Date.now();
    const outcome = outcomeOf(update, response, Date.now() - this.#lastPresentMs);
    if (outcome !== undefined) return outcome;
    if (!('problem' in response)) await this.#follow(response);
    if (!isNews(this.#load.progress, update)) await this.#sleep(pauseMs(response));
    return undefined;
  }

  async #follow(instruction: Instruction): Promise<void> {
    const load = this.#load;
    load.wantsIntervals = instruction.wantsIntervals === true;
    const action = actionOf(instruction, load.phase);
    if (action?.type === 'Prepare') await load.prepare(action.assignment);
    else if (action?.type === 'Start') {
      load.start(action.startAtMs, action.setup);
      load.followTrial(action.trials);
    } else if (action?.type === 'FollowTrial') load.followTrial(action.trials);
    else if (action?.type === 'TearDown') await load.tearDown();
    else if (action?.type === 'Stop') {
      this.#logStop(action.reason);
      if (action.ends === 'Load') await load.cutOff();
      else if (action.ends === 'Session') this.#isOver = true;
    }
  }

  /** Logs a reason once: a runner that counts as lost receives it with each response. */
  #logStop(reason: string): void {
    if (this.#loggedStop !== reason) this.#options.log(`stopping: ${reason}`);
    this.#loggedStop = reason;
  }

  /** Runs the script's teardown, even without an operator to request it. */
  async #leave(outcome: SessionOutcome): Promise<SessionOutcome> {
    await this.#load.tearDown();
    return outcome;
  }

  /** Cuts the load off and reports it, once, because the pod is being terminated. The rest of its load will be missing. */
  end(): Promise<void> {
    this.#isOver = true;
    this.#ending ??= this.#reportTermination();
    return this.#ending;
  }

  async #reportTermination(): Promise<void> {
    if (this.#load.phase === 'Running') {
      await this.#load.cutOff();
      this.#load.fail('its pod was terminated before the load was over');
    }
    const untilMs = Date.now() + LEAVE_MS;
    // A long poll may still be open; its response is irrelevant now.
    let response = await this.#options.exchange(this.#load.update(), { atOnce: true });
    while ('problem' in response && Date.now() < untilMs) {
      const ms = Math.min(pauseMs(response), Math.max(0, untilMs - Date.now()));
      await new Promise((done) => setTimeout(done, ms));
      response = await this.#options.exchange(this.#load.update(), { atOnce: true });
    }
    this.#wake();
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
