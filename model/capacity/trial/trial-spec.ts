import { msToSeconds, secondsToMs } from '../../../api/common/duration.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import type { PlannedTrial } from '../../../api/status/capacity.ts';
import type { RateSearch } from '../../load/load-model.ts';
import { loadModelOf } from '../../load/load-models.ts';

/** The search of a spec whose load has one; for another load this is a bug. */
export function searchOf({ load }: Pick<LoadTestSpec, 'load'>): RateSearch {
  const { search } = loadModelOf(load);
  if (search === undefined) throw new Error(`a load of type ${load.type} has no trials`);
  return search;
}

/** The test that one trial is on its own, so that it is measured and judged like any other. `seconds`: how long its plateau lasted. */
export function trialSpec(spec: LoadTestSpec, { number, rate }: PlannedTrial, seconds: number): LoadTestSpec {
  const durationMs = Math.max(1, Math.round(secondsToMs(seconds)));
  return { ...spec, load: searchOf(spec).loadOfTrial({ number, rate, durationMs }) };
}

/** How long a plateau lasted, seconds: it may have been ended early. */
export function lastedSeconds({ seconds }: PlannedTrial, ranMs: number): number {
  return Math.min(seconds, msToSeconds(ranMs));
}
