import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { noCounts, resultCounts } from '../../model/measure/counters.ts';
import { iterationsOf } from '../../model/measure/rate/iterations.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import type { SecondView } from './view.ts';

type Observed = { done: number; seconds: number };

/**
 * The load in a cluster as points, one for each status that the operator has written: the rate since the one before, and the p99 so far. A
 * status has no time of its figures. Its rate tells it, as that is the number of iterations by the length of the load.
 */
export class StatusPoints {
  readonly #points: SecondView[] = [];
  #last: Observed = { done: 0, seconds: 0 };

  add(spec: LoadTestSpec, status: LoadTestStatus): readonly SecondView[] {
    const { counts = resultCounts(noCounts()), requests = [] } = status;
    const { rate, responseTimeUs } = statusFigures(status);
    const { done } = iterationsOf(spec, { counts, requests });
    const seconds = rate === undefined || rate.achieved === 0 ? 0 : done / rate.achieved;
    const since = seconds - this.#last.seconds;
    if (since < MIN_SECONDS) return this.#points;
    this.#points.push({ perSecond: (done - this.#last.done) / since, p99Us: responseTimeUs?.p99 });
    this.#last = { done, seconds };
    return this.#points;
  }
}

/** The digits of a rate leave its time uncertain by less. */
const MIN_SECONDS = 2;
