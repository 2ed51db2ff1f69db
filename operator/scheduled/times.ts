import { Cron } from 'croner';

/** More than these are not counted: nobody needs to know how many a clock that was set wrong for a year has missed. */
const MAX_COUNTED = 100;

/** Where a schedule stands. */
export interface Times {
  /** The latest time that has come since `afterMs`. */
  dueMs?: number;
  /** The times that have come, this one included; {@link tooMany} when there were more than 100. */
  missed: number;
  tooMany: boolean;
  /** The first time still to come; a schedule such as February 30 has none. */
  nextMs?: number;
}

/** The times of a schedule after `afterMs` and up to `nowMs`, both in epoch milliseconds. */
export function timesOf(
  { schedule, timeZone }: { schedule: string; timeZone: string },
  afterMs: number,
  nowMs: number,
): Times {
  const cron = new Cron(schedule, { mode: '5-part', sloppyRanges: true, timezone: timeZone, paused: true });
  const next = cron.nextRun(new Date(nowMs))?.getTime();
  // croner looks for times before the one it is given; now itself is one that has come.
  const [last] = cron.previousRuns(1, new Date(nowMs + 1));
  const isDue = last !== undefined && last.getTime() > afterMs;
  const missed = isDue ? count(cron, afterMs, nowMs) : 0;
  return {
    missed: Math.min(missed, MAX_COUNTED),
    tooMany: missed > MAX_COUNTED,
    ...(isDue && { dueMs: last.getTime() }),
    ...(next !== undefined && { nextMs: next }),
  };
}

function count(cron: Cron, afterMs: number, nowMs: number): number {
  let times = 0;
  for (
    let at = cron.nextRun(new Date(afterMs));
    at !== null && at.getTime() <= nowMs && times <= MAX_COUNTED;
    at = cron.nextRun(at)
  )
    times += 1;
  return times;
}
