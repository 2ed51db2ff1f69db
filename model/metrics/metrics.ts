import { type MetricKind, parseMetric } from '../../api/loadtest/metrics.ts';
import { ERROR_COUNTERS, type ErrorCounter, type LiveCounts, recordOf } from '../../api/status/counters.ts';
import { grpcStatusNumber } from '../../api/status/grpc-statuses.ts';
import { endedCount, errorCount, isIdle } from '../measure/counters.ts';
import type { Bounds, Histogram } from '../measure/histogram.ts';
import { generatorErrors, type Outcomes } from '../measure/outcomes.ts';
import { perSecond, type Reached } from '../measure/rate/rate.ts';
import type { Times } from '../measure/snapshot.ts';
import type { Summary } from '../measure/summary.ts';
import { type MetricRange, type Range, uncertain } from './range.ts';
import { type CutOff, statisticOf, statisticRange } from './statistic-range.ts';

/** The measurements that a metric is read from: those of one request, or of all together. */
type Measured = Times<Histogram> & {
  counts: LiveCounts;
  withoutGenerator: Times<Histogram>;
  /** Requests that were cut off after a longer wait than a threshold allows. */
  overdue: number;
  /** Undefined when a lost runner reported none for the request. */
  outcomes: Outcomes | undefined;
  /** Requests that failed because the generator's machine had no port or file descriptor left; at most so many where it is unknown. */
  exhausted: number;
  /** Responses per second during the load. */
  achieved: number;
  /** Undefined for one request: the load asks for a rate of all together. */
  reached?: Reached | undefined;
  seconds: number;
  lostShare: number;
};

/** `end`: the end of the buckets at which times are compared. */
type RangeOf = (measured: Measured, detail: string, end: keyof Bounds) => MetricRange | undefined;

/** The range of each kind of metric in METRICS. */
const RANGES: Record<MetricKind, RangeOf> = {
  responseTime: (measured, statistic, end) => timeRange('responseTime', measured, statistic, end),
  firstByte: (measured, statistic, end) => timeRange('firstByte', measured, statistic, end),
  serviceTime: (measured, statistic, end) => timeRange('serviceTime', measured, statistic, end),
  ...recordOf(
    ERROR_COUNTERS,
    (name): RangeOf =>
      (measured) =>
        counterRange(name, measured),
  ),
  errors: (measured, kind) => (kind === '' ? errorsRange(measured) : errorsOfKindRange(measured, kind)),
  status: statusRange,
  rate: (measured, detail) => (detail === '' ? rateRange(measured) : reachedRange(measured)),
};

/**
 * What a run can tell of a threshold's metric: microseconds, a share from 0 to 1, or a rate a second; of one request, or of all together. A
 * limit is to be compared with the worse `end` of a bucket: `high` for a maximum, `low` for a minimum.
 * Undefined where there is nothing to measure: for a time or a status without a response, for a share where nothing ended, for a rate
 * where nothing was asked; also for an unknown request, and for a status or a kind of error of a request whose outcomes a lost runner did
 * not report.
 */
export function metricRange(
  metric: string,
  summary: Summary,
  request?: string,
  end: keyof Bounds = 'high',
): MetricRange | undefined {
  const measured = request === undefined ? ofAll(summary) : ofRequest(summary, request);
  if (measured === undefined) return undefined;
  const { kind, detail } = parseMetric(metric);
  return RANGES[kind](measured, detail, end);
}

function ofAll(summary: Summary): Measured {
  return {
    ...summary,
    overdue: overdueIn(summary),
    outcomes: summary,
    exhausted: generatorErrors(summary.errors),
    achieved: summary.rate.achieved,
    reached: summary.rate.reached,
    seconds: summary.rate.seconds,
  };
}

/** Requests that were cut off after a longer wait than a threshold allows: of one name, or all. */
export function overdueIn({ requests }: Summary, name?: string): number {
  const counted = requests.filter((r) => name === undefined || r.name === name);
  return counted.reduce((sum, { overdue }) => sum + overdue, 0);
}

function ofRequest(summary: Summary, name: string): Measured | undefined {
  const request = summary.requests.find((r) => r.name === name);
  if (request === undefined) return undefined;
  const { counts, outcomes } = request;
  const { lostShare, rate } = summary;
  const { seconds } = rate;
  return {
    ...request,
    exhausted: generatorErrors((outcomes ?? summary).errors),
    achieved: perSecond(counts.done - counts.late, seconds),
    seconds,
    lostShare,
  };
}

function timeRange(time: keyof Times<unknown>, measured: Measured, statistic: string, end: keyof Bounds) {
  const { counts, withoutGenerator } = measured;
  const cutOff = cutOffFrom(measured[time], counts);
  const observed = statisticOf(measured[time], statistic);
  const range = statisticRange(measured[time], statistic, cutOff, end);
  const without = statisticRange(withoutGenerator[time], statistic, cutOff, end);
  return observed === undefined || range === undefined ? undefined : uncertain(observed, range, without);
}

/** The histogram lacks the times of requests in flight of a lost runner, and the service times of those that were not written. */
function cutOffFrom({ count }: Histogram, { done, timeout, aborted }: LiveCounts): CutOff {
  const unseen = Math.max(0, done + timeout + aborted - count);
  return { all: aborted, unseen: Math.min(aborted, unseen) };
}

/** A share of what ended. `cutOff` more may belong to it, and `own` are the generator's. */
function shareRange(counts: LiveCounts, count: number, { cutOff, own = 0 }: { cutOff: number; own?: number }) {
  const ended = endedCount(counts);
  if (ended === 0) return undefined;
  const rangeFrom = (least: number) => ({ low: least / ended, high: (least + cutOff) / ended });
  return uncertain(count / ended, rangeFrom(count), rangeFrom(Math.max(0, count - own)));
}

/**
 * A request that was cut off is an error for sure where it had already waited for longer than a threshold lets any request wait. Each of
 * the others may have become one.
 */
function errorsRange({ counts, exhausted, overdue }: Measured) {
  return shareRange(counts, errorCount(counts) + overdue, {
    cutOff: counts.aborted - overdue,
    own: exhausted + counts.droppedByGenerator,
  });
}

function errorsOfKindRange({ counts, outcomes }: Measured, kind: string) {
  if (outcomes === undefined) return undefined;
  const errors = outcomes.errors.filter((e) => e.kind === kind);
  const count = errors.reduce((sum, e) => sum + e.count, 0);
  return shareRange(counts, count, { cutOff: counts.aborted, own: generatorErrors(errors) });
}

function counterRange(name: ErrorCounter, { counts, exhausted }: Measured) {
  // What was cut off had been sent, so that it was not dropped.
  const cutOff = name === 'dropped' ? 0 : counts.aborted;
  const own = { dropped: counts.droppedByGenerator, failed: exhausted, timeout: 0, unexpected: 0 }[name];
  return shareRange(counts, counts[name], { cutOff, own });
}

/** The share of the responses that have a status such as 503 or UNAVAILABLE, or one of a class such as 5xx. */
function statusRange({ counts, outcomes }: Measured, wanted: string) {
  if (counts.done === 0 || outcomes === undefined) return undefined;
  const isWanted = statusMatcher(wanted);
  const count = outcomes.responses.filter((r) => isWanted(r.code)).reduce((sum, r) => sum + r.count, 0);
  const all = counts.done + counts.aborted;
  return uncertain(count / counts.done, { low: count / all, high: (count + counts.aborted) / all });
}

function statusMatcher(wanted: string): (code: string) => boolean {
  const grpc = String(grpcStatusNumber(wanted));
  return (code) =>
    wanted.endsWith('xx') ? code.length === 3 && code[0] === wanted[0] : code === wanted || code === grpc;
}

/** Without the generator's own part, more responses would have come during the load, and users would have sent more requests. */
function rateRange(measured: Measured) {
  const { counts, achieved, seconds, lostShare } = measured;
  if (isIdle(counts)) return undefined;
  const more = lostByGenerator(measured);
  const value = { low: achieved, high: achieved };
  if (more === 0 && lostShare === 0) return uncertain(achieved, value);
  const lost = lostShare === Number.POSITIVE_INFINITY ? lostShare : achieved * lostShare;
  const without = achieved + lost + perSecond(more, seconds);
  return uncertain(achieved, value, { low: without, high: without });
}

/** Responses that would have come during the load without the generator's own part, or may have. */
function lostByGenerator({ counts, exhausted }: Measured): number {
  return counts.lateByGenerator + counts.abortedByGenerator + counts.droppedByGenerator + exhausted;
}

/** A share of counts: what is all of them differs from 1 in the last digit once it was divided, and would be shown with all its digits. */
function withoutRoundingError(share: number): number {
  return Math.round(share * 1e12) / 1e12;
}

/** Of what the load asks for, the target can reach only what the generator made. Responses after the end count where they came at the rate. */
function reachedRange(measured: Measured) {
  const { reached } = measured;
  if (reached === undefined) return undefined;
  const { asked, observed, low, high, made, answered } = reached;
  const lost = measured.lostShare === Number.POSITIVE_INFINITY ? measured.lostShare : lostByGenerator(measured) / asked;
  const without = (share: number) => withoutRoundingError((share + lost) / made);
  return uncertain(
    Math.max(observed, answered.measured),
    atLeast(answered.measured, { low, high }),
    atLeast(withoutRoundingError(answered.withoutGenerator / made), { low: without(low), high: without(high) }),
  );
}

function atLeast(least: number, { low, high }: Range): Range {
  return { low: Math.max(low, least), high: Math.max(high, least) };
}
