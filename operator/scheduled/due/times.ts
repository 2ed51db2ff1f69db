import { Cron } from 'croner';

/** Missed times are counted up to this number: the exact number that a wrong clock has missed in a year helps nobody. */
const MAX_COUNTED = 100;

/** The times of a schedule around now. */
export interface Times {
  /** The latest time that has come since `afterMs`. */
  dueMs?: number;
  /** How many times have come, this one included; at most 100, see {@link tooMany}. */
  missed: number;
  tooMany: boolean;
  /** The next time; a schedule such as February 30 has none. */
  nextMs?: number;
}

/** The times of a schedule after `afterMs` and up to `nowMs`, both in epoch milliseconds. */
export function timesOf(
  { schedule, timeZone }: { schedule: string; timeZone: string },
  afterMs: number,
  nowMs: number,
): Times {
  const cron = new Cron(withoutSteps(schedule), {
    mode: '5-part',
    sloppyRanges: true,
    // A time that the clock shows twice comes once, unless a wildcard asks for intervals.
    fixedTimeRule: 'no-wildcard',
    timezone: timeZone,
    paused: true,
  });
  const next = nextOf(cron, new Date(nowMs))?.getTime();
  const last = lastOf(cron, new Date(nowMs));
  const isDue = last !== undefined && last.getTime() > afterMs;
  const missed = isDue ? count(cron, afterMs, nowMs) : 0;
  return {
    missed: Math.min(missed, MAX_COUNTED),
    tooMany: missed > MAX_COUNTED,
    ...(isDue && { dueMs: last.getTime() }),
    ...(next !== undefined && { nextMs: next }),
  };
}

/** The last minute and the last hour. */
const LAST = [59, 23];

/** A schedule whose steps in minutes and hours are lists, which croner takes for fixed times; wildcards keep their steps. */
function withoutSteps(schedule: string): string {
  const fields = schedule.trim().split(/ +/);
  return fields.map((field, i) => (LAST[i] === undefined ? field : listOf(field, LAST[i]))).join(' ');
}

function listOf(field: string, last: number): string {
  return field.replaceAll(/(\d+)(?:-(\d+))?\/(\d+)/g, (_, from, to, step) => {
    const count = Math.floor((Number(to ?? last) - Number(from)) / Number(step)) + 1;
    return Array.from({ length: count }, (_, i) => Number(from) + i * Number(step)).join(',');
  });
}

/**
 * The first time after `date`. Where the clock is put forward, croner moves a skipped time to the end of the gap. A CronJob omits it, and so
 * do we: such a time does not match the schedule.
 */
function nextOf(cron: Cron, date: Date): Date | undefined {
  let next = cron.nextRun(date);
  while (next !== null && !cron.match(next)) next = cron.nextRun(next);
  return next ?? undefined;
}

/** The last time up to and including `date`, which croner would exclude. */
function lastOf(cron: Cron, date: Date): Date | undefined {
  let [last] = cron.previousRuns(1, new Date(date.getTime() + 1));
  while (last !== undefined && !cron.match(last)) [last] = cron.previousRuns(1, last);
  return last;
}

function count(cron: Cron, afterMs: number, nowMs: number): number {
  let times = 0;
  for (
    let at = nextOf(cron, new Date(afterMs));
    at !== undefined && at.getTime() <= nowMs && times <= MAX_COUNTED;
    at = nextOf(cron, at)
  )
    times += 1;
  return times;
}
