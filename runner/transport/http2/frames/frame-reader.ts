import { DATA, FRAME_HEADER_BYTES, MAX_FRAME_BYTES, PADDED, read31Bits } from './frame.ts';

/** The frames of a connection. Buffers are valid only during the call. */
export interface FrameEvents {
  /** A whole frame; its payload is in `bytes` from `from` to `to`. What was read with it follows up to `readEnd`, if it is in one piece. */
  frame(type: number, flags: number, stream: number, bytes: Buffer, from: number, to: number, readEnd: number): void;
  /** An unpadded DATA frame begins. Its payload follows as it arrives. */
  dataBegins(flags: number, stream: number, length: number): void;
  data(bytes: Buffer, from: number, to: number): void;
  dataEnds(): void;
  /** The header of a frame that is longer than this client allows. */
  tooLong(length: number): void;
}

/**
 * Splits the bytes of a connection into frames (RFC 9113, 4.1), in the buffer that they were read into. Only a frame that is cut by the end of
 * a read is put together, except for the payload of unpadded DATA, which passes through.
 */
export class FrameReader {
  readonly #events: FrameEvents;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerLength = 0;
  /** The frame whose payload arrives: its bytes so far, and how many it has. */
  #payload: Buffer | undefined;
  #payloadLength = 0;
  /** Of the DATA frame that passes through; -1: none. */
  #dataLeft = -1;
  #isStopped = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Ignores all further bytes. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Reads the next `length` bytes of the connection. */
  read(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length && !this.#isStopped) {
      if (this.#dataLeft >= 0) at = this.#passData(bytes, at, length);
      else if (this.#payload !== undefined) at = this.#gather(bytes, at, length, this.#payload);
      else if (this.#headerLength > 0 || length - at < FRAME_HEADER_BYTES) at = this.#gatherHeader(bytes, at, length);
      else at = this.#begin(bytes, at, at + FRAME_HEADER_BYTES, length);
    }
  }

  #gatherHeader(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + FRAME_HEADER_BYTES - this.#headerLength);
    this.#headerLength += bytes.copy(this.#header, this.#headerLength, at, end);
    if (this.#headerLength < FRAME_HEADER_BYTES) return end;
    this.#headerLength = 0;
    return this.#begin(bytes, end, end, length, this.#header);
  }

  /** Begins the frame whose header is in `headers` at 0, or in `bytes` at `at`; its payload follows at `from`. Returns where it stopped. */
  #begin(bytes: Buffer, at: number, from: number, length: number, headers?: Buffer): number {
    const header = headers ?? bytes;
    const start = headers === undefined ? at : 0;
    const payloadLength = (header[start]! << 16) | (header[start + 1]! << 8) | header[start + 2]!;
    const type = header[start + 3]!;
    const flags = header[start + 4]!;
    if (payloadLength > MAX_FRAME_BYTES) {
      this.#events.tooLong(payloadLength);
      return length;
    }
    const stream = read31Bits(header, start + 5);
    if (type === DATA && (flags & PADDED) === 0) {
      this.#dataLeft = payloadLength;
      this.#events.dataBegins(flags, stream, payloadLength);
      return this.#isStopped ? length : this.#passData(bytes, from, length);
    }
    const to = from + payloadLength;
    if (to <= length) {
      this.#events.frame(type, flags, stream, bytes, from, to, length);
      return to;
    }
    if (headers === undefined) bytes.copy(this.#header, 0, start, start + FRAME_HEADER_BYTES);
    this.#payload = Buffer.allocUnsafe(payloadLength);
    this.#payloadLength = bytes.copy(this.#payload, 0, from, length);
    return length;
  }

  #gather(bytes: Buffer, at: number, length: number, payload: Buffer): number {
    const end = Math.min(length, at + payload.length - this.#payloadLength);
    this.#payloadLength += bytes.copy(payload, this.#payloadLength, at, end);
    if (this.#payloadLength < payload.length) return end;
    this.#payload = undefined;
    const header = this.#header;
    this.#events.frame(header[3]!, header[4]!, read31Bits(header, 5), payload, 0, payload.length, payload.length);
    return end;
  }

  #passData(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#dataLeft);
    this.#dataLeft -= end - at;
    if (end > at) this.#events.data(bytes, at, end);
    if (this.#dataLeft > 0) return end;
    this.#dataLeft = -1;
    if (!this.#isStopped) this.#events.dataEnds();
    return end;
  }
}
