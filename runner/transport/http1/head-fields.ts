import type { ResponseHeaders } from '../message.ts';
import { isOptionalWhitespace, trimOptionalWhitespace } from '../optional-whitespace.ts';
import { idleLimitOf } from './idle-limit.ts';

const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const [LETTER_C, LETTER_K, LETTER_T] = Buffer.from('ckt');
/** The fields that frame a response, concern its connection, or name the coding of its body. */
const CONNECTION = Buffer.from('connection');
const CONTENT_LENGTH = Buffer.from('content-length');
const CONTENT_ENCODING = Buffer.from('content-encoding');
const TRANSFER_ENCODING = Buffer.from('transfer-encoding');
const KEEP_ALIVE = Buffer.from('keep-alive');
const CLOSE = Buffer.from('close');
const CHUNKED = Buffer.from('chunked');
const NAME_OF_CODING = String(CONTENT_ENCODING);
/** Longer names are none of these; the rest of a name is kept as text where all fields are collected. */
const MAX_NAME_LENGTH = 64;
/** Any other field, where all fields are collected. */
const OTHER = Buffer.from('other');
/** Longer values of the fields above are neither a length nor `chunked` nor `close`. */
const MAX_VALUE_LENGTH = 64;
/** A double holds any number of this many digits exactly. */
const MAX_LENGTH_DIGITS = 15;

/** Each byte in lower case. */
const LOWER = new Uint8Array(256).map((_, c) => c);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) LOWER[c] = c + 32;

/** The framing of a response, the fate of its connection and the coding of its body; a contentLength of -1: none. */
export type Framing = Readonly<{
  contentLength: number;
  chunked: boolean;
  close: boolean;
  keepAlive: boolean;
  idleLimit: number | undefined;
  coding: ResponseHeaders | undefined;
}>;

/** Parses the header fields that frame a response or concern its connection, byte by byte, and skips all others. */
export class HeadFields {
  /** -1: none. */
  contentLength = -1;
  chunked = false;
  /** For how many microseconds the connection may be idle; undefined: without limit. */
  idleLimit: number | undefined;
  /** The content-encoding alone, as headers; undefined without one. */
  coding: ResponseHeaders | undefined;
  /** Why the last line is malformed. */
  problem = '';
  /** Whether all fields are collected in `headers`. */
  collects = false;
  headers: Record<string, string[]> = Object.create(null);
  /** Whether the bytes of the name, and then of the value, must be passed on. */
  relevant = false;
  #restOfName = '';
  #text = '';
  #close = false;
  #keepAlive = false;
  readonly #name = Buffer.allocUnsafe(MAX_NAME_LENGTH);
  readonly #value = Buffer.allocUnsafe(MAX_VALUE_LENGTH);
  #nameLength = 0;
  #valueLength = 0;
  #field: Buffer | undefined;

  clear(): void {
    this.contentLength = -1;
    this.chunked = false;
    this.idleLimit = undefined;
    this.coding = undefined;
    this.#close = false;
    this.#keepAlive = false;
    this.#field = undefined;
    this.relevant = false;
    if (this.collects) this.headers = Object.create(null);
  }

  get framing(): Framing {
    const { contentLength, chunked, idleLimit, coding } = this;
    return { contentLength, chunked, close: this.#close, keepAlive: this.#keepAlive, idleLimit, coding };
  }

  /** Restores the framing of a cached head. */
  set framing({ contentLength, chunked, close, keepAlive, idleLimit, coding }: Framing) {
    this.contentLength = contentLength;
    this.chunked = chunked;
    this.idleLimit = idleLimit;
    this.coding = coding;
    this.#close = close;
    this.#keepAlive = keepAlive;
  }

  beginName(c: number): void {
    const letter = LOWER[c]!;
    this.relevant = letter === LETTER_C || letter === LETTER_K || letter === LETTER_T || this.collects;
    this.#name[0] = letter;
    this.#nameLength = 1;
    this.#restOfName = '';
  }

  name(c: number): void {
    if (this.#nameLength < MAX_NAME_LENGTH) this.#name[this.#nameLength] = LOWER[c]!;
    else if (this.collects) this.#restOfName += String.fromCharCode(LOWER[c]!);
    this.#nameLength++;
  }

  beginValue(): void {
    this.#valueLength = 0;
    this.#text = '';
    this.#field = this.relevant ? this.#fieldOf() : undefined;
    this.relevant = this.#field !== undefined;
  }

  value(c: number): void {
    if (this.#valueLength === 0 && isOptionalWhitespace(c)) return;
    if (this.collects) this.#text += String.fromCharCode(c);
    if (this.#valueLength < MAX_VALUE_LENGTH) this.#value[this.#valueLength] = c;
    this.#valueLength++;
  }

  /** Evaluates the field; false when it makes the response ambiguous. */
  endLine(): boolean {
    const field = this.#field;
    if (field === undefined) return true;
    this.#field = undefined;
    this.relevant = false;
    if (this.collects) this.#collect();
    if (field === OTHER) return true;
    while (
      this.#valueLength <= MAX_VALUE_LENGTH &&
      this.#valueLength > 0 &&
      isOptionalWhitespace(this.#value[this.#valueLength - 1]!)
    ) {
      this.#valueLength--;
    }
    if (field === CONTENT_LENGTH) return this.#parseContentLength();
    if (field === TRANSFER_ENCODING) return this.#parseTransferEncoding();
    if (field === CONTENT_ENCODING) this.#parseContentEncoding();
    else if (field === KEEP_ALIVE) this.#parseKeepAlive();
    else this.#parseConnection();
    return true;
  }

  #fieldOf(): Buffer | undefined {
    const length = this.#nameLength;
    if (isText(this.#name, length, CONTENT_LENGTH)) return CONTENT_LENGTH;
    if (isText(this.#name, length, CONNECTION)) return CONNECTION;
    if (isText(this.#name, length, TRANSFER_ENCODING)) return TRANSFER_ENCODING;
    if (isText(this.#name, length, KEEP_ALIVE)) return KEEP_ALIVE;
    if (isText(this.#name, length, CONTENT_ENCODING)) return CONTENT_ENCODING;
    return this.collects ? OTHER : undefined;
  }

  #collect(): void {
    const name = this.#name.toString('latin1', 0, Math.min(this.#nameLength, MAX_NAME_LENGTH)) + this.#restOfName;
    if (!Object.hasOwn(this.headers, name)) this.headers[name] = [];
    this.headers[name]!.push(trimOptionalWhitespace(this.#text));
  }

  /** Whether the server closes the connection after this response, by its header or by default (HTTP/1.0). */
  closes(minorVersion: number): boolean {
    return this.#close || (minorVersion === 0 && !this.#keepAlive);
  }

  /** A value that is too long to parse counts as `close`, which is safe. */
  #parseConnection(): void {
    const length = this.#valueLength;
    if (isText(this.#value, length, KEEP_ALIVE)) this.#keepAlive = true;
    else if (isText(this.#value, length, CLOSE) || length > MAX_VALUE_LENGTH) this.#close = true;
    else {
      const options = this.#value.toString('latin1', 0, length).toLowerCase().split(',');
      this.#close ||= options.some((option) => trimOptionalWhitespace(option) === 'close');
      this.#keepAlive ||= options.some((option) => trimOptionalWhitespace(option) === 'keep-alive');
    }
  }

  #parseKeepAlive(): void {
    const length = Math.min(this.#valueLength, MAX_VALUE_LENGTH);
    this.idleLimit = idleLimitOf(this.#value.toString('latin1', 0, length));
  }

  /** No list of codings is longer than the part that is kept. */
  #parseContentEncoding(): void {
    const value = this.#value.toString('latin1', 0, Math.min(this.#valueLength, MAX_VALUE_LENGTH));
    const before = this.coding?.[NAME_OF_CODING] ?? [];
    this.coding = { [NAME_OF_CODING]: [...before, value] };
  }

  /** One length, also when it is repeated, in the same line or in another one (RFC 9110, 8.6). */
  #parseContentLength(): boolean {
    let from = 0;
    for (let i = 0; i <= this.#valueLength && i <= MAX_VALUE_LENGTH; i++) {
      if (i < this.#valueLength && this.#value[i] !== COMMA) continue;
      const length = this.#lengthIn(from, i);
      if (length < 0) return this.#refuse('a content-length that is not a number');
      if (this.contentLength >= 0 && this.contentLength !== length) return this.#refuse('two content-lengths');
      this.contentLength = length;
      from = i + 1;
    }
    return this.#valueLength <= MAX_VALUE_LENGTH || this.#refuse('a content-length that is not a number');
  }

  /** The number in a part of the value, with whitespace around it; -1 when it is none. */
  #lengthIn(from: number, to: number): number {
    let [first, end] = [from, to];
    while (first < end && isOptionalWhitespace(this.#value[first]!)) first++;
    while (end > first && isOptionalWhitespace(this.#value[end - 1]!)) end--;
    while (first < end - 1 && this.#value[first] === ZERO) first++;
    if (end === first || end - first > MAX_LENGTH_DIGITS) return -1;
    let length = 0;
    for (let i = first; i < end; i++) {
      const digit = this.#value[i]!;
      if (digit < ZERO || digit > NINE) return -1;
      length = 10 * length + digit - ZERO;
    }
    return length;
  }

  #parseTransferEncoding(): boolean {
    if (this.chunked || !(isText(this.#value, this.#valueLength, CHUNKED) || this.#listsChunkedAlone())) {
      return this.#refuse('a transfer-encoding other than chunked');
    }
    this.chunked = true;
    return true;
  }

  /** A list may have empty elements, which mean nothing (RFC 9110, 5.6.1). */
  #listsChunkedAlone(): boolean {
    if (this.#valueLength > MAX_VALUE_LENGTH) return false;
    const value = this.#value.toString('latin1', 0, this.#valueLength);
    return /^[, \t]*chunked[, \t]*$/i.test(value);
  }

  #refuse(problem: string): false {
    this.problem = problem;
    return false;
  }
}

/** Whether the first `length` bytes are `text` in any case; `text` is in lower case. */
function isText(bytes: Buffer, length: number, text: Buffer): boolean {
  if (length !== text.length) return false;
  for (let i = 0; i < length; i++) if (LOWER[bytes[i]!] !== text[i]) return false;
  return true;
}
