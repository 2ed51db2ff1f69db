import { MAX_HEAD_BYTES } from '../../message.ts';

/** Puts the header block together that HEADERS and CONTINUATION frames carry in parts (RFC 9113, 4.3). */
export class HeaderBlock {
  /** The stream whose block is incomplete; 0: none. */
  stream = 0;
  endsStream = false;
  #parts: Buffer[] = [];
  #bytes = 0;

  begin(stream: number, endsStream: boolean): void {
    this.stream = stream;
    this.endsStream = endsStream;
    this.#parts = [];
    this.#bytes = 0;
  }

  /** Adds a part; false when the block is too large: it would be so, too, when it is decoded. */
  add(bytes: Buffer, from: number, to: number): boolean {
    this.#bytes += to - from;
    if (this.#bytes > MAX_HEAD_BYTES) return false;
    if (to > from) this.#parts.push(Buffer.from(bytes.subarray(from, to)));
    return true;
  }

  /** The whole block, which is complete. */
  take(): Buffer {
    const block = Buffer.concat(this.#parts);
    this.begin(0, false);
    return block;
  }
}
