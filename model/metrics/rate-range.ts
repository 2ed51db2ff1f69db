import { isIdle } from '../measure/counters.ts';
import { perSecond } from '../measure/rate/rate.ts';
import type { Measured } from './measured.ts';
import { type MetricRange, type Range, uncertain } from './range.ts';

/** Responses a second. Without the generator's own part, more responses would have come during the load, and users would have sent more requests. */
export function rateRange(measured: Measured): MetricRange | undefined {
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

/**
 * The share of the rate that the load asks for. The target can reach only what the generator made of it. Responses after the end count where
 * they came at the rate.
 */
export function reachedRange(measured: Measured): MetricRange | undefined {
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
