import { isOver } from '../resources/pods.ts';
import { SILENCE_MS } from '../runners/loss.ts';
import type { Runner } from '../runners/runner.ts';
import type { Observed } from './decision.ts';

/**
 * Whether the windows of the run are to be waited for: every runner has ended in order, and has told its own or still will. Those of some
 * are of no use, so that nobody is waited for when one cannot tell any more.
 */
export function awaitsIntervals(
  { reports, collectedIntervals, nowMs }: Pick<Observed, 'reports' | 'collectedIntervals' | 'nowMs'>,
  runners: readonly Runner[],
): boolean {
  const hasTold = ({ index }: Runner) => collectedIntervals.has(index);
  const willTell = ({ index, pod }: Runner) => {
    const said = reports.get(index);
    if (said?.report.windows === undefined || pod === undefined || isOver(pod)) return false;
    return nowMs - said.receivedAtMs < SILENCE_MS;
  };
  const isWhole = runners.every((r) => r.state === 'Finished' && (hasTold(r) || willTell(r)));
  return isWhole && !runners.every(hasTold);
}
