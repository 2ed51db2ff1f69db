import type { TrialPlan } from '../../api/protocol/trial.ts';
import { type MeasuredTrial, mergeTrials } from '../../model/measure/trial/measured-trial.ts';
import type { WorkerHandle } from './worker-handle.ts';

type Worker = Pick<WorkerHandle, 'beginTrial' | 'endTrial' | 'trial'>;

/** The trials of a pool: all of its workers carry out each at the same time. */
export class PoolTrials {
  readonly #workers: readonly Worker[];
  #number: number | undefined;
  #done = Promise.withResolvers<MeasuredTrial>();

  constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  /**
   * Carries out a trial. Its `startAtMs` is in epoch milliseconds of this machine, and some 50 ms ahead, so that no worker learns of it too late.
   * A trial with a known number changes nothing, nor does one that comes before the newest one is done.
   */
  begin(plan: TrialPlan): void {
    const { newest } = this;
    if (newest !== undefined && (plan.number <= newest.number || newest.state !== 'Done')) return;
    this.#number = plan.number;
    this.#done = Promise.withResolvers();
    for (const worker of this.#workers) worker.beginTrial(plan);
  }

  /** Ends the arrivals of the trial with this number. */
  end(number: number): void {
    if (number === this.#number) for (const worker of this.#workers) worker.endTrial(number);
  }

  /** The newest trial so far, of all workers together. */
  get newest(): MeasuredTrial | undefined {
    if (this.#number === undefined) return undefined;
    return mergeTrials(
      this.#number,
      this.#workers.map((worker) => worker.trial),
    );
  }

  /** Resolves with the newest trial when all workers have done it, also because the load was stopped; never when one of them is lost. */
  get done(): Promise<MeasuredTrial> {
    return this.#done.promise;
  }

  /** A worker has reported something new of its trial. */
  changed(): void {
    const { newest } = this;
    if (newest?.state === 'Done') this.#done.resolve(newest);
  }
}
