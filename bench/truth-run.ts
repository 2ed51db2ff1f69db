import type { Counts } from '../api/status/counters.ts';

/** Milliseconds. `expected` follows from the arrivals, `answered` is by the target's own log: it needs time for a thousand answers. */
export type Figure = { name: string; expected: number; answered?: number; observed: number | undefined };

export type TruthRun = {
  name: string;
  round: number;
  /** How long the target really stood still, milliseconds. */
  frozenForMs: number;
  figures: Figure[];
  /** That nginx read. */
  received: number;
  /** Ours alone: what was counted, and what a perfect generator would have counted. */
  counts?: Counts;
  expected?: { generated: number; dropped: number };
};
