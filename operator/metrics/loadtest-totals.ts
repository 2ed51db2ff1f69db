import { microseconds } from '../../api/common/duration.ts';
import { share } from '../../api/common/quantity.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { COUNTER_NAMES, type LiveCounts, recordOf } from '../../api/status/counters.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { addCounts, noCounts } from '../../model/measure/counters.ts';
import { mergeRedirects } from '../../model/measure/merge-snapshots.ts';
import type { RunnerUpdates } from '../updates/update-store.ts';

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** A LoadTest's figures as numbers for Prometheus. */
export type TestTotals = {
  counts: LiveCounts;
  redirects: number;
  runnersLost: number;
  /** Seconds by quantile; empty before the first figures are in the status. */
  responseTime: { quantile: number; seconds: number }[];
  /** 1, 0, or NaN while or when it is undecided. */
  passed: number;
  /** 1, 0, or NaN where no comparison was possible; undefined without one. */
  regressed: number | undefined;
  running: boolean;
  /** How the generator fared; undefined before the first figures are in the status. */
  generator: { saturated: boolean; throttled?: number; gcPauseMaxSeconds?: number } | undefined;
};

/**
 * The figures of a test: while it runs, the counts of its runners' newest reports; else what its status holds. Of the two the higher
 * one counts, so that a restart of the operator, after which the reports come in again one by one, lets no counter fall.
 */
export function totalsOf(status: LoadTestStatus, reports: RunnerUpdates): TestTotals {
  const snapshots = [...reports.values()].flatMap((r) => r.report.snapshot ?? []);
  const live = snapshots.flatMap((s) => s.requests.map((r) => r.counts)).reduce(addCounts, noCounts());
  const counts = recordOf(COUNTER_NAMES, (name) => Math.max(live[name], status.counts?.[name] ?? 0));
  const passed = findCondition(status.conditions, 'Passed')?.status;
  return {
    counts: { ...live, ...counts },
    redirects: Math.max(mergeRedirects(snapshots), status.redirects ?? 0),
    runnersLost: status.runners?.lost ?? 0,
    responseTime: quantiles(status.responseTime),
    passed: passed === 'True' ? 1 : passed === 'False' ? 0 : Number.NaN,
    regressed: regressed(status.comparison),
    running: findCondition(status.conditions, 'Running')?.status === 'True',
    generator: generator(status.generator),
  };
}

function regressed(comparison: LoadTestStatus['comparison']): number | undefined {
  if (comparison === undefined) return undefined;
  return comparison.result === 'NotComparable' ? Number.NaN : Number(comparison.result === 'Regressed');
}

function generator(fared: LoadTestStatus['generator']): TestTotals['generator'] {
  if (fared === undefined) return undefined;
  const { saturated, throttled, gcPauseMax } = fared;
  return {
    saturated,
    ...(throttled !== undefined && { throttled: share(throttled) }),
    ...(gcPauseMax !== undefined && { gcPauseMaxSeconds: microseconds(gcPauseMax) / 1e6 }),
  };
}

function quantiles(times: LoadTestStatus['responseTime']): TestTotals['responseTime'] {
  if (times === undefined) return [];
  return Object.entries(QUANTILES).map(([name, quantile]) => ({
    quantile,
    seconds: microseconds(times[name as keyof typeof QUANTILES]) / 1e6,
  }));
}
