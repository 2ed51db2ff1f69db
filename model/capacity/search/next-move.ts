import {
  type CapacityReason,
  type FinishedTrial,
  isJudged,
  MAX_TRIALS,
  type PlannedTrial,
  type TrialPurpose,
} from '../../../api/status/capacity.ts';
import { latencyHasFloor } from './latency-floor.ts';
import type { SearchSettings } from './settings.ts';
import { type Bracket, bracketOf, type TriedRate, triedRates } from './tried-rates.ts';

/** The next step of a search: a trial, or its end. */
export type Move = { type: 'Trial'; trial: PlannedTrial } | { type: 'End'; reason: CapacityReason };

/** Bounds that are further apart are halved by single trials, which a failure repeats once. Closer ones are decided by seconds of trials. */
const COARSE = 1.25;
/** Times that the long trial may fail and the search go on below. */
const CONFIRMATIONS = 2;
/** Nothing is sent between trials for at least so long. */
export const SETTLE_SECONDS = 1;
const CLIMB = 2;

/**
 * The next step of the search for the highest rate at which every threshold holds; a pure function of the trials that have finished.
 * `elapsedSeconds`: since the load began.
 *
 * The search climbs from the lowest rate by doubling, halves the distance in log space, and then decides rates by RFC 9971's
 * classification; see docs/design/0055-capacity-search.md. A failure that is tried once more does not fix a ceiling for good, as a single
 * disturbed trial does in a plain bisection.
 */
export function nextMove(settings: SearchSettings, trials: readonly FinishedTrial[], elapsedSeconds: number): Move {
  const step = nextStep(settings, trials);
  if (typeof step === 'string') return { type: 'End', reason: step };
  if (trials.length >= MAX_TRIALS) return { type: 'End', reason: 'Unstable' };
  const { purpose, rate } = step;
  const seconds = secondsOf(settings, step);
  if (elapsedSeconds + seconds + SETTLE_SECONDS > settings.deadlineSeconds) return { type: 'End', reason: 'Deadline' };
  return { type: 'Trial', trial: { number: trials.length, purpose, rate, seconds } };
}

type Step = { purpose: TrialPurpose; rate: number };

function secondsOf({ confirmSeconds, holdSeconds, secondsAt }: SearchSettings, { purpose, rate }: Step): number {
  if (purpose === 'Confirm') return confirmSeconds;
  return purpose === 'Hold' ? holdSeconds : secondsAt(rate);
}

function nextStep(settings: SearchSettings, trials: readonly FinishedTrial[]): Step | CapacityReason {
  const last = trials.at(-1);
  if (last === undefined) return { purpose: 'WarmUp', rate: settings.minRate };
  if (last.generator !== undefined && isJudged(last.purpose)) return isSaturated(trials) ? 'GeneratorSaturated' : last;
  if (trials.filter(({ purpose, good }) => purpose === 'Confirm' && !good).length > 2 * CONFIRMATIONS + 1)
    return 'NotConfirmed';
  if (last.purpose === 'Hold') return { purpose: 'Climb', rate: last.rate };
  const rates = triedRates(settings, trials);
  const tried = rates.find(({ rate }) => rate === last.rate);
  return repeated(settings, trials, tried) ?? fromBracket(settings, trials, bracketOf(rates));
}

/** The generator may be disturbed, too: it was the limit when it was so twice in a row. */
function isSaturated(trials: readonly FinishedTrial[]): boolean {
  const [before, last] = trials.slice(-2);
  return last !== undefined && before?.generator !== undefined && before.rate === last.rate;
}

/** What is still open about the rate of the last trial; undefined when it is as decided as its purpose asks for. */
function repeated(
  { holdSeconds }: SearchSettings,
  trials: readonly FinishedTrial[],
  tried: TriedRate | undefined,
): Step | undefined {
  const { purpose, rate } = trials.at(-1)!;
  if (tried === undefined || purpose === 'Confirm') return undefined;
  if (tried.verdict === 'Unknown' || (purpose === 'Decide' && !tried.isDecided)) return { purpose, rate };
  const isHeld = trials.some((trial) => trial.purpose === 'Hold' && trial.rate === rate);
  const mayScale = holdSeconds > 0 && purpose === 'Climb' && tried.verdict === 'Bad' && !isHeld;
  return mayScale ? { purpose: 'Hold', rate } : undefined;
}

function fromBracket(
  settings: SearchSettings,
  trials: readonly FinishedTrial[],
  bracket: Bracket,
): Step | CapacityReason {
  const { low, high } = bracket;
  if (high === undefined) return climb(settings, low);
  if (low === undefined) return below(settings, trials, high);
  if (low.rate < settings.minRate && !high.isDecided) return { purpose: 'Decide', rate: high.rate };
  return low.rate < settings.minRate ? 'BelowRange' : narrow(settings, bracket, { low, high });
}

/** Doubles the rate. The highest one must hold for as many seconds as any other bound. */
function climb(
  { minRate, maxRate, confirmSeconds }: SearchSettings,
  low: TriedRate | undefined,
): Step | CapacityReason {
  if (low === undefined) return { purpose: 'Climb', rate: minRate };
  if (low.rate < maxRate) return { purpose: 'Climb', rate: Math.min(maxRate, CLIMB * low.rate) };
  if (!low.isDecided) return { purpose: 'Decide', rate: low.rate };
  return confirmation(confirmSeconds, low) ?? 'AboveRange';
}

/** Two rates below the lowest one tell whether the range is too high, or no rate at all will pass. */
function below(settings: SearchSettings, trials: readonly FinishedTrial[], high: TriedRate): Step | CapacityReason {
  const rate = rounded(high.rate / 2);
  if (rate >= rounded(settings.minRate / 4)) return { purpose: 'Below', rate };
  return latencyHasFloor(settings, trials) ? 'LatencyFloor' : 'BelowRange';
}

function narrow(
  { precision, confirmSeconds, atLeast }: SearchSettings,
  bracket: Bracket,
  { low, high }: { low: TriedRate; high: TriedRate },
): Step | CapacityReason {
  const width = high.rate / low.rate;
  if (width > Math.max(COARSE, 1 + precision)) return { purpose: 'Narrow', rate: between(bracket, low, high) };
  if (!low.isDecided) return { purpose: 'Decide', rate: low.rate };
  if (atLeast !== undefined && low.rate < atLeast && atLeast < high.rate) return { purpose: 'Decide', rate: atLeast };
  if (width > 1 + precision) return { purpose: 'Decide', rate: between(bracket, low, high) };
  if (!high.isDecided) return { purpose: 'Decide', rate: high.rate };
  return confirmation(confirmSeconds, low) ?? 'Found';
}

/**
 * The middle in log space, or a rate closer to a bound that has just moved: a refuted bound moves the bracket by little more than its width,
 * so that the square of the width is far enough.
 */
function between({ lower, higher }: Bracket, low: TriedRate, high: TriedRate): number {
  const middle = Math.sqrt(low.rate * high.rate);
  const fromHigh = higher === undefined ? 0 : high.rate * (high.rate / higher.rate) ** 2;
  const fromLow = lower === undefined ? Number.POSITIVE_INFINITY : low.rate * (low.rate / lower.rate) ** 2;
  return rounded(fromHigh > middle ? fromHigh : Math.min(middle, fromLow));
}

/** The long trial at the rate found; undefined when it has held or none is asked for. */
function confirmation(seconds: number, low: TriedRate): Step | undefined {
  if (seconds === 0 || low.trials.some(({ purpose, good }) => purpose === 'Confirm' && good)) return undefined;
  return { purpose: 'Confirm', rate: low.rate };
}

/** Four significant digits, and no less than a thousandth: a rate that people can read, and far finer than any precision. */
function rounded(rate: number): number {
  return Math.max(1, Math.round(Number(rate.toPrecision(4)) * 1000)) / 1000;
}
