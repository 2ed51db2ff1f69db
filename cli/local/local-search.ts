import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import { begunSearch, endedSearch, followSearch, hasResult, isSearch } from '../../model/capacity/progress.ts';
import { trialPlanOf } from '../../model/capacity/trial/trial-plan.ts';
import type { MeasuredTrial } from '../../model/measure/trial/measured-trial.ts';
import type { WorkerPool } from '../../runner/workers/worker-pool.ts';
import { START_LEAD_MS } from './start-lead.ts';

type Pool = Pick<WorkerPool, 'trials' | 'stop'>;
type Options = { loadStartMs: number; now: () => number; interrupt: AbortSignal };

/** The search of a local run: what the operator is to a search in a cluster. */
export class LocalSearch {
  #capacity: Capacity;
  readonly #pool: Pool;
  readonly #spec: LoadTestSpec;
  readonly #options: Options;

  /** Begins the first trial with the load, which begins at `loadStartMs`, epoch milliseconds. */
  constructor(pool: Pool, spec: LoadTestSpec, options: Options) {
    this.#pool = pool;
    this.#spec = spec;
    this.#options = options;
    this.#capacity = begunSearch(spec, options.loadStartMs);
    this.#begin();
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  /** Ends the arrivals of the trial under way once it cannot become good any more. */
  look(): void {
    const { newest } = this.#pool.trials;
    if (newest === undefined || newest.state === 'Done') return;
    const { endTrial } = followSearch(this.#spec, this.#capacity, newest, this.#times());
    if (endTrial !== undefined) this.#pool.trials.end(endTrial);
  }

  /** What the search has found once the load has ended. */
  ended(): Capacity {
    return endedSearch(this.#spec, this.#capacity);
  }

  #begin(): void {
    const plan = trialPlanOf({ capacity: this.#capacity });
    if (plan === undefined) return;
    this.#pool.trials.begin(plan);
    void this.#pool.trials.done.then((trial) => this.#onDone(trial));
  }

  /** An interrupt cuts the trial under way off, so that it says nothing. */
  #onDone(trial: MeasuredTrial): void {
    if (this.#options.interrupt.aborted) return;
    this.#capacity = followSearch(this.#spec, this.#capacity, trial, this.#times()).capacity;
    if (hasResult(this.#capacity)) this.#pool.stop();
    else this.#begin();
  }

  #times() {
    const { loadStartMs, now } = this.#options;
    return { loadStartMs, nextStartMs: now() + START_LEAD_MS };
  }
}

/** The search of a test whose load is one; undefined otherwise. */
export function localSearch(pool: Pool, spec: LoadTestSpec, options: Options): LocalSearch | undefined {
  return isSearch(spec) ? new LocalSearch(pool, spec, options) : undefined;
}
