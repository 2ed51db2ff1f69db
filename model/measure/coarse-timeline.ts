import type { Timeline } from '../../api/report/report-document.ts';
import { COUNTER_NAMES, recordOf } from '../../api/status/counters.ts';

/** How the values of two neighbouring points become the one of both. */
type Join = 'sum' | 'last' | 'highest' | 'mean';

/**
 * A percentile of both points lies between those of each, and no histogram is left to compute it: the higher one is an upper bound, which
 * hides nothing.
 */
const JOINS: Record<keyof Timeline, Join> = {
  untilSeconds: 'last',
  widthSeconds: 'sum',
  ...recordOf(COUNTER_NAMES, () => 'sum' as const),
  inFlight: 'highest',
  meanMs: 'mean',
  p50Ms: 'highest',
  p90Ms: 'highest',
  p99Ms: 'highest',
  maxMs: 'highest',
  serviceP50Ms: 'highest',
  serviceP99Ms: 'highest',
};

/** A timeline of half as many points, each joined from two. The sums of the counters stay the same. */
export function halved(timeline: Timeline): Timeline {
  const columns = Object.entries(timeline) as [keyof Timeline, (number | null)[]][];
  const starts = timeline.untilSeconds.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
  // Response times are those of responses and of timeouts.
  const timed = (i: number) => (timeline.done[i] ?? 0) + (timeline.timeout[i] ?? 0);
  return Object.fromEntries(
    columns.map(([key, column]) => [
      key,
      starts.map((i) => (i + 1 < column.length ? joined(JOINS[key], pair(column, i, timed)) : column[i]!)),
    ]),
  ) as Timeline;
}

type Pair = { values: [number | null, number | null]; weights: [number, number] };

function pair(column: readonly (number | null)[], i: number, timed: (i: number) => number): Pair {
  return { values: [column[i]!, column[i + 1]!], weights: [timed(i), timed(i + 1)] };
}

/** null where neither point has a value. */
function joined(how: Join, { values: [a, b], weights: [ofA, ofB] }: Pair): number | null {
  if (how === 'last') return b;
  if (a === null || b === null) return a ?? b;
  if (how === 'highest') return Math.max(a, b);
  // Times have microseconds, and widths milliseconds.
  return rounded(how === 'mean' ? (a * ofA + b * ofB) / Math.max(1, ofA + ofB) : a + b);
}

function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
