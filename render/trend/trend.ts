import { microseconds, usToMs } from '../../api/common/duration.ts';
import { API_VERSION } from '../../api/common/group.ts';
import { isRegressed, type PastRun } from '../../api/scheduled/history.ts';
import { type VerdictWord, verdictIn } from '../../api/status/verdict.ts';

/** A figure of a run, with the range in which the run knows it. */
export type Ranged = { value: number; low?: number; high?: number };

/** One run: its figures as numbers. */
export type TrendRun = Pick<PastRun, 'name' | 'reason' | 'completionTime' | 'release' | 'comparison'> & {
  verdict: VerdictWord;
  /** Whether it is known to be worse than its baseline. */
  regressed: boolean;
  /** Absent for a search for the capacity, whose rate depends on its trials. */
  responsesPerSecond?: number;
  p99Ms?: Ranged;
  capacityPerSecond?: Ranged & { regular: boolean; reason: string };
};

/** The runs of a schedule, oldest first, as `loadtest trend --json` writes them. */
export type Trend = {
  apiVersion: typeof API_VERSION;
  kind: 'LoadTestTrend';
  metadata: { name: string; namespace: string };
  /** The schedule in Cron format, and its time zone. */
  schedule: string;
  timeZone: string;
  runs: TrendRun[];
};

/** The history of a schedule, newest first, as a trend. */
export function trendOf(
  subject: Pick<Trend, 'metadata' | 'schedule' | 'timeZone'>,
  history: readonly PastRun[],
): Trend {
  return { apiVersion: API_VERSION, kind: 'LoadTestTrend', ...subject, runs: history.map(trendRun).reverse() };
}

function trendRun(run: PastRun): TrendRun {
  const { name, passed, reason, completionTime, release, rate, p99, p99Range, capacity, comparison } = run;
  return {
    name,
    ...(completionTime !== undefined && { completionTime }),
    ...(release !== undefined && { release }),
    ...{ verdict: verdictIn({ status: passed }), regressed: isRegressed(run) },
    ...(reason !== undefined && { reason }),
    ...(rate !== undefined && capacity === undefined && { responsesPerSecond: Number(rate) }),
    ...(p99 !== undefined && { p99Ms: { value: msOf(p99), ...rangeOf(p99Range) } }),
    ...(capacity?.rate !== undefined && { capacityPerSecond: capacityOf(capacity, capacity.rate) }),
    ...(comparison !== undefined && { comparison }),
  };
}

function msOf(duration: string): number {
  return usToMs(microseconds(duration));
}

function rangeOf(range: PastRun['p99Range']): { low: number; high: number } | undefined {
  return range && { low: msOf(range.low), high: msOf(range.high) };
}

function capacityOf({ low, high, regular, reason }: NonNullable<PastRun['capacity']>, value: number) {
  return {
    value,
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    ...{ regular: regular ?? false, reason: reason ?? '' },
  };
}

/** How many runs there are, and how many of them regressed, as words. */
export function runsText({ runs }: Trend): string {
  const regressed = runs.filter((run) => run.regressed).length;
  return `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${regressed === 0 ? '' : `, ${regressed} regressed`}`;
}
