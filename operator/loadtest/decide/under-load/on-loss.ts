import type { EndReason, UnderLoadReason } from '../../../../api/status/reasons.ts';
import type { UnderLoad } from './facts.ts';

/** With `spec.runners.onLoss: Fail` a lost runner fails the test, so that the others need not go on. */
export function failsByLoss({ test, losses }: Pick<UnderLoad, 'test' | 'losses'>): boolean {
  return losses !== '' && test.spec.runners.onLoss === 'Fail';
}

/** The load finishes once a runner has come to its end, the search has its result, or a loss ends it. */
export function finishing(state: Pick<UnderLoad, 'test' | 'losses' | 'runners' | 'stop'>): UnderLoadReason | undefined {
  const isOver = state.stop?.by === 'Search' || state.runners.some((r) => r.state === 'Finished');
  return failsByLoss(state) || isOver ? 'Finishing' : undefined;
}

/** With `onLoss: Continue` the others go on. */
export function runnersLost({ losses }: Pick<UnderLoad, 'losses'>): 'RunnersLost' | undefined {
  return losses === '' ? undefined : 'RunnersLost';
}

/** The end of a test that a loss has failed, whatever else ended its load. */
export function failedByLoss(state: Pick<UnderLoad, 'test' | 'losses'>): EndReason | undefined {
  return failsByLoss(state) ? 'RunnersLost' : undefined;
}
