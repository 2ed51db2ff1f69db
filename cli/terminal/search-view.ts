import { msToSeconds, secondsToMs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { begunSearch, isSearch } from '../../model/capacity/progress.ts';
import { capacityText } from '../../model/capacity/result/text.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import { trialOutcome, trialText } from '../../render/common/capacity.ts';
import { lengthText } from '../../render/common/wording.ts';
import type { View } from './view.ts';

/** A search so far, and when its load began. */
export type SearchSoFar = Pick<LoadTestStatus, 'capacity' | 'loadStartTime'>;

/** How many trials a search is expected to take, and how long, before its load; undefined for a load that is none. */
export function searchPlan(spec: LoadTestSpec): string | undefined {
  return isSearch(spec) ? `the search takes ${leftText(begunSearch(spec, 0))}` : undefined;
}

function leftText({ expected = { trials: 0, seconds: 0 } }: Capacity): string {
  const { trials, seconds } = expected;
  return `about ${trials} ${trials === 1 ? 'trial' : 'trials'}, ${lengthText(seconds)}`;
}

/** The search of a test as a view shows it, with the length of the load that follows from what is left; empty without a search. */
export function searchView(
  spec: LoadTestSpec,
  { capacity, loadStartTime = '' }: SearchSoFar,
  elapsedMs: number,
): Pick<View, 'search'> & Partial<Pick<View, 'share' | 'totalMs'>> {
  if (capacity === undefined) return {};
  const unit = rateUnit(spec);
  const { trial, expected } = capacity;
  const begunMs = Date.parse(trial?.startTime ?? '') - Date.parse(loadStartTime);
  const endMs = begunMs + secondsToMs(expected?.seconds ?? 0);
  const totalMs = Number.isFinite(endMs) ? Math.max(elapsedMs, endMs) : elapsedMs;
  return {
    share: totalMs <= 0 ? 0 : elapsedMs / totalMs,
    totalMs,
    search: {
      bracket: capacityText(capacity, unit),
      ...(trial && {
        trial: `${trialText(trial, unit)} for ${lengthText(trial.seconds)}`,
        left: `${leftText(capacity)} left`,
      }),
    },
  };
}

/** The progress lines of a search: one for each trial that has finished. */
export class SearchLines {
  readonly #spec: LoadTestSpec;
  #shown = 0;

  constructor(spec: LoadTestSpec) {
    this.#spec = spec;
  }

  /** The line for the newest trial; undefined when it was shown. */
  next({ capacity }: SearchSoFar, elapsedMs: number): string | undefined {
    const last = capacity?.trials?.at(-1);
    if (capacity === undefined || last === undefined || capacity.trials!.length === this.#shown) return undefined;
    this.#shown = capacity.trials!.length;
    const unit = rateUnit(this.#spec);
    const outcome = trialOutcome(last);
    return [
      `${msToSeconds(elapsedMs).toFixed(0).padStart(4)}s`,
      `${trialText(last, unit)}${outcome === 'none' ? '' : ` ${outcome}`}`,
      ...(last.p99 === undefined ? [] : [`p99 ${last.p99}`]),
      capacityText(capacity, unit),
      ...(capacity.trial === undefined ? [] : [`${leftText(capacity)} left`]),
    ].join('  ');
  }
}
