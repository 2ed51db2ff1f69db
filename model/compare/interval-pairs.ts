import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type Intervals, knownLengthMs } from './intervals.ts';
import { median } from './signed-rank.ts';

/** A run as far as a comparison looks at it. */
export type Run = { spec: LoadTestSpec; windows: Intervals };

/** What of a run, from its beginning, is not compared: connections open, caches fill, code is compiled. */
const WARM_UP = 0.1;
/** A window this much longer than the others spans a time in which a thread told nothing. */
const TOO_WIDE = 2.5;

/** One window as plain figures; `from`, `to` are its place in the run, from 0 to 1. */
export type Interval = { from: number; to: number; seconds: number } & Record<Exclude<keyof Intervals, 'end'>, number>;
export type Pair = { before: Interval; after: Interval };

/** Intervals at the same place of both runs; where the runs are cut differently, the one that holds the middle of the other's. */
export function pairsOf(baseline: Run, run: Run): Pair[] {
  const [theirs, ours] = [intervalsIn(baseline).usable, intervalsIn(run).usable];
  const at = (windows: readonly Interval[], { from, to }: Interval) =>
    windows.find((w) => w.from <= (from + to) / 2 && (from + to) / 2 < w.to);
  const pairs =
    theirs.length < ours.length
      ? theirs.map((before) => ({ before, after: at(ours, before) }))
      : ours.map((after) => ({ before: at(theirs, after), after }));
  return pairs.filter((p): p is Pair => p.before !== undefined && p.after !== undefined);
}

/** How many windows of a run are left out as too wide. */
export function gapsIn(run: Run): number {
  return intervalsIn(run).gaps;
}

/** The windows of a run after its warm-up, and before what it waited for the last answers; and how many were too wide for that. */
function intervalsIn({ spec, windows }: Run): { usable: Interval[]; gaps: number } {
  const lengthMs = knownLengthMs(spec) ?? windows.end.at(-1) ?? 0;
  const all = windows.end.map((end, i) => {
    const start = windows.end[i - 1] ?? 0;
    const { generated, done, errors, p50, p95, p99 } = windows;
    return {
      from: start / lengthMs,
      to: end / lengthMs,
      seconds: (end - start) / 1e3,
      ...{ generated: generated[i]!, done: done[i]!, errors: errors[i]!, p50: p50[i]!, p95: p95[i]!, p99: p99[i]! },
    };
  });
  if (all.length === 0) return { usable: [], gaps: 0 };
  const tooWide = TOO_WIDE * median(all.map((w) => w.seconds).sort((a, b) => a - b));
  const inLoad = all.filter((w) => (w.from + w.to) / 2 < 1);
  const narrow = inLoad.filter((w) => w.seconds < tooWide);
  return { usable: narrow.filter((w) => w.from >= WARM_UP - 0.01), gaps: inLoad.length - narrow.length };
}
