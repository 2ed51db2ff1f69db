import { msToSeconds, usToSeconds } from '../../../api/common/duration.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { limitedMetric, limitValue, parseMetric, unitOf } from '../../../api/loadtest/metrics.ts';
import { type Threshold, thresholdsOf } from '../../../api/loadtest/threshold.ts';
import { isJudged, type PlannedTrial } from '../../../api/status/capacity.ts';
import { isLate } from '../../measure/generator/own-part.ts';
import { countAbove, rankOf } from '../../measure/histogram.ts';
import type { Times } from '../../measure/snapshot.ts';
import { type Summary, summarise } from '../../measure/summary.ts';
import type { MeasuredTrial } from '../../measure/trial/measured-trial.ts';
import { percentileOf } from '../../metrics/statistic-range.ts';
import { isSequential } from '../../request/request-order.ts';
import { trialSpec } from './trial-spec.ts';

/** A random process draws at most so many standard deviations more arrivals than it has on average. */
const DEVIATIONS = 4;

/**
 * Whether a trial under way cannot become good any more, so that its plateau may end. For a percentile that is so once more requests have
 * exceeded its limit, or have waited for longer, than the whole trial may have; for errors, once there are more. A trial never ends early as
 * good.
 */
export function certainlyBad(
  spec: LoadTestSpec,
  trial: PlannedTrial,
  { snapshot }: Pick<MeasuredTrial, 'snapshot'>,
): boolean {
  if (snapshot === undefined || !isJudged(trial.purpose)) return false;
  const summary = summarise(trialSpec(spec, trial, trial.seconds), [snapshot]);
  if (isLate(summary)) return false;
  const mean = trial.rate * trial.seconds;
  const arrivals = Math.ceil(mean + DEVIATIONS * Math.sqrt(mean));
  const whole = { arrivals, perSecond: trial.rate, isSequential: isSequential(spec) };
  return thresholdsOf(spec).some((threshold) => isCertain(threshold, summary, whole));
}

/** The trial as planned: the most arrivals that it can have, and how many come a second. */
type Whole = { arrivals: number; perSecond: number; isSequential: boolean };

function isCertain(threshold: Threshold, summary: Summary, whole: Whole): boolean {
  const { max, request } = threshold;
  const metric = limitedMetric(threshold);
  const { kind, detail } = parseMetric(metric);
  const measured = request === undefined ? summary : summary.requests.find(({ name }) => name === request);
  if (max === undefined || measured === undefined) return false;
  const limit = limitValue(metric, max);
  // In a sequence every arrival makes each request at most once.
  const most = whole.isSequential && request === undefined ? whole.arrivals * summary.requests.length : whole.arrivals;
  if (kind === 'errors' && detail === '') return certainErrors(measured.counts) > limit * most;
  if (unitOf(metric) !== 'duration' || !/^p\d/.test(detail)) return false;
  const times = measured.withoutGenerator[kind as keyof Times<unknown>];
  const waiting = times === summary.withoutGenerator.responseTime ? overdue(summary, limit, whole) : 0;
  return Math.max(countAbove(times, limit), waiting) > most - rankOf(percentileOf(detail), most);
}

/** Errors that the generator did not cause itself. */
function certainErrors({ timeout, unexpected, dropped, droppedByGenerator }: Summary['counts']): number {
  return timeout + unexpected + dropped - droppedByGenerator;
}

/**
 * Requests that have taken longer than the limit, with those that have no response yet: they are what came due so long ago less what was
 * answered within the limit or ended without a time. In a sequence the later requests do not come due at a time of their own.
 */
function overdue({ counts, elapsedMs, withoutGenerator }: Summary, limitUs: number, whole: Whole): number {
  if (whole.isSequential) return 0;
  const dueUntil = whole.perSecond * Math.max(0, msToSeconds(elapsedMs) - usToSeconds(limitUs));
  const times = withoutGenerator.responseTime;
  const withTime = times.count;
  const withoutTime = counts.generated - counts.inFlight - counts.pending - withTime;
  const within = withTime - countAbove(times, limitUs);
  return Math.floor(Math.min(counts.generated, dueUntil)) - within - withoutTime;
}
