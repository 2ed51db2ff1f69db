import { isDeepStrictEqual } from 'node:util';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';

/** Changes of figures alone are written at most this often. */
export const LIVE_WRITE_MS = 10_000;

/**
 * Whether to write `next` over `before` now. A change of a condition's status or reason, of a time, or of the trial under way, and a
 * notification that becomes pending, are written at once. Changes of figures and messages, and notifications that are delivered, wait for `againMs`, to spare the API server.
 */
export function throttleStatus(
  before: LoadTestStatus,
  next: LoadTestStatus,
  { nowMs, lastWriteMs }: { nowMs: number; lastWriteMs?: number | undefined },
): { write: boolean; againMs?: number } {
  if (isDeepStrictEqual(comparable(before), comparable(next))) return { write: false };
  if (!isDeepStrictEqual(turningPoints(before), turningPoints(next))) return { write: true };
  if (next.pendingNotifications?.some((type) => !before.pendingNotifications?.includes(type))) return { write: true };
  const waitMs = lastWriteMs === undefined ? 0 : lastWriteMs + LIVE_WRITE_MS - nowMs;
  return waitMs <= 0 ? { write: true } : { write: false, againMs: waitMs };
}

/** The status as in JSON, with its conditions in a fixed order. */
function comparable(status: LoadTestStatus): unknown {
  const conditions = status.conditions?.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  return JSON.parse(JSON.stringify({ ...status, conditions }));
}

function turningPoints(status: LoadTestStatus) {
  const { observedGeneration, conditions, startTime, loadStartTime, completionTime, capacity } = status;
  const states = (conditions ?? []).map(({ type, status, reason }) => `${type}=${status}/${reason}`).sort();
  const search = [capacity?.trial?.number, capacity?.reason];
  return [observedGeneration, states, startTime, loadStartTime, completionTime, search];
}
