import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type Intervals, isWarmUp, knownLengthMs } from './intervals.ts';
import { median } from './statistics/signed-rank.ts';

/** The part of a run that a comparison uses. */
export type Run = { spec: LoadTestSpec; intervals: Intervals };

/** An interval so many times as long as the median contains a time in which a thread reported nothing. */
const TOO_LONG = 2.5;

/** One interval. `from` and `to` are its position in the run, from 0 to 1. */
export type Interval = { from: number; to: number; seconds: number } & Record<
  Exclude<keyof Intervals, 'end' | 'quantiles'>,
  number
>;
export type Pair = { before: Interval; after: Interval };

/** Two runs and the pairs of their intervals. */
export type Runs = { before: Run; after: Run; pairs: readonly Pair[] };

/** Pairs the intervals at the same position of both runs. When lengths differ, a pair has the interval that contains the middle of the other. */
export function pairsOf(baseline: Run, run: Run): Pair[] {
  const [theirs, ours] = [usableIntervals(baseline).usable, usableIntervals(run).usable];
  const at = (intervals: readonly Interval[], { from, to }: Interval) =>
    intervals.find((i) => i.from <= (from + to) / 2 && (from + to) / 2 < i.to);
  const pairs =
    theirs.length < ours.length
      ? theirs.map((before) => ({ before, after: at(ours, before) }))
      : ours.map((after) => ({ before: at(theirs, after), after }));
  return pairs.filter((p): p is Pair => p.before !== undefined && p.after !== undefined);
}

/** Among so many requests that are due, it is no chance that none was answered: with a mean of five, 0.7% of random numbers are 0. */
const LEAST_DUE = 5;

/** Whether only one of two intervals has responses, by their numbers, although they were due: the load of both is the same. */
export function isOneUnanswered(before: number, after: number): boolean {
  return Math.min(before, after) === 0 && Math.max(before, after) >= LEAST_DUE;
}

/** The number of intervals of a run that are omitted because they are too long. */
export function gapsIn(run: Run): number {
  return usableIntervals(run).gaps;
}

/** The length of the load of a run. */
export function lengthMsOf({ spec, intervals }: Run): number {
  return knownLengthMs(spec) ?? intervals.end.at(-1) ?? 0;
}

/** All intervals of a run, with its warm-up and its wait for the last responses. */
export function intervalsIn(run: Run): Interval[] {
  const { end: ends, quantiles: _, ...columns } = run.intervals;
  const lengthMs = lengthMsOf(run);
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    const figures = Object.entries(columns).map(([key, values]) => [key, values[i]!]);
    return {
      ...{ from: start / lengthMs, to: end / lengthMs, seconds: (end - start) / 1e3 },
      ...(Object.fromEntries(figures) as Record<keyof typeof columns, number>),
    };
  });
}

/** The usable intervals of a run, which lie after its warm-up and before its wait for the last responses, and the number of too long ones. */
function usableIntervals(run: Run): { usable: Interval[]; gaps: number } {
  const all = intervalsIn(run);
  if (all.length === 0) return { usable: [], gaps: 0 };
  const tooLong = TOO_LONG * median(all.map((interval) => interval.seconds).sort((a, b) => a - b));
  const inLoad = all.filter(({ from, to }) => (from + to) / 2 < 1);
  const complete = inLoad.filter(({ seconds }) => seconds < tooLong);
  return { usable: complete.filter(({ from }) => !isWarmUp(from, 1)), gaps: inLoad.length - complete.length };
}
