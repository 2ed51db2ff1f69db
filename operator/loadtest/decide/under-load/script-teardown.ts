import type { UnderLoadReason } from '../../../../api/status/reasons.ts';
import type { Observed } from '../../observe/observed.ts';
import { isOver } from '../../resources/pods.ts';
import { hasEnded, type Runner } from '../../runners/runner.ts';
import type { Action } from '../decision.ts';
import type { UnderLoad } from './facts.ts';

/** A teardown has 30 s; a runner that is silent for longer than this will not send how its own ended. */
const SILENCE_MS = 45_000;

/** Whether all runners have ended and the teardown of the script, which runner 0 then runs, is still awaited. */
export function isTearingDown(
  { updates, nowMs }: Pick<Observed, 'updates' | 'nowMs'>,
  runners: readonly Runner[],
): boolean {
  const [first] = runners;
  if (first?.update?.teardown?.state !== 'Pending' || first.state === 'Lost') return false;
  if (first.pod === undefined || isOver(first.pod) || !runners.every(hasEnded)) return false;
  return nowMs - (updates.get(0)?.receivedAtMs ?? 0) < SILENCE_MS;
}

/** The test tears down. */
export function tearingDown(state: Pick<UnderLoad, 'isTearingDown'>): UnderLoadReason | undefined {
  return state.isTearingDown ? 'TearingDown' : undefined;
}

/** Lets runner 0 run the teardown. */
export function tearDown(state: Pick<UnderLoad, 'isTearingDown'>): Action[] {
  return state.isTearingDown ? [{ type: 'TearDown' }] : [];
}

/** Why the script's teardown failed; undefined when it did not. */
export function teardownProblem([first]: readonly Runner[]): string | undefined {
  const teardown = first?.update?.teardown;
  if (teardown?.state === 'Failed') return teardown.message ?? 'it did not say why';
  return teardown?.state === 'Pending' ? 'runner 0 did not report its end' : undefined;
}
