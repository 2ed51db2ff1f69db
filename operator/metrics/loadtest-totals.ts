import { msToSeconds, usToSeconds } from '../../api/common/duration.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { COUNTER_NAMES, type LiveCounts, recordOf } from '../../api/status/counters.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { passedValue } from '../../api/status/verdict.ts';
import { addCounts, noCounts } from '../../model/measure/counters.ts';
import { addMessages, mergeRedirects } from '../../model/measure/merge-snapshots.ts';
import type { ResultFigures, TimesUs } from '../../model/result/figures.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import { type ThresholdFigures, thresholdFigures } from '../../model/result/threshold-figures.ts';
import { type RunnerUpdates, snapshotsIn } from '../updates/received-update.ts';
import type { AboutTest } from './about-test.ts';

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** The figures of a LoadTest for Prometheus. */
export type TestTotals = {
  about: Pick<AboutTest, 'type' | 'release' | 'schedule'>;
  counts: LiveCounts;
  redirects: number;
  /** Of streams. */
  messages: number;
  runnersLost: number;
  /** Seconds by quantile; empty before the first figures are in the status. */
  responseTime: { quantile: string; seconds: number }[];
  /** Per second; undefined before the first figures are in the status. */
  rate: ResultFigures['rate'];
  errorShare: number | undefined;
  /** From the spec until the status has their results. */
  thresholds: readonly ThresholdFigures[];
  /** 1, 0, or NaN while the test is undecided or when it is inconclusive. */
  passed: number;
  /** 1, 0, or NaN where the results are not comparable; undefined without a comparison. */
  regressed: number | undefined;
  running: boolean;
  complete: boolean;
  /** Seconds since the epoch. */
  loadStartSeconds: number | undefined;
  loadEndSeconds: number | undefined;
  /** What a search has found so far; undefined for another load. */
  capacity: (Pick<Capacity, 'rate' | 'low' | 'high'> & { trials: number }) | undefined;
  /** Generator health; undefined before the first figures are in the status. */
  generator: { saturated: boolean; throttled: number | undefined; gcPauseMaxSeconds: number | undefined } | undefined;
};

/**
 * The figures of a test. A counter is the higher of the runners' newest updates and the status: after a restart of the operator the updates
 * come in one by one, and no counter may fall. The other figures are those of the status.
 */
export function totalsOf(about: AboutTest, status: LoadTestStatus, updates: RunnerUpdates): TestTotals {
  const snapshots = snapshotsIn(updates);
  const live = snapshots.flatMap((s) => s.requests.map((r) => r.counts)).reduce(addCounts, noCounts());
  const counts = recordOf(COUNTER_NAMES, (name) => Math.max(live[name], status.counts?.[name] ?? 0));
  const figures = statusFigures(status);
  const { type, release, schedule } = about;
  return {
    about: { type, release, schedule },
    counts: { ...live, ...counts },
    redirects: Math.max(mergeRedirects(snapshots), status.redirects ?? 0),
    messages: Math.max(addMessages(snapshots.flatMap((s) => s.requests)), status.messages ?? 0),
    runnersLost: status.runners?.lost ?? 0,
    responseTime: quantiles(figures.responseTimeUs),
    rate: figures.rate,
    errorShare: figures.errorShare,
    thresholds: thresholdFigures(status.thresholds ?? about.thresholds),
    passed: passedValue(findCondition(status.conditions, 'Passed')) ?? Number.NaN,
    regressed: regressed(status.comparison),
    capacity: status.capacity && capacityOf(status.capacity),
    running: isTrue(status.conditions, 'Running'),
    complete: isTrue(status.conditions, 'Complete'),
    loadStartSeconds: epochSeconds(status.loadStartTime),
    loadEndSeconds: epochSeconds(status.loadEndTime),
    generator: generator(figures.generator),
  };
}

function epochSeconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : msToSeconds(Date.parse(time));
}

function capacityOf({ rate, low, high, trials = [] }: Capacity): TestTotals['capacity'] {
  return { rate, low, high, trials: trials.length };
}

function regressed(comparison: LoadTestStatus['comparison']): number | undefined {
  if (comparison === undefined) return undefined;
  const isOpen = comparison.result === 'NotComparable' || comparison.result === 'TooNoisy';
  return isOpen ? Number.NaN : Number(comparison.result === 'Regressed');
}

function generator(figures: ResultFigures['generator']): TestTotals['generator'] {
  if (figures === undefined) return undefined;
  const { saturated, throttled, gcPauseMaxUs } = figures;
  const gcPauseMaxSeconds = gcPauseMaxUs === undefined ? undefined : usToSeconds(gcPauseMaxUs);
  return { saturated, throttled, gcPauseMaxSeconds };
}

function quantiles(times: TimesUs | undefined): TestTotals['responseTime'] {
  if (times === undefined) return [];
  return Object.entries(QUANTILES).map(([name, quantile]) => ({
    quantile: String(quantile),
    seconds: usToSeconds(times[name as keyof typeof QUANTILES]),
  }));
}
