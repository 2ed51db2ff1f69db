import type { Framing } from './head-fields.ts';

/** Longer heads are parsed each time. */
const LONGEST = 512;
/** What is compared at a time: four bytes cost as much as one. */
const WORD = Int32Array.BYTES_PER_ELEMENT;

/** What a head says, as far as it matters. */
export type CachedHead = { status: number; minor: number; framing: Framing };

/**
 * The last head of a response that was parsed. The next one is mostly the same to the byte, until the server's date moves on: looking
 * whether it is takes a tenth of the time of parsing it, and what it says is then known. All connections to a target share one: each its
 * own would be a thousand to learn when as many answer at once.
 */
export class HeadCache {
  readonly #words = new Int32Array(LONGEST / WORD);
  readonly #bytes = Buffer.from(this.#words.buffer);
  #length = 0;
  says: CachedHead | undefined;

  /** Takes in the head that stands in `bytes` from `from` up to `end`. */
  learn(bytes: Buffer, from: number, end: number, says: CachedHead): void {
    this.#length = 0;
    if (end - from > LONGEST) return;
    this.#length = bytes.copy(this.#bytes, 0, from, end);
    this.says = says;
  }

  /** The length of the head that stands in `bytes` from `at` on when it is this one; 0 when it is another, or not all of it is there. */
  at(bytes: Buffer, at: number, length: number): number {
    const known = this.#length;
    if (known === 0 || known > length - at) return 0;
    let i = 0;
    if (((bytes.byteOffset | at) & (WORD - 1)) === 0) {
      const words = this.#words;
      const others = terminationMessageOf(bytes);
      const first = at / WORD;
      const count = (known / WORD) | 0;
      for (let word = 0; word < count; word++) if (others[first + word] !== words[word]) return 0;
      i = count * WORD;
    }
    for (; i < known; i++) if (bytes[at + i] !== this.#bytes[i]) return 0;
    return known;
  }
}

/** All connections of a thread are read into the same buffer. */
let viewed: Buffer | undefined;
let view: Int32Array = new Int32Array(0);

function terminationMessageOf(bytes: Buffer): Int32Array {
  if (viewed !== bytes) {
    viewed = bytes;
    view = new Int32Array(bytes.buffer, bytes.byteOffset, (bytes.length / WORD) | 0);
  }
  return view;
}
