import { msToSeconds } from '../../api/common/duration.ts';
import { isoTime } from '../../api/common/time.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Capacity, FinishedTrial } from '../../api/status/capacity.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { MeasuredTrial } from '../measure/trial/measured-trial.ts';
import { bracketStatus, capacityResult } from './result/capacity-status.ts';
import { expectedRest } from './search/expected.ts';
import { nextMove } from './search/next-move.ts';
import { searchSettings } from './search/settings.ts';
import { certainlyBad } from './trial/certainly-bad.ts';
import { judgeTrial } from './trial/judge-trial.ts';
import { searchOf } from './trial/trial-spec.ts';

/** When the load of a search began, and when its next trial may begin at the earliest; epoch milliseconds. */
export type SearchTimes = { loadStartMs: number; nextStartMs: number };

/** A search after a look at its trial under way, and the number of that trial when its arrivals are to end now. */
export type Progress = { capacity: Capacity; endTrial?: number };

/** Whether the load of a test is a search. */
export function isSearch({ load }: Pick<LoadTestSpec, 'load'>): boolean {
  return loadModelOf(load).search !== undefined;
}

/** A search at the start of its load: its first trial is under way. */
export function begunSearch(spec: LoadTestSpec, loadStartMs: number): Capacity {
  return afterTrials(spec, [], { loadStartMs, nextStartMs: loadStartMs });
}

/**
 * A search of which `measured` is what all runners together have measured of the trial under way. Once that is done, it joins the finished
 * trials, from which alone the next trial or the result follows.
 */
export function followSearch(
  spec: LoadTestSpec,
  capacity: Capacity,
  measured: MeasuredTrial,
  times: SearchTimes,
): Progress {
  const { trial, trials = [] } = capacity;
  if (trial === undefined || trial.number !== measured.number) return { capacity };
  if (measured.state === 'Done')
    return { capacity: afterTrials(spec, [...trials, judgeTrial(spec, trial, measured)], times) };
  const isCertain = measured.state === 'Running' && certainlyBad(spec, trial, measured);
  return { capacity, ...(isCertain && { endTrial: trial.number }) };
}

/** A search whose load has ended: the result that it found, or what it found so far. */
export function endedSearch(spec: LoadTestSpec, capacity: Capacity): Capacity {
  if (hasResult(capacity)) return capacity;
  return capacityResult(searchSettings(searchOf(spec), spec), capacity.trials ?? [], 'Unfinished');
}

/** Whether a search has its result, so that its load may end. */
export function hasResult({ reason }: Capacity): boolean {
  return reason !== undefined;
}

function afterTrials(
  spec: LoadTestSpec,
  trials: readonly FinishedTrial[],
  { loadStartMs, nextStartMs }: SearchTimes,
): Capacity {
  const settings = searchSettings(searchOf(spec), spec);
  const move = nextMove(settings, trials, msToSeconds(nextStartMs - loadStartMs));
  if (move.type === 'End') return capacityResult(settings, trials, move.reason);
  return {
    ...bracketStatus(settings, trials),
    expected: expectedRest(settings, trials),
    trial: { ...move.trial, startTime: isoTime(nextStartMs) },
  };
}
