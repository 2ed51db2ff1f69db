import type { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram, subtractPacked } from '../../model/measure/packed-histogram.ts';
import type { Summary } from '../../model/measure/summary.ts';
import { timesUs } from '../../model/result/figures.ts';
import { recentRate } from './progress.ts';
import type { SecondView, View } from './view.ts';

/** The seconds of a load that a view shows one by one. */
export class Seconds {
  #list: SecondView[] = [];

  /** Adds the time since `before`, unless it is too short to tell a rate: the last snapshots follow those of the last second at once. */
  add(before: Summary | undefined, now: Summary): readonly SecondView[] {
    if (now.elapsedMs - (before?.elapsedMs ?? 0) < MIN_SECOND_MS) return this.#list;
    const { p99 } = percentilesUs(recentTimes(before?.responseTime, now.responseTime));
    this.#list = [...this.#list, { perSecond: recentRate(before, now), p99Us: p99 }].slice(-MAX_SECONDS);
    return this.#list;
  }
}

const MIN_SECOND_MS = 500;
/** As many as the widest terminals have columns. */
const MAX_SECONDS = 500;

/** The times since `before`. */
export function recentTimes(before: Histogram | undefined, now: Histogram): Histogram {
  return subtractPacked(PackedHistogram.of(now), before && PackedHistogram.of(before));
}

export function percentilesUs(histogram: Histogram): View['timesUs'] {
  const times = timesUs(histogram);
  return times === undefined ? {} : { p50: times.p50, p95: times.p95, p99: times.p99 };
}
