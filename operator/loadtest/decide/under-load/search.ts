import { endedSearch, followSearch, hasResult, type Progress } from '../../../../model/capacity/progress.ts';
import type { StopCause } from '../../../../model/lifecycle/stop-cause.ts';
import { mergeTrials } from '../../../../model/measure/trial/measured-trial.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import type { Action } from '../decision.ts';
import { startMs } from '../startup/replicas.ts';
import type { UnderLoad } from './facts.ts';

/** How soon to look again at a trial under way: it may have become certain to fail, which triggers no event. */
const LOOK_MS = 1000;

/** The search as the newest updates of its runners leave it; undefined for a load without one. */
export function searchProgress(
  { test: { spec, status }, updates, nowMs }: Pick<ObservedAccepted, 'test' | 'updates' | 'nowMs'>,
  loadStartMs: number,
): Progress | undefined {
  const { capacity } = status;
  if (capacity === undefined || capacity.trial === undefined) return capacity && { capacity };
  const { replicas } = spec.runners;
  const parts = Array.from({ length: replicas }, (_, index) => updates.get(index)?.update.trial);
  const measured = mergeTrials(capacity.trial.number, parts);
  return followSearch(spec, capacity, measured, { loadStartMs, nextStartMs: startMs(nowMs, replicas) });
}

/**
 * A search that has its result ends the load. So does a lost runner, without which the others would make less load than a trial asks for; what
 * was found so far stays.
 */
export function searchOver({ search, losses }: Pick<UnderLoad, 'search' | 'losses'>): StopCause | undefined {
  return search !== undefined && (hasResult(search.capacity) || losses !== '') ? { by: 'Search' } : undefined;
}

/** Ends the arrivals of a trial that is certain to fail. */
export function endTrial({ search }: Pick<UnderLoad, 'search'>): Action[] {
  return search?.endTrial === undefined ? [] : [{ type: 'EndTrial', number: search.endTrial }];
}

/** The status of a search under way. */
export function searchStatus({ search }: Pick<UnderLoad, 'search'>) {
  return search === undefined ? {} : { capacity: search.capacity };
}

/** The status of a search at the end of its load. */
export function searchResult({ test: { spec }, search }: Pick<UnderLoad, 'test' | 'search'>) {
  return search === undefined ? {} : { capacity: endedSearch(spec, search.capacity) };
}

/** When to look at a search again, at the latest. */
export function searchAgainMs({ search, stop }: Pick<UnderLoad, 'search' | 'stop'>): number {
  return search === undefined || stop !== undefined ? Number.POSITIVE_INFINITY : LOOK_MS;
}
