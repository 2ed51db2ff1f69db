/** The types of frames (RFC 9113, 6). Frames of other types are ignored. */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** Flags of frames. */
export const END_STREAM = 0x01;
export const ACK = 0x01;
export const END_HEADERS = 0x04;
export const PADDED = 0x08;
export const WITH_PRIORITY = 0x20;

export const FRAME_HEADER_BYTES = 9;
/** The longest payload of a frame: the default of SETTINGS_MAX_FRAME_SIZE, which no server may lower, and this client keeps. */
export const MAX_FRAME_BYTES = 16_384;

/** The bytes of the frames that carry a header block of `length` bytes, if each but the last is full and none is padded. */
export function headersBytes(length: number): number {
  return length + FRAME_HEADER_BYTES * Math.max(1, Math.ceil(length / MAX_FRAME_BYTES));
}
/** A stream identifier and a flow-control window have 31 bits. */
export const MAX_31_BITS = 2 ** 31 - 1;
/** A window that a server opens by too much. */
export const WINDOW_TOO_LARGE = 'a flow-control window that is too large';
/** The connection itself. */
export const NO_STREAM = 0;

/**
 * Whether the rest of a response on `stream` lies in `bytes` from `at` to `length`: frames of this stream alone, up to the one that ends it.
 */
export function endsWithin(bytes: Buffer, at: number, length: number, stream: number): boolean {
  for (let from = at; from + FRAME_HEADER_BYTES <= length; ) {
    const type = bytes[from + 3]!;
    const flags = bytes[from + 4]!;
    const to = from + FRAME_HEADER_BYTES + ((bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!);
    if (to > length || type > HEADERS || read31Bits(bytes, from + 5) !== stream) return false;
    if ((flags & END_STREAM) !== 0) return type === DATA || (flags & END_HEADERS) !== 0;
    from = to;
  }
  return false;
}

/** A violation of the protocol by the server, which ends the connection: its error code, and what it was. */
export type Violation = { code: number; what: string };

/** Reads the 31 bits of a stream identifier or of a window; the reserved bit is ignored. */
export function read31Bits(bytes: Buffer, at: number): number {
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
