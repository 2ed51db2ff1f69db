import { isOver } from '../resources/pods.ts';
import type { Runner } from '../runners/runner.ts';
import type { Observed } from './decision.ts';

/** A teardown has 30 s; a runner that is not heard of for longer than this is not going to tell how its own ended. */
const SILENCE_MS = 45_000;

/** Whether the script's teardown, which comes when all runners have ended, is still to be waited for. */
export function isTearingDown(
  { reports, nowMs }: Pick<Observed, 'reports' | 'nowMs'>,
  [first]: readonly Runner[],
): boolean {
  if (first?.report?.teardown?.state !== 'Pending' || first.state === 'Lost') return false;
  if (first.pod === undefined || isOver(first.pod)) return false;
  return nowMs - (reports.get(0)?.receivedAtMs ?? 0) < SILENCE_MS;
}

/** What is wrong with how the script's teardown ended. */
export function teardownProblem([first]: readonly Runner[]): string | undefined {
  const teardown = first?.report?.teardown;
  if (teardown?.state === 'Failed') return teardown.message ?? 'it did not say why';
  return teardown?.state === 'Pending' ? 'runner 0 did not tell of its end' : undefined;
}
