import { isOptionalWhitespace, trimOptionalWhitespace } from '../optional-whitespace.ts';
import { idleLimitOf } from './idle-limit.ts';

const ZERO = 48;
const NINE = 57;
const [LETTER_C, LETTER_K, LETTER_T] = Buffer.from('ckt');
/** The fields that say how a response is framed, and what its connection is good for. */
const CONNECTION = Buffer.from('connection');
const CONTENT_LENGTH = Buffer.from('content-length');
const TRANSFER_ENCODING = Buffer.from('transfer-encoding');
const KEEP_ALIVE = Buffer.from('keep-alive');
const CLOSE = Buffer.from('close');
const CHUNKED = Buffer.from('chunked');
/** Longer names are none of these; what is behind is kept aside when all are gathered. */
const LONGEST_NAME = 64;
/** A field that does not say how the response is framed, gathered because it is asked for. */
const OTHER = Buffer.from('other');
/** Longer values of the fields that we read are not lengths, nor `chunked`, nor `close`. */
const LONGEST_VALUE = 64;
/** Any number of so many digits is exact as a double. */
const MAX_LENGTH_DIGITS = 15;

/** A byte as it stands in lower case. */
const LOWER = new Uint8Array(256).map((_, c) => c);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) LOWER[c] = c + 32;

/** What the fields say of a response's frame and connection; a contentLength of -1: none. */
export type Framing = Readonly<{
  contentLength: number;
  chunked: boolean;
  close: boolean;
  keepAlive: boolean;
  idleLimit: number | undefined;
}>;

/** The header fields that say how a response is framed and its connection kept, gathered byte by byte; everything else passes by. */
export class HeadFields {
  /** -1: none. */
  contentLength = -1;
  chunked = false;
  /** For how long the connection may be idle, microseconds; undefined: for any time. */
  idleLimit: number | undefined;
  /** Why the last line is malformed. */
  problem = '';
  /** Whether all fields are to be gathered in `headers`. */
  gathers = false;
  headers: Record<string, string[]> = Object.create(null);
  /** Whether the bytes of the name, and then of the value, are of any interest. */
  wanted = false;
  #restOfName = '';
  #text = '';
  #close = false;
  #keepAlive = false;
  readonly #name = Buffer.allocUnsafe(LONGEST_NAME);
  readonly #value = Buffer.allocUnsafe(LONGEST_VALUE);
  #nameLength = 0;
  #valueLength = 0;
  #field: Buffer | undefined;

  clear(): void {
    this.contentLength = -1;
    this.chunked = false;
    this.idleLimit = undefined;
    this.#close = false;
    this.#keepAlive = false;
    this.#field = undefined;
    this.wanted = false;
    if (this.gathers) this.headers = Object.create(null);
  }

  get framing(): Framing {
    const { contentLength, chunked, idleLimit } = this;
    return { contentLength, chunked, close: this.#close, keepAlive: this.#keepAlive, idleLimit };
  }

  /** The fields of a head that says the same as another one did. */
  set framing({ contentLength, chunked, close, keepAlive, idleLimit }: Framing) {
    this.contentLength = contentLength;
    this.chunked = chunked;
    this.idleLimit = idleLimit;
    this.#close = close;
    this.#keepAlive = keepAlive;
  }

  beginName(c: number): void {
    const letter = LOWER[c]!;
    this.wanted = letter === LETTER_C || letter === LETTER_K || letter === LETTER_T || this.gathers;
    this.#name[0] = letter;
    this.#nameLength = 1;
    this.#restOfName = '';
  }

  name(c: number): void {
    if (this.#nameLength < LONGEST_NAME) this.#name[this.#nameLength] = LOWER[c]!;
    else if (this.gathers) this.#restOfName += String.fromCharCode(LOWER[c]!);
    this.#nameLength++;
  }

  beginValue(): void {
    this.#valueLength = 0;
    this.#text = '';
    this.#field = this.wanted ? this.#fieldOf() : undefined;
    this.wanted = this.#field !== undefined;
  }

  value(c: number): void {
    if (this.#valueLength === 0 && isOptionalWhitespace(c)) return;
    if (this.gathers) this.#text += String.fromCharCode(c);
    if (this.#valueLength < LONGEST_VALUE) this.#value[this.#valueLength] = c;
    this.#valueLength++;
  }

  /** Takes the line into account; false when it makes the response ambiguous. */
  endLine(): boolean {
    const field = this.#field;
    if (field === undefined) return true;
    this.#field = undefined;
    this.wanted = false;
    if (this.gathers) this.#gather();
    if (field === OTHER) return true;
    while (
      this.#valueLength <= LONGEST_VALUE &&
      this.#valueLength > 0 &&
      isOptionalWhitespace(this.#value[this.#valueLength - 1]!)
    ) {
      this.#valueLength--;
    }
    if (field === CONTENT_LENGTH) return this.#takeLength();
    if (field === TRANSFER_ENCODING) return this.#takeEncoding();
    if (field === KEEP_ALIVE) this.#takeKeepAlive();
    else this.#takeConnection();
    return true;
  }

  #fieldOf(): Buffer | undefined {
    const length = this.#nameLength;
    if (isText(this.#name, length, CONTENT_LENGTH)) return CONTENT_LENGTH;
    if (isText(this.#name, length, CONNECTION)) return CONNECTION;
    if (isText(this.#name, length, TRANSFER_ENCODING)) return TRANSFER_ENCODING;
    if (isText(this.#name, length, KEEP_ALIVE)) return KEEP_ALIVE;
    return this.gathers ? OTHER : undefined;
  }

  #gather(): void {
    const name = this.#name.toString('latin1', 0, Math.min(this.#nameLength, LONGEST_NAME)) + this.#restOfName;
    if (!Object.hasOwn(this.headers, name)) this.headers[name] = [];
    this.headers[name]!.push(trimOptionalWhitespace(this.#text));
  }

  /** Whether the connection ends with this response: by its word, or by the custom of its version. */
  closes(minorVersion: number): boolean {
    return this.#close || (minorVersion === 0 && !this.#keepAlive);
  }

  /** A value too long to be read is taken for the careful one. */
  #takeConnection(): void {
    const length = this.#valueLength;
    if (isText(this.#value, length, KEEP_ALIVE)) this.#keepAlive = true;
    else if (isText(this.#value, length, CLOSE) || length > LONGEST_VALUE) this.#close = true;
    else {
      const options = this.#value.toString('latin1', 0, length).toLowerCase().split(',');
      this.#close ||= options.some((option) => trimOptionalWhitespace(option) === 'close');
      this.#keepAlive ||= options.some((option) => trimOptionalWhitespace(option) === 'keep-alive');
    }
  }

  #takeKeepAlive(): void {
    const length = Math.min(this.#valueLength, LONGEST_VALUE);
    this.idleLimit = idleLimitOf(this.#value.toString('latin1', 0, length));
  }

  #takeLength(): boolean {
    if (this.contentLength >= 0) return this.#refuse('two content-lengths');
    let length = 0;
    for (let i = 0; i < this.#valueLength && i < MAX_LENGTH_DIGITS; i++) {
      const digit = this.#value[i]!;
      if (digit < ZERO || digit > NINE) return this.#refuse('a content-length that is no length');
      length = 10 * length + digit - ZERO;
    }
    if (this.#valueLength === 0 || this.#valueLength > MAX_LENGTH_DIGITS) {
      return this.#refuse('a content-length that is no length');
    }
    this.contentLength = length;
    return true;
  }

  #takeEncoding(): boolean {
    if (this.chunked || !isText(this.#value, this.#valueLength, CHUNKED)) {
      return this.#refuse('a transfer-encoding other than chunked');
    }
    this.chunked = true;
    return true;
  }

  #refuse(problem: string): false {
    this.problem = problem;
    return false;
  }
}

/** Whether the first `length` bytes are `text`, which is in lower case, in any case. */
function isText(bytes: Buffer, length: number, text: Buffer): boolean {
  if (length !== text.length) return false;
  for (let i = 0; i < length; i++) if (LOWER[bytes[i]!] !== text[i]) return false;
  return true;
}
