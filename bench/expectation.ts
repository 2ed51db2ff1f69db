import type { OpenLoad } from '../api/loadtest/load/open-load.ts';
import { Arrivals } from '../model/load/arrivals.ts';
import { scheduleOf } from '../model/load/schedule.ts';
import { rankOf } from '../model/measure/histogram.ts';

/** Begin and end of the target's stall, in milliseconds since the load began. */
export type Freeze = { from: number; to: number };

export type Expectation = {
  generated: number;
  dropped: number;
  /** Of all requests made, ascending, in milliseconds. */
  responseTimes: number[];
};

/**
 * The expected response times of an open load on an infinitely fast target that stalls once: an arrival during the stall waits for its end,
 * any other not at all. Of the arrivals during the stall, only as many are sent as may be in flight.
 */
export function expectationOf(open: OpenLoad, freeze: Freeze): Expectation {
  const times = arrivalsOf(open);
  const during = times.filter((t) => t >= freeze.from && t < freeze.to);
  const sent = during.slice(0, open.maxInFlight);
  const outside = times.length - during.length;
  return {
    generated: times.length,
    dropped: during.length - sent.length,
    responseTimes: [...new Array<number>(outside).fill(0), ...sent.map((t) => freeze.to - t).reverse()],
  };
}

/**
 * The users' waits according to the target's log, ascending, in milliseconds: from the planned arrival to the target's response.
 * `respondedAt` maps the number of an arrival to the time of its response, in milliseconds since the load began.
 */
export function loggedWaits(open: OpenLoad, respondedAt: ReadonlyMap<number, number>): number[] {
  const times = arrivalsOf(open);
  const waits = [...respondedAt].map(([arrival, at]) => Math.max(0, at - times[arrival]!));
  return waits.sort((a, b) => a - b);
}

/** Milliseconds since the load began. */
function arrivalsOf(open: OpenLoad): number[] {
  const times: number[] = [];
  const arrivals = new Arrivals(scheduleOf(open), { index: 0, count: 1 });
  for (; arrivals.dueUs < Number.POSITIVE_INFINITY; arrivals.advance()) times.push(arrivals.dueUs / 1e3);
  return times;
}

/** The smallest value of the ascending `sorted` that at least `percentile` percent do not exceed. */
export function percentile(sorted: readonly number[], percentile: number): number {
  return sorted[rankOf(percentile, sorted.length) - 1] ?? Number.NaN;
}
