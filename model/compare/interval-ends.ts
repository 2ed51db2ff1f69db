import { addCounts, endedCount, errorCount, noCounts } from '../measure/counters.ts';
import { mergePacked, PackedHistogram } from '../measure/packed-histogram.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import type { IntervalEnd, IntervalEnds } from './interval-end.ts';
import { MAX_INTERVALS } from './intervals.ts';

/** An interval may end a little early rather than later by a whole second. */
const EARLY_MS = 100;

/**
 * Records the ends of a thread's intervals from its snapshots. The figures of an end are cumulative: without every second end the intervals
 * are twice as long, the sums over several threads are the intervals of all, and percentiles stay exact.
 */
export class IntervalRecorder {
  #stepMs: number;
  #ends: IntervalEnd[] = [];

  /** `stepMs` is the initial length of an interval: in a run of unknown length intervals grow with the run. */
  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** Takes the newest snapshot of the thread. */
  record(snapshot: Snapshot): void {
    const lastMs = this.#ends.at(-1)?.elapsedMs ?? 0;
    if (cellOf(snapshot.elapsedMs, this.#stepMs) === cellOf(lastMs, this.#stepMs)) return;
    this.#ends.push(endOf(snapshot));
    if (this.#ends.length < MAX_INTERVALS) return;
    this.#stepMs *= 2;
    this.#ends = onGrid(this.#ends, this.#stepMs);
  }

  /** The intervals of the run up to its last snapshot. */
  upTo(last: Snapshot): IntervalEnds {
    return { stepMs: this.#stepMs, ends: this.#ends, last: endOf(last) };
  }
}

/** Merges the intervals of several threads or runners. An interval ends where all that are still running have an end. */
export function mergeIntervalEnds(parts: readonly IntervalEnds[]): IntervalEnds {
  const stepMs = Math.max(...parts.map((p) => p.stepMs));
  const aligned = parts.map(({ ends, last }) => {
    const byCell = new Map(onGrid(ends, stepMs).map((end) => [cellOf(end.elapsedMs, stepMs), end]));
    return { byCell, last, lastCell: cellOf(last.elapsedMs, stepMs) };
  });
  const cells = [...new Set(aligned.flatMap(({ byCell }) => [...byCell.keys()]))].sort((a, b) => a - b);
  const ends = cells.flatMap((cell) => {
    const at = aligned.map(({ byCell, last, lastCell }) => byCell.get(cell) ?? (lastCell <= cell ? last : undefined));
    const known = at.filter((end) => end !== undefined);
    return known.length < at.length ? [] : [endOfAll(known, (end) => cellOf(end.elapsedMs, stepMs) === cell)];
  });
  const lasts = parts.map(({ last }) => last);
  const overMs = Math.max(...lasts.map((last) => last.elapsedMs));
  return { stepMs, ends, last: { ...endOfAll(lasts, () => true), elapsedMs: overMs } };
}

/** The number of the interval that ends. Ends lie on a grid, so that the delays of late snapshots do not accumulate. */
function cellOf(elapsedMs: number, stepMs: number): number {
  return Math.floor((elapsedMs + EARLY_MS) / stepMs);
}

/** The first end in each interval of a grid as wide as theirs or wider. */
function onGrid(ends: readonly IntervalEnd[], stepMs: number): IntervalEnd[] {
  const cell = (end: IntervalEnd | undefined) => cellOf(end?.elapsedMs ?? 0, stepMs);
  return ends.filter((end, i) => cell(end) !== cell(ends[i - 1]));
}

function endOf({ elapsedMs, requests }: Snapshot): IntervalEnd {
  const counts = requests.map((r) => r.counts).reduce(addCounts, noCounts());
  const [first, ...others] = requests.map((r) => r.responseTime);
  return {
    elapsedMs,
    threads: 1,
    ended: endedCount(counts),
    done: counts.done,
    errors: errorCount(counts),
    responseTime: first !== undefined && others.length === 0 ? first : merged(requests.map((r) => r.responseTime)),
  };
}

/** The sum of all, at the mean time of those still running. */
function endOfAll(ends: readonly IntervalEnd[], runs: (end: IntervalEnd) => boolean): IntervalEnd {
  const sum = (of: (end: IntervalEnd) => number, among = ends) => among.reduce((total, end) => total + of(end), 0);
  const running = ends.filter(runs);
  const threads = sum((end) => end.threads, running);
  return {
    elapsedMs: sum((end) => end.elapsedMs * end.threads, running) / threads,
    threads,
    ended: sum((end) => end.ended),
    done: sum((end) => end.done),
    errors: sum((end) => end.errors),
    responseTime: merged(ends.map((end) => end.responseTime)),
  };
}

function merged(histograms: readonly PackedHistogram[]): PackedHistogram {
  return PackedHistogram.of(mergePacked(histograms));
}
