import type { IntervalEnds } from '../../model/compare/interval-end.ts';
import { mergeIntervalEnds } from '../../model/compare/interval-ends.ts';

/** So many are added up together: those of a thousand runners would be some 30 MiB until the last one has told its own. */
const TOGETHER = 32;

/** The windows that the runners of a test have told, each once, as those of all. */
export class CollectedIntervals {
  readonly #by = new Set<number>();
  #ends: IntervalEnds[] = [];

  put(index: number, ends: IntervalEnds): void {
    if (this.#by.has(index)) return;
    this.#by.add(index);
    this.#ends.push(ends);
    if (this.#ends.length === TOGETHER) this.#ends = [mergeIntervalEnds(this.#ends)];
  }

  /** The indexes of the runners that have told theirs. */
  get by(): ReadonlySet<number> {
    return this.#by;
  }

  get ends(): IntervalEnds {
    return mergeIntervalEnds(this.#ends);
  }
}
