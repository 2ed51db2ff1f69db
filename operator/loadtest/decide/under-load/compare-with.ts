import { isOver } from '../../resources/pods.ts';
import { SILENCE_MS } from '../../runners/loss.ts';
import type { Runner } from '../../runners/runner.ts';
import type { UnderLoad } from './facts.ts';

/**
 * Whether the intervals of the run, which `spec.compareWith` compares, are still awaited: every runner has ended by its plan, and each has
 * sent its intervals or may still do so. The intervals of some are useless, so that one runner that cannot send its own ends the wait.
 */
export function awaitsIntervals({
  runners,
  updates,
  collectedIntervals,
  nowMs,
}: Pick<UnderLoad, 'runners' | 'updates' | 'collectedIntervals' | 'nowMs'>): boolean {
  const isCollected = ({ index }: Runner) => collectedIntervals.has(index);
  const mayCome = ({ index, pod }: Runner) => {
    const received = updates.get(index);
    if (received?.update.intervals === undefined || pod === undefined || isOver(pod)) return false;
    return nowMs - received.receivedAtMs < SILENCE_MS;
  };
  const isComplete = runners.every((r) => r.state === 'Finished' && (isCollected(r) || mayCome(r)));
  return isComplete && !runners.every(isCollected);
}
