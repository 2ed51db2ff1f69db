import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type Intervals, knownLengthMs } from './intervals.ts';
import { median } from './signed-rank.ts';

/** The part of a run that a comparison uses. */
export type Run = { spec: LoadTestSpec; intervals: Intervals };

/** The share at the beginning of a run that is not compared, because connections open, caches fill and code is compiled. */
const WARM_UP = 0.1;
/** An interval so many times as long as the median contains a time in which a thread reported nothing. */
const TOO_LONG = 2.5;

/** One interval. `from` and `to` are its position in the run, from 0 to 1. */
export type Interval = { from: number; to: number; seconds: number } & Record<Exclude<keyof Intervals, 'end'>, number>;
export type Pair = { before: Interval; after: Interval };

/** Pairs the intervals at the same position of both runs. When lengths differ, a pair has the interval that contains the middle of the other. */
export function pairsOf(baseline: Run, run: Run): Pair[] {
  const [theirs, ours] = [intervalsIn(baseline).usable, intervalsIn(run).usable];
  const at = (intervals: readonly Interval[], { from, to }: Interval) =>
    intervals.find((i) => i.from <= (from + to) / 2 && (from + to) / 2 < i.to);
  const pairs =
    theirs.length < ours.length
      ? theirs.map((before) => ({ before, after: at(ours, before) }))
      : ours.map((after) => ({ before: at(theirs, after), after }));
  return pairs.filter((p): p is Pair => p.before !== undefined && p.after !== undefined);
}

/** The number of intervals of a run that are omitted because they are too long. */
export function gapsIn(run: Run): number {
  return intervalsIn(run).gaps;
}

/** The usable intervals of a run, which lie after its warm-up and before its wait for the last responses, and the number of too long ones. */
function intervalsIn({ spec, intervals }: Run): { usable: Interval[]; gaps: number } {
  const lengthMs = knownLengthMs(spec) ?? intervals.end.at(-1) ?? 0;
  const all = intervals.end.map((end, i) => {
    const start = intervals.end[i - 1] ?? 0;
    const { ended, done, errors, p50, p95, p99 } = intervals;
    return {
      from: start / lengthMs,
      to: end / lengthMs,
      seconds: (end - start) / 1e3,
      ...{ ended: ended[i]!, done: done[i]!, errors: errors[i]!, p50: p50[i]!, p95: p95[i]!, p99: p99[i]! },
    };
  });
  if (all.length === 0) return { usable: [], gaps: 0 };
  const tooLong = TOO_LONG * median(all.map((interval) => interval.seconds).sort((a, b) => a - b));
  const inLoad = all.filter(({ from, to }) => (from + to) / 2 < 1);
  const complete = inLoad.filter(({ seconds }) => seconds < tooLong);
  return { usable: complete.filter(({ from }) => from >= WARM_UP - 0.01), gaps: inLoad.length - complete.length };
}
