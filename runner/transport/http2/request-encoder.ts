import type { OutgoingRequest } from '../message.ts';
import { EMPTY_TABLE, maxFieldBytes, writeField } from './hpack/literals.ts';

/** The header block of a request: the first `length` bytes. */
export type RequestBlock = { bytes: Buffer; length: number };

/** A header with its last value, and that value's bytes from its second use on. */
type LastField = { name: string; value: string | undefined; bytes: Buffer | undefined };

const SMALLEST_BYTES = 512;

/**
 * Encodes requests as header blocks (RFC 9113, 8.3). The blocks use no dynamic table, so that one encoding of a fixed request serves all
 * connections, and one of a constant header all requests of a template.
 */
export class RequestEncoder {
  readonly #scheme: string;
  readonly #host: string;
  readonly #fixed = new Map<OutgoingRequest, RequestBlock>();
  readonly #last = new Map<string, LastField>();
  readonly #block: RequestBlock = { bytes: Buffer.allocUnsafe(SMALLEST_BYTES), length: 0 };

  constructor(url: URL) {
    this.#scheme = url.protocol.slice(0, -1);
    this.#host = url.host;
  }

  /** The block of a request; of one that is not fixed, valid until the next call. */
  encode(request: OutgoingRequest): RequestBlock {
    if (!request.fixed) return this.#encode(request);
    const known = this.#fixed.get(request);
    if (known !== undefined) return known;
    const { bytes, length } = this.#encode(request);
    const block = { bytes: Buffer.from(bytes.subarray(0, length)), length };
    this.#fixed.set(request, block);
    return block;
  }

  /** A Host header becomes :authority. A request has no headers of its connection (FRAMING_HEADERS), which HTTP/2 forbids. */
  #encode({ method, path, headers, body }: OutgoingRequest): RequestBlock {
    const block = this.#block;
    block.length = 0;
    this.#put(':method', method);
    this.#put(':scheme', this.#scheme);
    this.#put(':authority', ownHost(headers) ?? this.#host);
    this.#put(':path', path);
    for (let i = 0; i < headers.length; i += 2) if (!isHost(headers[i]!)) this.#put(headers[i]!, headers[i + 1]!);
    if (body !== null) this.#put('content-length', String(body.length));
    return block;
  }

  #lastOf(header: string): LastField {
    let last = this.#last.get(header);
    if (last === undefined) {
      last = { name: header.toLowerCase(), value: undefined, bytes: undefined };
      this.#last.set(header, last);
    }
    return last;
  }

  #put(header: string, value: string): void {
    const last = this.#lastOf(header);
    const block = this.#block;
    const at = block.length;
    this.#reserve(maxFieldBytes(last.name, value));
    if (last.value === value && last.bytes !== undefined) {
      block.length += last.bytes.copy(block.bytes, at);
      return;
    }
    block.length = writeField(last.name, value, block.bytes, at);
    last.bytes = last.value === value ? Buffer.from(block.bytes.subarray(at, block.length)) : undefined;
    last.value = value;
  }

  #reserve(bytes: number): void {
    const { bytes: old, length } = this.#block;
    if (length + bytes <= old.length) return;
    this.#block.bytes = Buffer.allocUnsafe(2 * (length + bytes));
    old.copy(this.#block.bytes, 0, 0, length);
  }
}

/** What the first block of a connection begins with. */
export const BLOCK_PREFIX = Buffer.from([EMPTY_TABLE]);

/** The value of a Host header; undefined without one. */
function ownHost(headers: readonly string[]): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (isHost(headers[i]!)) return headers[i + 1];
  return undefined;
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host';
}
