import type { Counts } from '../api/status/counters.ts';

/** In milliseconds. `expected` follows from the arrivals; `logged` is from the target's log and includes its time for a thousand responses. */
export type Figure = { name: string; expected: number; logged?: number; observed: number | undefined };

export type TruthRun = {
  name: string;
  round: number;
  /** Actual length of the stall, in milliseconds. */
  frozenForMs: number;
  figures: Figure[];
  /** Requests that nginx read. */
  received: number;
  /** For loadtest only: its counts, and those of a perfect generator. */
  counts?: Counts;
  expected?: { generated: number; dropped: number };
};
