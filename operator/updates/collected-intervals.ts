import type { WindowEnds } from '../../api/protocol/protocol.ts';
import { mergeWindowEnds } from '../../model/compare/interval-ends.ts';

/** So many are added up together: those of a thousand runners would be some 30 MiB until the last one has told its own. */
const TOGETHER = 32;

/** The windows that the runners of a test have told, each once, as those of all. */
export class ToldWindows {
  readonly #by = new Set<number>();
  #ends: WindowEnds[] = [];

  put(index: number, ends: WindowEnds): void {
    if (this.#by.has(index)) return;
    this.#by.add(index);
    this.#ends.push(ends);
    if (this.#ends.length === TOGETHER) this.#ends = [mergeWindowEnds(this.#ends)];
  }

  /** The indexes of the runners that have told theirs. */
  get by(): ReadonlySet<number> {
    return this.#by;
  }

  get ends(): WindowEnds {
    return mergeWindowEnds(this.#ends);
  }
}
