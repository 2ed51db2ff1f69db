import type { PackedHistogram } from '../measure/packed-histogram.ts';

/**
 * The measurements of all requests together up to the end of an interval; `H` is the form of the histogram. They are cumulative: an interval
 * is the difference of two ends, and sums over several runners are exact.
 */
export type IntervalEndOf<H> = {
  /** Time since the load began; for several threads the mean of those still running. */
  elapsedMs: number;
  /** The number of threads still running. */
  threads: number;
  /** done + timeout + failed + dropped + aborted. */
  ended: number;
  done: number;
  /** timeout + failed + unexpected + dropped. */
  errors: number;
  responseTime: H;
};

export type IntervalEndsOf<H> = {
  /** The length of an interval. */
  stepMs: number;
  ends: IntervalEndOf<H>[];
  /** The end of the run. */
  last: IntervalEndOf<H>;
};

export type IntervalEnd = IntervalEndOf<PackedHistogram>;
export type IntervalEnds = IntervalEndsOf<PackedHistogram>;
