import type { Instruction } from '../../api/protocol/instruction.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { ExchangeProblem } from './operator-client.ts';

// What follows an exchange with the operator: the end of the session, or the next update.

/** How long a runner waits for an operator that is away: for its assignment, or to accept its final update. */
const MAX_AWAY_MS = 5 * 60_000;
const RETRY_MS = 500;

/** The parts of an update that decide what follows it. */
export type Progress = Pick<RunnerUpdate, 'phase' | 'teardown' | 'trial'>;

/** Whether the operator is there: one that has too much to do is not away. */
export function isPresent(response: Instruction | ExchangeProblem): boolean {
  return !('problem' in response) || response.retryAfterMs !== undefined;
}

/** Why the session ends with this response to `update`; undefined when it goes on. `awayMs`: the time since the operator was last present. */
export function outcomeOf(
  update: Progress,
  response: Instruction | ExchangeProblem,
  awayMs: number,
): 'accepted' | 'abandoned' | undefined {
  if (!('problem' in response)) return response.instruction === 'Accepted' ? 'accepted' : undefined;
  // An operator of another version has an assignment that only its own runners can read; it replaces a Job whose pod ends.
  if (response.isUnreadable && update.phase === 'Starting') return 'abandoned';
  return waitsForOperator(update) && awayMs > MAX_AWAY_MS ? 'abandoned' : undefined;
}

/** Whether something has happened since the update that the operator must learn at once. */
export function isNews(now: Progress, update: Progress): boolean {
  const done = trialDoneIn(now);
  return (
    now.phase !== update.phase ||
    now.teardown !== update.teardown ||
    (done !== undefined && done !== trialDoneIn(update))
  );
}

/** When the next update is due after a response, or after none. */
export function pauseMs(response: Instruction | ExchangeProblem): number {
  return 'problem' in response ? (response.retryAfterMs ?? RETRY_MS) : response.nextReportMs;
}

/** The number of the newest trial if it is done. */
function trialDoneIn({ trial }: Progress): number | undefined {
  return trial?.state === 'Done' ? trial.number : undefined;
}

/** Whether a runner can do nothing until the operator responds. */
function waitsForOperator(update: Progress): boolean {
  return update.phase !== 'Running' || trialDoneIn(update) !== undefined;
}
