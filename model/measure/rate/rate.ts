import { msToUs, perUsToPerSecond, usToSeconds } from '../../../api/common/duration.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../../load/load-models.ts';
import { isSequential } from '../../request/request-order.ts';
import { type Answered, answeredOf, type IterationTimes, NOTHING_SURE } from './answered.ts';
import type { Iterations } from './iterations.ts';

/**
 * Iterations per second during the load: requests, or with `requestOrder: Sequential` passes through all of them. `target` is the mean rate
 * that an open load asks for over the same time; `seconds` is the time that both cover.
 */
export type Rate = { target?: number; achieved: number; seconds: number; reached?: Reached };

/**
 * How much of what an open load asked for was reached, as shares of it: the one observed, and between which two it lies, because it is
 * unknown what the end of the test, or of an interval, cut off. `asked` is a number of iterations, and `made` is the share of what came due that
 * the generator made, above 0. `answered` is the share that the target answered at the rate of the load for sure, however late; 0 where
 * that rate changes.
 */
export type Reached = {
  asked: number;
  observed: number;
  low: number;
  high: number;
  made: number;
  answered: Answered;
};

/** A part of the load, microseconds since the load began. */
export type Period = { fromUs: number; toUs: number };

/** Response times and arrivals scatter what is under way at the end of an interval; beyond three standard deviations it is no chance. */
const DEVIATIONS = 3;

/**
 * The rate over a period. Late iterations are no part of it: a target that falls behind would otherwise reach the requested rate after the
 * end of the load.
 */
export function rateOf(spec: LoadTestSpec, period: Period, iterations: Iterations, times: IterationTimes): Rate {
  const load = loadModelOf(spec.load);
  const toUs = Math.min(period.toUs, load.lengthUs);
  const seconds = usToSeconds(Math.max(0, toUs - period.fromUs));
  const achieved = perSecond(iterations.done - iterations.late, seconds);
  const due = load.arrivalsUntil(toUs);
  if (due === undefined) return { achieved, seconds };
  const mean = due - (load.arrivalsUntil(period.fromUs) ?? 0);
  const reached = reachedOf(load, { fromUs: period.fromUs, toUs }, mean, iterations, times.meanUs);
  if (reached === undefined) return { target: perSecond(mean, seconds), achieved, seconds };
  const isSteady = load.isSteady && period.fromUs === 0 && toUs >= load.lengthUs && !isSequential(spec);
  const answered = isSteady ? answeredOf(times, reached.asked, load.lengthUs) : NOTHING_SURE;
  return { target: perSecond(mean, seconds), achieved, seconds, reached: { ...reached, answered } };
}

type AskingLoad = Pick<ReturnType<typeof loadModelOf>, 'arrivalsUntil' | 'mayCome' | 'lengthUs'>;

/**
 * At the end of the load's plan everything that came due counts, and what was cut off may have been done or not. Before that, a healthy
 * target has requests in flight, and on a ramp more and more of them: what was done is compared with what came due one mean iteration time
 * earlier. At a constant rate this makes no difference, so that a target which falls behind is not excused by its own slowness.
 * Undefined where nothing came due.
 */
function reachedOf(
  load: AskingLoad,
  { fromUs, toUs }: Period,
  mean: number,
  { generated, done, late, open }: Iterations,
  meanTimeUs: number,
): Omit<Reached, 'answered'> | undefined {
  const came = load.mayCome(generated, mean) ? generated : mean;
  const isWhole = toUs >= load.lengthUs;
  const until = (timeUs: number) => load.arrivalsUntil(Math.max(0, timeUs)) ?? 0;
  const earlier = until(toUs - meanTimeUs) - until(fromUs - meanTimeUs);
  const asked = isWhole ? came : earlier * (mean === 0 ? 1 : came / mean);
  if (asked <= 0) return undefined;
  const chance = isWhole ? 0 : 1 + DEVIATIONS * Math.sqrt((2 * came * meanTimeUs) / Math.max(1, toUs - fromUs));
  const inTime = done - late;
  return {
    asked,
    observed: inTime / asked,
    low: Math.max(0, inTime - chance) / Math.max(asked, came),
    high: (inTime + chance + (isWhole ? open : 0)) / asked,
    made: came === 0 ? 1 : Math.max(Number.EPSILON, Math.min(1, generated / came)),
  };
}

/** A count per second; 0 in no time. Whole microseconds divide exactly: 528 in 1.1 s are 480/s and not a little less. */
export function perSecond(count: number, seconds: number): number {
  const us = Math.round(msToUs(seconds * 1e3));
  return us === 0 ? 0 : perUsToPerSecond(count) / us;
}
