import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mergeIntervalEnds } from '../../model/compare/interval-ends.ts';

/** So many are merged at once: those of a thousand runners would take some 30 MiB until the last runner has delivered its own. */
const MERGED_TOGETHER = 32;

/** The merged intervals of the runners of a test, those of each runner once. */
export class CollectedIntervals {
  readonly #by = new Set<number>();
  #ends: IntervalEnds[] = [];

  put(index: number, ends: IntervalEnds): void {
    if (this.#by.has(index)) return;
    this.#by.add(index);
    this.#ends.push(ends);
    if (this.#ends.length === MERGED_TOGETHER) this.#ends = [mergeIntervalEnds(this.#ends)];
  }

  /** The indexes of the runners whose intervals are collected. */
  get by(): ReadonlySet<number> {
    return this.#by;
  }

  get ends(): IntervalEnds {
    return mergeIntervalEnds(this.#ends);
  }
}
