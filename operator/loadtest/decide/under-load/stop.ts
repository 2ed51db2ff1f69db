import type { UnderLoadReason } from '../../../../api/status/reasons.ts';
import { stopText } from '../../../../model/lifecycle/stop-cause.ts';
import type { Action } from '../decision.ts';
import type { UnderLoad } from './facts.ts';
import { failsByLoss } from './on-loss.ts';

/** A load that ends before its plan does is aborting for a threshold, and stopping for anything else but the result of a search. */
export function stopping({ stop }: Pick<UnderLoad, 'stop'>): UnderLoadReason | undefined {
  if (stop === undefined || stop.by === 'Search') return undefined;
  return stop.by === 'Threshold' ? 'Aborting' : 'Stopping';
}

/** Stops the runners that still make load, when the load is to end before its plan does, or a loss fails the test. */
export function stopRunners(state: Pick<UnderLoad, 'stop' | 'losses' | 'test'>): Action[] {
  const { stop, losses } = state;
  if (stop?.by === 'Search') return [{ type: 'StopRunners', reason: losses || 'the search is over' }];
  if (stop !== undefined) return [{ type: 'StopRunners', reason: stopText(stop) }];
  return failsByLoss(state) ? [{ type: 'StopRunners', reason: losses }] : [];
}
