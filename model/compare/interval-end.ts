import type { PackedHistogram } from '../measure/packed-histogram.ts';

/**
 * What was measured up to the end of an interval, of all requests together, with a histogram of the form `H`. Cumulative: an interval is
 * the difference of two ends, and the sum over several runners is exact.
 */
export type IntervalEndOf<H> = {
  /** Since the load began; for several threads the mean of those still running. */
  elapsedMs: number;
  /** How many were still running. */
  threads: number;
  generated: number;
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
