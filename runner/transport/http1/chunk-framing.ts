import { HEADERS_TOO_LARGE, MAX_HEAD_BYTES } from '../message.ts';
import { FIELD_TEXT } from './field-text.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;

/** What follows the byte that was read: more framing, the data of a chunk, the trailers after the last chunk, or nothing valid. */
export const FRAMING = 0;
export const DATA = 1;
export const TRAILERS = 2;
export const MALFORMED = 3;

/** The states, in the order of a chunk on the wire. */
const SIZE = 0;
const SIZE_SPACE = 1;
const EXTENSION = 2;
const SIZE_END = 3;
const DATA_CR = 4;
const DATA_END = 5;

/** A double holds any number up to this one exactly. */
const MAX_CHUNK_SIZE = 2 ** 48 - 1;

const HEX = new Int8Array(256).fill(-1);
for (const [value, c] of [...Buffer.from('0123456789abcdef')].entries()) HEX[c] = value;
for (const [value, c] of [...Buffer.from('ABCDEF')].entries()) HEX[c] = 10 + value;

/** The framing of a chunked body (RFC 9112, 7.1), byte by byte: chunk sizes, extensions and line ends. The caller skips the data. */
export class ChunkFraming {
  /** Bytes of the current chunk's data that are to come. */
  remaining = 0;
  /** Why a byte was MALFORMED. */
  problem = '';
  #state = SIZE;
  /** Bytes of the size and its extensions. */
  #length = 0;

  /** Expects the size of a chunk. */
  begin(): void {
    this.#state = SIZE;
    this.#length = 0;
    this.remaining = 0;
  }

  /** Skips `length` bytes of data; true when they complete the chunk, so that framing follows. */
  skip(length: number): boolean {
    this.remaining -= length;
    if (this.remaining > 0) return false;
    this.#state = DATA_CR;
    return true;
  }

  /** Reads the next byte of framing. */
  read(c: number): number {
    switch (this.#state) {
      case SIZE:
        return this.#size(c) ? FRAMING : this.#malformed('a chunk size that is not a number');
      case SIZE_SPACE:
        return this.#sizeSpace(c);
      case EXTENSION:
        return this.#extension(c);
      case DATA_CR:
        if (c !== CR) return this.#malformed('a chunk longer than its size');
        this.#state = DATA_END;
        return FRAMING;
      case DATA_END:
        if (c !== LF) return this.#malformed('a carriage return without a line feed');
        this.begin();
        return FRAMING;
      default:
        if (c !== LF) return this.#malformed('a carriage return without a line feed');
        return this.remaining === 0 ? TRAILERS : DATA;
    }
  }

  /** Takes one byte of a chunk size or the byte after it; false when it is neither. */
  #size(c: number): boolean {
    const digit = HEX[c]!;
    if (digit >= 0) {
      this.remaining = this.remaining * 16 + digit;
      return ++this.#length <= MAX_HEAD_BYTES && this.remaining <= MAX_CHUNK_SIZE;
    }
    if (this.#length === 0) return false;
    if (c === CR) this.#state = SIZE_END;
    else if (c === SEMICOLON) this.#state = EXTENSION;
    else if (c === SPACE || c === TAB) this.#state = SIZE_SPACE;
    else return false;
    return true;
  }

  /** Whitespace before an extension (RFC 9112, 7.1.1). Old servers pad sizes with it. */
  #sizeSpace(c: number): number {
    if (++this.#length > MAX_HEAD_BYTES) return this.#malformed(HEADERS_TOO_LARGE);
    if (c === CR) this.#state = SIZE_END;
    else if (c === SEMICOLON) this.#state = EXTENSION;
    else if (c !== SPACE && c !== TAB) return this.#malformed('a chunk size that is not a number');
    return FRAMING;
  }

  /** The limit is that of one chunk: a long stream may have an extension in every one. */
  #extension(c: number): number {
    if (++this.#length > MAX_HEAD_BYTES) return this.#malformed(HEADERS_TOO_LARGE);
    if (c === CR) this.#state = SIZE_END;
    else if (FIELD_TEXT[c] === 0) return this.#malformed('a control character in a chunk extension');
    return FRAMING;
  }

  #malformed(problem: string): number {
    this.problem = problem;
    return MALFORMED;
  }
}
