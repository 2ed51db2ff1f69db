/** Longer heads are parsed each time. */
const LONGEST = 512;

/**
 * The head of the last response on a connection. That of the next one is mostly the same to the byte, until the server's date moves on:
 * looking whether it is takes a fifth of the time of parsing it, and what was read of it then holds again.
 */
export class KnownHead {
  #bytes: Buffer | undefined;
  #length = 0;

  /** Takes in the head that stands in `bytes` from `from` up to `end`. */
  learn(bytes: Buffer, from: number, end: number): void {
    this.forget();
    if (end - from > LONGEST) return;
    this.#bytes ??= Buffer.allocUnsafe(LONGEST);
    this.#length = bytes.copy(this.#bytes, 0, from, end);
  }

  forget(): void {
    this.#length = 0;
  }

  /** The length of the head that stands in `bytes` from `at` on when it is this one; 0 when it is another, or not all of it is there. */
  at(bytes: Buffer, at: number, length: number): number {
    const known = this.#length;
    if (known > length - at) return 0;
    for (let i = 0; i < known; i++) if (bytes[at + i] !== this.#bytes![i]) return 0;
    return known;
  }
}
