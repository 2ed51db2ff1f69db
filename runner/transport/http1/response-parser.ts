import { HEADER_NAME } from '../../../api/loadtest/http-names.ts';
import { HeadCache } from '../head-cache.ts';
import { HEADERS_TOO_LARGE, MAX_HEAD_BYTES, type ResponseHeaders } from '../message.ts';
import { ChunkFraming, DATA, FRAMING, MALFORMED } from './chunk-framing.ts';
import { FIELD_TEXT } from './field-text.ts';
import { type Framing, HeadFields } from './head-fields.ts';
import { isHttp2Preface } from './http2-preface.ts';

/** The events of one response; none follows `end` or `malformed`. The chunk of `data` is valid only during the call. */
export interface ResponseEvents {
  /** Whether the body is of no interest, from `head` on; then there is no `data`. */
  readonly ignoresBody?: boolean;
  /**
   * `headers`: all of them when the request wants them; otherwise the content-encoding alone, if there is one. `isWhole`: the rest of the
   * response is in the bytes that are being parsed.
   */
  head(status: number, headers: ResponseHeaders | undefined, isWhole: boolean): void;
  data(chunk: Buffer): void;
  /**
   * The response is complete. `reusable`: the connection may carry another request, after at most `idleLimit` microseconds; undefined:
   * without limit. The parser does not touch its input after this call.
   */
  end(reusable: boolean, idleLimit?: number): void;
  malformed(reason: string): void;
}

export const TRAILING_BYTES = 'trailing bytes after the response, which target.http.transport: Undici ignores';
const NO_STATUS_LINE = 'the status line is not HTTP/1.x';
const HTTP2 = 'a frame of HTTP/2, as of a server without HTTP/1.1 at this port: target.http.version: HTTP2';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const PROTOCOL = Buffer.from('HTTP/1.');

/** The parsed form of a head. */
export type CachedHead = { status: number; minor: number; framing: Framing };

/** The states, in the order of a response on the wire. */
const IDLE = 0;
const HEAD = 1;
const STATUS_LINE = 2;
const REASON_PHRASE = 3;
const LINE_START = 4;
const NAME = 5;
const VALUE = 6;
const LINE_END = 7;
const HEAD_END = 8;
const BODY_OF_LENGTH = 9;
const BODY_UNTIL_CLOSE = 10;
const CHUNK_FRAMING = 11;
const CHUNK_DATA = 12;

/** The bytes of a field name. */
const TOKEN = new Uint8Array(256).map((_, c) => (HEADER_NAME.test(String.fromCharCode(c)) ? 1 : 0));

/**
 * An incremental parser of HTTP/1.1 responses (RFC 9112), for one request at a time. It reads every byte once and keeps nothing of its
 * input. It is strict: everything ambiguous (bare line ends, two different lengths, trailing bytes) is malformed, as a load test must not
 * attribute bytes to the wrong request.
 */
export class ResponseParser {
  readonly #events: ResponseEvents;
  readonly #fields = new HeadFields();
  readonly #headCache: HeadCache<CachedHead>;
  readonly #chunks = new ChunkFraming();
  #state = IDLE;
  #noBody = false;
  #at = 0;
  #headBytes = 0;
  #minor = 0;
  #status = 0;
  #remaining = 0;
  #trailers = false;
  /** Whether a line of whitespace and text continues the value of the line before it (RFC 9112, 5.2). */
  #foldable = false;

  /** The parsers of one target's responses may share `headCache`. */
  constructor(events: ResponseEvents, headCache = new HeadCache<CachedHead>()) {
    this.#events = events;
    this.#headCache = headCache;
  }

  /** Expects the response to a request with this method. */
  begin(method: string, wantsHeaders = false): void {
    this.#fields.collects = wantsHeaders;
    this.#noBody = method === 'HEAD';
    this.#headBytes = 0;
    this.#trailers = false;
    this.#state = HEAD;
  }

  /** Whether the head alone ends the current or last response. */
  get hasNoBody(): boolean {
    return this.#noBody || this.#status === 204 || this.#status === 304;
  }

  /** Discards the current response. */
  reset(): void {
    this.#state = IDLE;
  }

  /** Parses the next `length` bytes of the connection. */
  execute(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      const next = this.#step(bytes, at, length);
      if (next < 0) return; // ended or malformed: this object may already parse the response to the next request
      at = next;
    }
  }

  /** The connection was closed: true when that completes the response. */
  finish(): boolean {
    const complete = this.#state === BODY_UNTIL_CLOSE;
    if (complete) this.#end(false);
    return complete;
  }

  /** Parses from `at` and returns where it stopped, or -1 when the response has ended. */
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
        return this.#startHead(bytes, at, length);
      case IDLE:
        return this.#malformed('an unsolicited response');
      case CHUNK_FRAMING:
        return this.#framing(bytes, at, length);
      default:
        return this.#head(bytes, at, length, false);
    }
  }

  /** Parses a head from its first byte. The cache is for responses whose headers are not collected: those differ. */
  #startHead(bytes: Buffer, at: number, length: number): number {
    const { collects } = this.#fields;
    const cached = collects ? 0 : this.#headCache.lengthAt(bytes, at, length);
    this.#fields.clear();
    if (cached > 0) {
      const { status, minor, framing } = this.#headCache.head!;
      this.#status = status;
      this.#minor = minor;
      this.#fields.framing = framing;
      this.#headBytes += cached;
      return this.#headComplete(at + cached, length);
    }
    this.#at = 0;
    this.#status = 0;
    this.#foldable = false;
    this.#state = STATUS_LINE;
    return this.#head(bytes, at, length, !collects);
  }

  /** `cacheable`: the head begins at `from`, and may be cached if all of it is here. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the hot loop over the bytes of a head
  #head(bytes: Buffer, from: number, length: number, cacheable: boolean): number {
    for (let at = from; at < length; at++) {
      const c = bytes[at]!;
      switch (this.#state) {
        case STATUS_LINE:
          if (!this.#statusLine(c)) return this.#malformed(isHttp2Preface(bytes, at, length) ? HTTP2 : NO_STATUS_LINE);
          break;
        case REASON_PHRASE:
        case VALUE:
          if (FIELD_TEXT[c] === 1) {
            if (this.#fields.relevant) this.#fields.value(c);
            else while (at + 1 < length && FIELD_TEXT[bytes[at + 1]!] === 1) at++;
          } else if (c === CR) this.#state = LINE_END;
          else return this.#malformed('a control character in a header');
          break;
        case LINE_START:
          if ((c === SPACE || c === TAB) && this.#foldable) {
            this.#state = VALUE;
            if (this.#fields.relevant) this.#fields.value(SPACE);
            break;
          }
          if (!this.#trailers && !this.#fields.endLine()) return this.#malformed(this.#fields.problem);
          if (c === CR) this.#state = HEAD_END;
          else if (TOKEN[c] === 1) {
            this.#state = NAME;
            this.#fields.beginName(c);
          } else return this.#malformed('an invalid character in a header name');
          break;
        case NAME:
          if (TOKEN[c] === 1) {
            if (this.#fields.relevant) this.#fields.name(c);
            else while (at + 1 < length && TOKEN[bytes[at + 1]!] === 1) at++;
          } else if (c === COLON) {
            this.#state = VALUE;
            this.#foldable = true;
            this.#fields.beginValue();
          } else return this.#malformed('an invalid character in a header name');
          break;
        case LINE_END:
          if (c !== LF) return this.#malformed('a carriage return without a line feed');
          this.#state = LINE_START;
          break;
        default: {
          if (c !== LF) return this.#malformed('a carriage return without a line feed');
          this.#headBytes += at + 1 - from;
          if (cacheable && this.#status >= 200) this.#cache(bytes, from, at + 1);
          return this.#headComplete(at + 1, length);
        }
      }
    }
    this.#headBytes += length - from;
    return this.#headBytes > MAX_HEAD_BYTES ? this.#malformed(HEADERS_TOO_LARGE) : length;
  }

  #cache(bytes: Buffer, from: number, end: number): void {
    this.#headCache.store(bytes, from, end, {
      status: this.#status,
      minor: this.#minor,
      framing: this.#fields.framing,
    });
  }

  /** "HTTP/1.x nnn", then a space and a reason phrase, or the end of the line. */
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
    this.#state = c === CR ? LINE_END : REASON_PHRASE;
    return c === CR || c === SPACE;
  }

  #headComplete(at: number, length: number): number {
    if (this.#trailers) return this.#endAt(at, length, true);
    if (this.#headBytes > MAX_HEAD_BYTES) return this.#malformed(HEADERS_TOO_LARGE);
    const { contentLength, chunked } = this.#fields;
    if (chunked && contentLength >= 0) return this.#malformed('both a content-length and a transfer-encoding');
    if (chunked && this.#minor === 0) return this.#malformed('a transfer-encoding in HTTP/1.0');
    if (this.#status === 101) return this.#malformed('an upgrade without a request for it');
    if (this.#status < 200) {
      this.#state = HEAD;
      return at;
    }
    const { hasNoBody } = this;
    const isWhole = hasNoBody || (contentLength >= 0 && contentLength <= length - at);
    this.#events.head(this.#status, this.#fields.collects ? this.#fields.headers : this.#fields.coding, isWhole);
    if (hasNoBody) return this.#endWithoutBody(at, length);
    if (chunked) {
      this.#state = CHUNK_FRAMING;
      this.#chunks.begin();
      return at;
    }
    if (contentLength < 0) {
      this.#state = BODY_UNTIL_CLOSE;
      return at;
    }
    if (contentLength === 0) return this.#endAt(at, length, true);
    this.#state = BODY_OF_LENGTH;
    this.#remaining = contentLength;
    return at;
  }

  #body(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#remaining);
    this.#remaining -= end - at;
    this.#data(bytes, at, end);
    return this.#remaining === 0 ? this.#endAt(end, length, true) : end;
  }

  #data(bytes: Buffer, at: number, end: number): void {
    if (this.#events.ignoresBody !== true) this.#events.data(bytes.subarray(at, end));
  }

  #chunk(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#chunks.remaining);
    this.#data(bytes, at, end);
    if (this.#chunks.skip(end - at)) this.#state = CHUNK_FRAMING;
    return end;
  }

  /** Parses chunk sizes, extensions and line ends up to the data of a chunk, or up to the trailers. */
  #framing(bytes: Buffer, from: number, length: number): number {
    for (let at = from; at < length; at++) {
      const next = this.#chunks.read(bytes[at]!);
      if (next === FRAMING) continue;
      if (next === MALFORMED) return this.#malformed(this.#chunks.problem);
      this.#trailers = next !== DATA;
      this.#foldable = false;
      this.#state = this.#trailers ? LINE_START : CHUNK_DATA;
      return at + 1;
    }
    return length;
  }

  #endAt(at: number, length: number, reusable: boolean): number {
    if (at < length) return this.#malformed(TRAILING_BYTES);
    this.#end(reusable && !this.#fields.closes(this.#minor));
    return -1;
  }

  /**
   * Some servers send a body, or its last chunk, behind a response that has none. The head alone ends such a response (RFC 9112, 6.3), so
   * that the bytes belong to no other; the connection is not used again. A 204 that announces chunks may be followed by one later.
   */
  #endWithoutBody(at: number, length: number): number {
    const mayBeFollowed = this.#status === 204 && this.#fields.chunked;
    this.#end(at === length && !mayBeFollowed && !this.#fields.closes(this.#minor));
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
