/** Longer heads are not cached. */
const MAX_LENGTH = 512;
/** Heads are compared by words: four bytes cost as much as one. */
const WORD = Int32Array.BYTES_PER_ELEMENT;

/**
 * Caches the last head that was parsed, with its parsed form as far as a response needs it. The next one is usually the same to the byte, until the server's date changes: the comparison takes
 * a tenth of the time of parsing. All connections to a target share one cache, so that one of them parses a new head and not a thousand.
 */
export class HeadCache<Head> {
  readonly #words = new Int32Array(MAX_LENGTH / WORD);
  readonly #bytes = Buffer.from(this.#words.buffer);
  #length = 0;
  head: Head | undefined;

  /** Stores `head`, whose bytes are `bytes` from `from` to `end`. */
  store(bytes: Buffer, from: number, end: number, head: Head): void {
    this.#length = 0;
    if (end - from > MAX_LENGTH) return;
    this.#length = bytes.copy(this.#bytes, 0, from, end);
    this.head = head;
  }

  /** The length of the cached head when `bytes` holds it at `at`; 0 when they hold another one, or not all of it. */
  lengthAt(bytes: Buffer, at: number, length: number): number {
    const cached = this.#length;
    if (cached === 0 || cached > length - at) return 0;
    let i = 0;
    if (((bytes.byteOffset | at) & (WORD - 1)) === 0) {
      const words = this.#words;
      const others = wordsOf(bytes);
      const first = at / WORD;
      const count = (cached / WORD) | 0;
      for (let word = 0; word < count; word++) if (others[first + word] !== words[word]) return 0;
      i = count * WORD;
    }
    for (; i < cached; i++) if (bytes[at + i] !== this.#bytes[i]) return 0;
    return cached;
  }
}

/** The view of the last buffer: all connections of a thread are read into the same one. */
let viewed: Buffer | undefined;
let view: Int32Array = new Int32Array(0);

function wordsOf(bytes: Buffer): Int32Array {
  if (viewed !== bytes) {
    viewed = bytes;
    view = new Int32Array(bytes.buffer, bytes.byteOffset, (bytes.length / WORD) | 0);
  }
  return view;
}
