import { msToSeconds, msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { isSearch } from '../../model/capacity/progress.ts';
import { judge } from '../../model/judge/verdict.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import { errorShare, noCounts, resultCounts, withoutOutcome } from '../../model/measure/counters.ts';
import { iterationsOf, rateUnit } from '../../model/measure/rate/iterations.ts';
import type { RequestSummary } from '../../model/measure/request-summary.ts';
import type { Summary } from '../../model/measure/summary.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import { lengthMs, recentRate, shareDone } from './progress.ts';
import { type SearchSoFar, searchView } from './search-view.ts';
import { percentilesUs, recentTimes } from './seconds.ts';
import type { RequestView, SecondView, View } from './view.ts';

/**
 * The live view of a run on this machine. Its rate and times are those since `before`, the summary of a second ago. The thresholds of a search
 * are those of each trial, and mean nothing over the whole load.
 */
export function viewOfSummary(
  spec: LoadTestSpec,
  before: Summary | undefined,
  now: Summary,
  history: readonly SecondView[] = [],
  search: SearchSoFar = {},
): View {
  const recent = recentTimes(before?.responseTime, now.responseTime);
  const { saturated, thresholds } = judge(spec, now, { desired: 1, lost: 0 });
  // The mean of a line segment is its middle.
  const target = targetRate(spec, (now.elapsedMs + (before?.elapsedMs ?? 0)) / 2);
  return {
    share: shareDone(spec, now.elapsedMs, now.iterations.generated),
    elapsedMs: now.elapsedMs,
    ...total(spec),
    ...searchView(spec, search, now.elapsedMs),
    rate: { unit: rateUnit(spec), achieved: recentRate(before, now), ...(target !== undefined && { target }) },
    counts: now.counts,
    timesUs: percentilesUs(recent),
    scope: 'last second',
    errorShare: now.errorShare,
    errors: now.errors,
    responses: now.responses,
    requests: now.requests.map((request) => requestOfSummary(before, now, request)),
    history,
    thresholds: isSearch(spec)
      ? []
      : thresholds.map(({ uncertainty, ...t }) => named({ ...t, inconclusive: uncertainty?.text })),
    generator: {
      isLimit: saturated.status === 'True',
      cpu: now.cpu,
      pacingLagP99Us: now.pacingLag.valueAtPercentile(99),
    },
  };
}

/** The live view of a run in a cluster, from its status; undefined before the load begins. */
export function viewOfStatus(
  spec: LoadTestSpec,
  status: LoadTestStatus,
  nowMs: number,
  history: readonly SecondView[] = [],
): View | undefined {
  const { counts = resultCounts(noCounts()), requests = [], conditions, loadStartTime } = status;
  if (loadStartTime === undefined) return undefined;
  const elapsedMs = Math.max(0, nowMs - Date.parse(loadStartTime));
  const { rate, responseTimeUs, errorShare: share, generator } = statusFigures(status);
  const length = lengthMs(spec);
  const complete = findCondition(conditions, 'Complete');
  return {
    share: shareDone(spec, elapsedMs, iterationsOf(spec, { counts, requests }).generated),
    elapsedMs: length === undefined ? elapsedMs : Math.min(elapsedMs, length),
    ...total(spec),
    ...searchView(spec, status, elapsedMs),
    ...(complete !== undefined && complete.reason !== 'Running' && { state: complete.reason }),
    rate: {
      unit: rateUnit(spec),
      achieved: rate?.achieved ?? 0,
      ...(rate?.target !== undefined && { target: rate.target }),
    },
    counts: { ...counts, inFlight: Math.max(0, withoutOutcome(counts)) },
    timesUs: responseTimeUs ?? {},
    scope: 'so far',
    errorShare: share,
    errors: status.errors ?? [],
    responses: (status.responses ?? []).map(({ status: code, count }) => ({ code: String(code), count })),
    requests: requests.map(requestOfStatus),
    history,
    thresholds: (status.thresholds ?? []).map(named),
    generator: {
      isLimit: generator?.saturated ?? false,
      cpu: generator?.cpu,
      pacingLagP99Us: generator?.pacingLagP99Us,
    },
  };
}

function requestOfSummary(before: Summary | undefined, now: Summary, request: RequestSummary): RequestView {
  const { name, counts, responseTime } = request;
  const earlier = before?.requests.find((r) => r.name === name);
  const { p50, p99 } = percentilesUs(recentTimes(earlier?.responseTime, responseTime));
  const seconds = msToSeconds(now.elapsedMs - (before?.elapsedMs ?? 0));
  return {
    name,
    perSecond: seconds <= 0 ? 0 : (counts.done - (earlier?.counts.done ?? 0)) / seconds,
    p50Us: p50,
    p99Us: p99,
    done: counts.done,
    errorShare: errorShare(counts),
  };
}

function requestOfStatus(request: NonNullable<LoadTestStatus['requests']>[number]): RequestView {
  const { responseTimeUs: times } = statusFigures(request);
  const { name, counts } = request;
  return { name, p50Us: times?.p50, p99Us: times?.p99, done: counts.done, errorShare: errorShare(counts) };
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
