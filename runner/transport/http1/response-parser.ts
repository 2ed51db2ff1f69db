import { MAX_HEAD_BYTES, type ResponseHeaders } from '../message.ts';
import { HeadCache } from './head-cache.ts';
import { HeadFields } from './head-fields.ts';

/** What a parser says of one response; nothing after `end` or `malformed`. The chunk of `data` is valid only during the call. */
export interface ResponseEvents {
  /** Whether nothing of the body matters, from `head` on; then there is no `data`. */
  readonly indifferent?: boolean;
  /** `headers` are given when they were asked for. */
  head(status: number, headers?: ResponseHeaders): void;
  data(chunk: Buffer): void;
  /**
   * The response is complete; whether the connection may carry another request, and for how many microseconds it may be idle before that;
   * undefined: for any time. Always the parser's last act on its input.
   */
  end(reusable: boolean, idleLimit?: number): void;
  malformed(reason: string): void;
}

/** The one reason that is counted as a kind of its own. */
export const HEADERS_TOO_LARGE = `headers of more than ${MAX_HEAD_BYTES / 1024} KiB`;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const SEMICOLON = 59;
const PROTOCOL = Buffer.from('HTTP/1.');

/** What is expected next. The order is that of a response on the wire. */
const IDLE = 0;
const HEAD = 1;
const STATUS_LINE = 2;
const REASON = 3;
const LINE_START = 4;
const NAME = 5;
const VALUE = 6;
const LINE_END = 7;
const HEAD_END = 8;
const BODY_OF_LENGTH = 9;
const BODY_UNTIL_CLOSE = 10;
const CHUNK_SIZE = 11;
const CHUNK_EXTENSION = 12;
const CHUNK_SIZE_END = 13;
const CHUNK_DATA = 14;
const CHUNK_DATA_CR = 15;
const CHUNK_DATA_END = 16;

/** RFC 9110, 5.6.2: the bytes of a header's name. */
const TOKEN = new Uint8Array(256);
for (const c of Buffer.from("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
  TOKEN[c] = 1;

/** RFC 9110, 5.5: the bytes of a header's value; of control characters only the tab. */
const FIELD_TEXT = new Uint8Array(256).map((_, c) => (c === TAB || (c >= SPACE && c !== 127) ? 1 : 0));

const HEX = new Int8Array(256).fill(-1);
for (const [value, c] of [...Buffer.from('0123456789abcdef')].entries()) HEX[c] = value;
for (const [value, c] of [...Buffer.from('ABCDEF')].entries()) HEX[c] = 10 + value;

/**
 * An incremental parser of HTTP/1.1 responses (RFC 9112), one request's at a time. It looks at every byte once, keeps nothing of the
 * input, and is strict: what could be read in two ways (bare line ends, folded lines, two lengths, bytes behind the end) is malformed,
 * as a load test must not attribute bytes to a request that they may not belong to.
 */
export class ResponseParser {
  readonly #events: ResponseEvents;
  readonly #fields = new HeadFields();
  readonly #known: HeadCache;
  #state = IDLE;
  #noBody = false;
  #at = 0;
  #headBytes = 0;
  #minor = 0;
  #status = 0;
  #left = 0;
  #trailers = false;

  /** `known` may be shared by parsers of the same target's responses. */
  constructor(events: ResponseEvents, known = new HeadCache()) {
    this.#events = events;
    this.#known = known;
  }

  /** Expects the response to a request with this method. */
  begin(method: string, wantsHeaders = false): void {
    this.#fields.gathers = wantsHeaders;
    this.#noBody = method === 'HEAD';
    this.#headBytes = 0;
    this.#trailers = false;
    this.#state = HEAD;
  }

  /** Forgets the response that was under way. */
  reset(): void {
    this.#state = IDLE;
  }

  /** Takes the next `length` bytes of the connection. */
  execute(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      const next = this.#step(bytes, at, length);
      if (next < 0) return; // ended or malformed: this object may already be at work on the next request
      at = next;
    }
  }

  /** The connection has ended: true when that completes the response. */
  finish(): boolean {
    const complete = this.#state === BODY_UNTIL_CLOSE;
    if (complete) this.#end(false);
    return complete;
  }

  /** Parses from `at` on and answers with where it came to, or -1 when the response is over. */
  #step(bytes: Buffer, at: number, length: number): number {
    switch (this.#state) {
      case BODY_OF_LENGTH:
        return this.#body(bytes, at, length);
      case CHUNK_DATA:
        return this.#chunk(bytes, at, length);
      case BODY_UNTIL_CLOSE:
        this.#data(bytes, at, length);
        return length;
      case HEAD:
        return this.#beginning(bytes, at, length);
      case IDLE:
        return this.#malformed('bytes that no request asked for');
      case CHUNK_SIZE:
      case CHUNK_EXTENSION:
      case CHUNK_SIZE_END:
      case CHUNK_DATA_CR:
      case CHUNK_DATA_END:
        return this.#framing(bytes, at);
      default:
        return this.#head(bytes, at, length, false);
    }
  }

  /** A head from its first byte on. Headers that are gathered are the response's own. */
  #beginning(bytes: Buffer, at: number, length: number): number {
    const { gathers } = this.#fields;
    const known = gathers ? 0 : this.#known.at(bytes, at, length);
    this.#fields.clear();
    if (known > 0) {
      const { status, minor, framing } = this.#known.says!;
      this.#status = status;
      this.#minor = minor;
      this.#fields.framing = framing;
      this.#headBytes += known;
      return this.#headComplete(at + known, length);
    }
    this.#at = 0;
    this.#status = 0;
    this.#state = STATUS_LINE;
    return this.#head(bytes, at, length, !gathers);
  }

  /** `learns`: the head begins at `from`, and is worth knowing when all of it is here. */
  #head(bytes: Buffer, from: number, length: number, learns: boolean): number {
    for (let at = from; at < length; at++) {
      const c = bytes[at]!;
      switch (this.#state) {
        case STATUS_LINE:
          if (!this.#statusLine(c)) return this.#malformed('the status line is not HTTP/1.x');
          break;
        case REASON:
        case VALUE:
          if (FIELD_TEXT[c] === 1) {
            if (this.#fields.wanted) this.#fields.value(c);
            else while (at + 1 < length && FIELD_TEXT[bytes[at + 1]!] === 1) at++;
          } else if (c === CR) this.#state = LINE_END;
          else return this.#malformed('a control character in a header');
          break;
        case LINE_START:
          if (c === CR) this.#state = HEAD_END;
          else if (TOKEN[c] === 1) {
            this.#state = NAME;
            this.#fields.beginName(c);
          } else
            return this.#malformed(
              c === SPACE || c === TAB ? 'a folded header line' : 'a header name with a wrong character',
            );
          break;
        case NAME:
          if (TOKEN[c] === 1) {
            if (this.#fields.wanted) this.#fields.name(c);
            else while (at + 1 < length && TOKEN[bytes[at + 1]!] === 1) at++;
          } else if (c === COLON) {
            this.#state = VALUE;
            this.#fields.beginValue();
          } else return this.#malformed('a header name with a wrong character');
          break;
        case LINE_END:
          if (c !== LF) return this.#malformed('a carriage return without a line feed');
          if (!this.#trailers && !this.#fields.endLine()) return this.#malformed(this.#fields.problem);
          this.#state = LINE_START;
          break;
        default: {
          if (c !== LF) return this.#malformed('a carriage return without a line feed');
          this.#headBytes += at + 1 - from;
          if (learns && this.#status >= 200) this.#learn(bytes, from, at + 1);
          return this.#headComplete(at + 1, length);
        }
      }
    }
    this.#headBytes += length - from;
    return this.#headBytes > MAX_HEAD_BYTES ? this.#malformed(HEADERS_TOO_LARGE) : length;
  }

  #learn(bytes: Buffer, from: number, end: number): void {
    this.#known.learn(bytes, from, end, { status: this.#status, minor: this.#minor, framing: this.#fields.framing });
  }

  /** "HTTP/1.x nnn", then a space and a reason, or the end of the line. */
  #statusLine(c: number): boolean {
    const at = this.#at++;
    if (at < 7) return c === PROTOCOL[at];
    if (at === 7) {
      this.#minor = c - ZERO;
      return this.#minor === 0 || this.#minor === 1;
    }
    if (at === 8) return c === SPACE;
    if (at < 12) {
      this.#status = this.#status * 10 + (c - ZERO);
      return c >= ZERO && c <= NINE && this.#status > 0;
    }
    this.#state = c === CR ? LINE_END : REASON;
    return c === CR || c === SPACE;
  }

  #headComplete(at: number, length: number): number {
    if (this.#trailers) return this.#endAt(at, length, true);
    if (this.#headBytes > MAX_HEAD_BYTES) return this.#malformed(HEADERS_TOO_LARGE);
    const { contentLength, chunked } = this.#fields;
    if (chunked && contentLength >= 0) return this.#malformed('both a content-length and a transfer-encoding');
    if (chunked && this.#minor === 0) return this.#malformed('a transfer-encoding in HTTP/1.0');
    if (this.#status === 101) return this.#malformed('an upgrade that no request asked for');
    if (this.#status < 200) {
      this.#state = HEAD;
      return at;
    }
    this.#events.head(this.#status, this.#fields.gathers ? this.#fields.headers : undefined);
    if (this.#noBody || this.#status === 204 || this.#status === 304) return this.#endAt(at, length, true);
    if (chunked) {
      this.#state = CHUNK_SIZE;
      this.#beginChunk();
      return at;
    }
    if (contentLength < 0) {
      this.#state = BODY_UNTIL_CLOSE;
      return at;
    }
    if (contentLength === 0) return this.#endAt(at, length, true);
    this.#state = BODY_OF_LENGTH;
    this.#left = contentLength;
    return at;
  }

  #body(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#left);
    this.#left -= end - at;
    this.#data(bytes, at, end);
    return this.#left === 0 ? this.#endAt(end, length, true) : end;
  }

  #data(bytes: Buffer, at: number, end: number): void {
    if (this.#events.indifferent !== true) this.#events.data(bytes.subarray(at, end));
  }

  #beginChunk(): void {
    this.#at = 0;
    this.#left = 0;
  }

  #chunk(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#left);
    this.#left -= end - at;
    this.#data(bytes, at, end);
    if (this.#left === 0) this.#state = CHUNK_DATA_CR;
    return end;
  }

  /** What stands around the chunks; answers behind one byte or at the first of data. */
  #framing(bytes: Buffer, at: number): number {
    const c = bytes[at]!;
    switch (this.#state) {
      case CHUNK_SIZE: {
        const digit = HEX[c]!;
        if (digit >= 0 && this.#at++ < 12) this.#left = this.#left * 16 + digit;
        else if (digit >= 0 || this.#at === 0) return this.#malformed('a chunk size that is none');
        else if (c === CR) this.#state = CHUNK_SIZE_END;
        else if (c === SEMICOLON) this.#state = CHUNK_EXTENSION;
        else return this.#malformed('a chunk size that is none');
        return at + 1;
      }
      case CHUNK_EXTENSION:
        // Of each chunk alone: a long stream may have one at every chunk.
        if (++this.#at > MAX_HEAD_BYTES) return this.#malformed(HEADERS_TOO_LARGE);
        if (c === CR) this.#state = CHUNK_SIZE_END;
        else if (FIELD_TEXT[c] === 0) return this.#malformed('a control character in a chunk extension');
        return at + 1;
      case CHUNK_DATA_CR:
        if (c !== CR) return this.#malformed('a chunk that is longer than its size');
        this.#state = CHUNK_DATA_END;
        return at + 1;
      case CHUNK_DATA_END:
        if (c !== LF) return this.#malformed('a carriage return without a line feed');
        this.#state = CHUNK_SIZE;
        this.#beginChunk();
        return at + 1;
      default:
        if (c !== LF) return this.#malformed('a carriage return without a line feed');
        this.#trailers = this.#left === 0;
        this.#state = this.#trailers ? LINE_START : CHUNK_DATA;
        return at + 1;
    }
  }

  #endAt(at: number, length: number, reusable: boolean): number {
    if (at < length) return this.#malformed('bytes behind the end of the response');
    this.#end(reusable && !this.#fields.closes(this.#minor));
    return -1;
  }

  #end(reusable: boolean): void {
    this.#state = IDLE;
    this.#events.end(reusable, this.#fields.idleLimit);
  }

  #malformed(reason: string): number {
    this.#state = IDLE;
    this.#events.malformed(reason);
    return -1;
  }
}
