import { Histogram, highestValue, lowestValue } from '../histogram.ts';

/**
 * The times of iterations, microseconds: how long one takes on average, and the response times of all requests, `withoutResponse` of which had
 * none.
 */
export type IterationTimes = {
  meanUs: number;
  responseTime: { measured: Histogram; withoutGenerator: Histogram };
  withoutResponse: number;
};

/** The share of what a load asked for that the target answered at the load's rate for sure, however late; 0 where nothing is sure. */
export type Answered = { measured: number; withoutGenerator: number };

export const NOTHING_SURE: Answered = { measured: 0, withoutGenerator: 0 };

/** What the target answered of `asked` single requests that came due at one rate for `lengthUs`. */
export function answeredOf(
  { responseTime, withoutResponse }: IterationTimes,
  asked: number,
  lengthUs: number,
): Answered {
  // The first and the last of n arrivals are n - 1 distances apart.
  const spanUs = (lengthUs * (asked - 1)) / asked;
  const share = (times: Histogram) => (spanUs <= 0 ? 0 : leastShare(times, { withoutResponse, asked, spanUs }));
  return { measured: share(responseTime.measured), withoutGenerator: share(responseTime.withoutGenerator) };
}

/**
 * All responses that took no longer than a time t came within a window that is t less the shortest time longer than that of the arrivals: their
 * number by its length is a rate that the target had for sure. A target that is late by the same time at any moment has answered all of them; one
 * that falls behind answers over a longer window, by exactly what it lacks. The share is that of the best t.
 */
function leastShare(
  times: Histogram,
  { withoutResponse, asked, spanUs }: { withoutResponse: number; asked: number; spanUs: number },
): number {
  let best = 0;
  let ended = 0;
  let shortestUs: number | undefined;
  for (let i = 0; i < Histogram.LENGTH; i++) {
    const count = times.counts[i]!;
    if (count === 0) continue;
    shortestUs ??= lowestValue(i);
    ended += count;
    const windowUs = spanUs + highestValue(i) - shortestUs;
    best = Math.max(best, ((ended - withoutResponse) / asked) * (spanUs / windowUs));
  }
  return best;
}
