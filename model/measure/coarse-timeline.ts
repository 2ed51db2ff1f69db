import type { Timeline } from '../../api/report/report-document.ts';
import { COUNTER_NAMES, recordOf } from '../../api/status/counters.ts';

/** How the values of two neighbouring points become the one of both. */
type Join = 'sum' | 'last' | 'highest' | 'mean';

/**
 * A percentile of both points lies between those of each, and no histogram is left to compute it: the higher one is an upper bound, which
 * hides nothing.
 */
const JOINS: Record<keyof Timeline, Join> = {
  at: 'last',
  width: 'sum',
  ...recordOf(COUNTER_NAMES, () => 'sum' as const),
  inFlight: 'highest',
  mean: 'mean',
  p50: 'highest',
  p90: 'highest',
  p99: 'highest',
  max: 'highest',
  serviceP50: 'highest',
  serviceP99: 'highest',
};

/** A timeline of half as many points, each joined from two. The sums of the counters stay the same. */
export function halved(timeline: Timeline): Timeline {
  const columns = Object.entries(timeline) as [keyof Timeline, (number | null)[]][];
  const starts = timeline.at.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
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
  if (how === 'mean') return Math.round((a * ofA + b * ofB) / Math.max(1, ofA + ofB));
  // Widths have milliseconds.
  return Math.round((a + b) * 1e3) / 1e3;
}
