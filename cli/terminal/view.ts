import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatShare } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { judge } from '../../model/judge/verdict.ts';
import { type Schedule, scheduleOf } from '../../model/load/schedule.ts';
import { noCounts, resultCounts, withoutOutcome } from '../../model/measure/counters.ts';
import { Histogram } from '../../model/measure/histogram.ts';
import type { Summary } from '../../model/measure/summary.ts';
import type { View } from './live.ts';
import { lengthMs, recentRate, shareDone } from './progress.ts';

/** The live view of a run on this machine, whose figures come every second; `before` is a second older than `now`. */
export function viewOfSummary(spec: LoadTestSpec, before: Summary | undefined, now: Summary): View {
  const recent = times(before === undefined ? now.responseTime : difference(now.responseTime, before.responseTime));
  const { saturated, thresholds } = judge(spec, now, { desired: 1, lost: 0 });
  const lag = now.pacingLag.valueAtPercentile(99);
  // The mean of a straight line is its middle.
  const asked = askedRate(spec, (now.elapsedMs + (before?.elapsedMs ?? 0)) / 2);
  return {
    share: shareDone(spec, now.elapsedMs, now.counts.generated),
    elapsedMs: now.elapsedMs,
    ...total(spec),
    rate: { reached: recentRate(before, now), ...(asked !== undefined && { asked }) },
    counts: now.counts,
    times: recent,
    scope: 'last second',
    errorShare: formatShare(now.errorShare),
    errors: now.errors,
    thresholds: thresholds.map(named),
    generator: {
      isLimit: saturated.status === 'True',
      cpu: formatShare(now.cpu),
      ...(lag !== undefined && { lag: formatMicroseconds(lag) }),
    },
  };
}

/** The live view of a run in a cluster as its status tells it; undefined before the load has begun. */
export function viewOfStatus(spec: LoadTestSpec, status: LoadTestStatus, nowMs: number): View | undefined {
  const { counts = resultCounts(noCounts()), rate, responseTime, generator, conditions, loadStartTime } = status;
  if (loadStartTime === undefined) return undefined;
  const elapsedMs = Math.max(0, nowMs - Date.parse(loadStartTime));
  const length = lengthMs(spec);
  const complete = findCondition(conditions, 'Complete');
  return {
    share: shareDone(spec, elapsedMs, counts.generated),
    elapsedMs: length === undefined ? elapsedMs : Math.min(elapsedMs, length),
    ...total(spec),
    ...(complete !== undefined && complete.reason !== 'Running' && { state: complete.reason }),
    rate: { reached: Number(rate?.achieved ?? 0), ...(rate?.target !== undefined && { asked: Number(rate.target) }) },
    counts: { ...counts, inFlight: Math.max(0, withoutOutcome(counts)) },
    times: responseTime ?? {},
    scope: 'so far',
    errorShare: status.errorShare ?? '0%',
    errors: status.errors ?? [],
    thresholds: (status.thresholds ?? []).map(named),
    generator: {
      isLimit: generator?.saturated ?? false,
      cpu: generator?.cpu ?? '-',
      ...(generator?.pacingLagP99 !== undefined && { lag: generator.pacingLagP99 }),
    },
  };
}

function total(spec: LoadTestSpec): Pick<View, 'totalMs'> {
  const totalMs = lengthMs(spec);
  return totalMs === undefined ? {} : { totalMs };
}

type Threshold = { metric: string; request?: string | undefined; observed?: string | undefined; passed: boolean };

function named({ observed, passed, ...threshold }: Threshold): View['thresholds'][number] {
  return { name: thresholdName(threshold), passed, ...(observed !== undefined && { observed }) };
}

/** Arrivals a second that an open schedule asks for at a moment; undefined for a closed load. */
export function askedRate({ load }: LoadTestSpec, elapsedMs: number): number | undefined {
  return load.open === undefined ? undefined : rateAt(scheduleOf(load.open), elapsedMs * 1e3) * 1e6;
}

/** The rate line at a time, in arrivals a microsecond; 0 behind its end. */
function rateAt({ segments }: Schedule, time: number): number {
  const segment = segments.find(({ start, duration }) => time < start + duration);
  if (segment === undefined) return 0;
  const { start, duration, from, to } = segment;
  return from + (to - from) * Math.max(0, (time - start) / duration);
}

function difference(now: Histogram, before: Histogram): Histogram {
  const recent = new Histogram();
  recent.add(now);
  before.counts.forEach((count, i) => {
    recent.counts[i] = Math.max(0, recent.counts[i]! - count);
  });
  return recent;
}

function times(histogram: Histogram): View['times'] {
  const at = (percentile: number) => {
    const value = histogram.valueAtPercentile(percentile);
    return value === undefined ? undefined : formatMicroseconds(value);
  };
  const [p50, p95, p99] = [at(50), at(95), at(99)];
  return p50 === undefined ? {} : { p50, p95: p95!, p99: p99! };
}
