import { msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { judge } from '../../model/judge/verdict.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import { noCounts, resultCounts, withoutOutcome } from '../../model/measure/counters.ts';
import type { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram, subtractPacked } from '../../model/measure/packed-histogram.ts';
import { iterationsOf, rateUnit } from '../../model/measure/rate/iterations.ts';
import type { Summary } from '../../model/measure/summary.ts';
import { timesUs } from '../../model/result/figures.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import type { View } from './live-view.ts';
import { lengthMs, recentRate, shareDone } from './progress.ts';

/** The live view of a run on this machine. Its rate and times are those since `before`, the summary of a second ago. */
export function viewOfSummary(spec: LoadTestSpec, before: Summary | undefined, now: Summary): View {
  const recent = subtractPacked(
    PackedHistogram.of(now.responseTime),
    before && PackedHistogram.of(before.responseTime),
  );
  const { saturated, thresholds } = judge(spec, now, { desired: 1, lost: 0 });
  // The mean of a line segment is its middle.
  const target = targetRate(spec, (now.elapsedMs + (before?.elapsedMs ?? 0)) / 2);
  return {
    share: shareDone(spec, now.elapsedMs, now.iterations.generated),
    elapsedMs: now.elapsedMs,
    ...total(spec),
    rate: { unit: rateUnit(spec), achieved: recentRate(before, now), ...(target !== undefined && { target }) },
    counts: now.counts,
    timesUs: percentilesUs(recent),
    scope: 'last second',
    errorShare: now.errorShare,
    errors: now.errors,
    thresholds: thresholds.map(({ uncertainty, ...t }) => named({ ...t, inconclusive: uncertainty?.text })),
    generator: {
      isLimit: saturated.status === 'True',
      cpu: now.cpu,
      pacingLagP99Us: now.pacingLag.valueAtPercentile(99),
    },
  };
}

/** The live view of a run in a cluster, from its status; undefined before the load begins. */
export function viewOfStatus(spec: LoadTestSpec, status: LoadTestStatus, nowMs: number): View | undefined {
  const { counts = resultCounts(noCounts()), requests = [], conditions, loadStartTime } = status;
  if (loadStartTime === undefined) return undefined;
  const elapsedMs = Math.max(0, nowMs - Date.parse(loadStartTime));
  const { rate, responseTimeUs, errorShare, generator } = statusFigures(status);
  const length = lengthMs(spec);
  const complete = findCondition(conditions, 'Complete');
  return {
    share: shareDone(spec, elapsedMs, iterationsOf(spec, { counts, requests }).generated),
    elapsedMs: length === undefined ? elapsedMs : Math.min(elapsedMs, length),
    ...total(spec),
    ...(complete !== undefined && complete.reason !== 'Running' && { state: complete.reason }),
    rate: {
      unit: rateUnit(spec),
      achieved: rate?.achieved ?? 0,
      ...(rate?.target !== undefined && { target: rate.target }),
    },
    counts: { ...counts, inFlight: Math.max(0, withoutOutcome(counts)) },
    timesUs: responseTimeUs ?? {},
    scope: 'so far',
    errorShare,
    errors: status.errors ?? [],
    thresholds: (status.thresholds ?? []).map(named),
    generator: {
      isLimit: generator?.saturated ?? false,
      cpu: generator?.cpu,
      pacingLagP99Us: generator?.pacingLagP99Us,
    },
  };
}

function total(spec: LoadTestSpec): Pick<View, 'totalMs'> {
  const totalMs = lengthMs(spec);
  return totalMs === undefined ? {} : { totalMs };
}

type Threshold = NonNullable<LoadTestStatus['thresholds']>[number];

function named({ observed, passed, inconclusive, ...threshold }: Threshold): View['thresholds'][number] {
  return {
    name: threshold.default ? `default ${thresholdName(threshold)}` : thresholdName(threshold),
    passed,
    ...(observed !== undefined && { observed }),
    ...(inconclusive !== undefined && { inconclusive }),
  };
}

/** The target rate of the load at a time, in arrivals per second; undefined when responses decide it. */
export function targetRate({ load }: LoadTestSpec, elapsedMs: number): number | undefined {
  return loadModelOf(load).perSecondAt(msToUs(elapsedMs));
}

function percentilesUs(histogram: Histogram): View['timesUs'] {
  const times = timesUs(histogram);
  return times === undefined ? {} : { p50: times.p50, p95: times.p95, p99: times.p99 };
}
