import {
  addendsOf,
  COUNTER_NAMES,
  COUNTERS,
  type Counts,
  ENDS,
  ERROR_COUNTERS,
  GAUGES,
  LIVE_COUNTER_NAMES,
  type LiveCounterName,
  type LiveCounts,
  recordOf,
} from '../../api/status/counters.ts';

const NO_COUNTS: Readonly<LiveCounts> = recordOf(LIVE_COUNTER_NAMES, () => 0);

export function noCounts(): LiveCounts {
  return { ...NO_COUNTS };
}

export function addCounts(a: LiveCounts, b: LiveCounts): LiveCounts {
  const sum = noCounts();
  for (const name of LIVE_COUNTER_NAMES) sum[name] = a[name] + b[name];
  return sum;
}

/** The change of the counters since `before`. A gauge has no change: it keeps its value of `now`. */
export function countsSince(before: LiveCounts, now: LiveCounts): LiveCounts {
  return recordOf(LIVE_COUNTER_NAMES, (name) =>
    COUNTERS[name].isGauge ? now[name] : Math.max(0, now[name] - before[name]),
  );
}

/** The counters as a result has them. */
export function resultCounts(counts: LiveCounts): Counts {
  return recordOf(COUNTER_NAMES, (name) => counts[name]);
}

/** The totals that the counters must add up to, each with its addends. */
const SUMS = (['generated', 'made'] as const).map((total) => ({ total, addends: addendsOf(total) }));
const PARTS = LIVE_COUNTER_NAMES.flatMap((part) => {
  const { partOf } = COUNTERS[part];
  return partOf === undefined ? [] : [{ part, partOf }];
});

/**
 * What is wrong with `counts` as sentences, none when the identity holds: every arrival was made or dropped or is pending, and every
 * request made has exactly one outcome or is in flight. A counter of a running test that is absent counts as 0.
 */
export function identityProblems(counts: Counts & Partial<LiveCounts>): string[] {
  const of = (name: LiveCounterName) => counts[name] ?? 0;
  const sums = SUMS.filter(({ total, addends }) => of(total) !== addends.reduce((sum, name) => sum + of(name), 0));
  const parts = PARTS.filter(({ part, partOf }) => of(part) > of(partOf));
  return [
    ...sums.map(
      ({ total, addends }) =>
        `${total} ${of(total)} is not ${addends.map((name) => `${name} ${of(name)}`).join(' + ')}`,
    ),
    ...parts.map(({ part, partOf }) => `${part} ${of(part)} is more than ${partOf} ${of(partOf)}`),
  ];
}

const OUTCOMES = COUNTER_NAMES.filter((name) => COUNTERS[name].addsTo === 'made');

/** How many of the requests made have no outcome in `counts`: they were in flight when last heard of. */
export function withoutOutcome(counts: Counts): number {
  return counts.made - OUTCOMES.reduce((sum, name) => sum + counts[name], 0);
}

/** How many of the counted arrivals and requests were errors. */
export function errorCount(counts: Counts): number {
  return ERROR_COUNTERS.reduce((sum, name) => sum + counts[name], 0);
}

/** How many of the counted arrivals have ended: with an outcome, dropped, or cut off. Where nothing is under way these are all arrivals. */
export function endedCount(counts: Counts): number {
  return ENDS.reduce((sum, name) => sum + counts[name], 0);
}

/**
 * `count` of the arrivals that ended as a share of all that ended, 0 to 1; undefined when none did. Over an interval both are of the same
 * arrivals: an arrival of the interval may end after it, and one before it may end in it.
 */
export function shareOfEnded(count: number, counts: Counts): number | undefined {
  const ended = endedCount(counts);
  return ended === 0 ? undefined : count / ended;
}

/** The errors as a share of what ended, 0 to 1; undefined when nothing ended. */
export function errorShare(counts: Counts): number | undefined {
  return shareOfEnded(errorCount(counts), counts);
}

/** Whether the load did nothing: no arrival came due, ended, or was under way at the end. */
export function isIdle(counts: LiveCounts): boolean {
  return counts.generated === 0 && endedCount(counts) === 0 && GAUGES.every((name) => counts[name] === 0);
}
