/**
 * Frames between a runner and the process of a script: the length of the rest, that of the JSON (both four bytes, big-endian), the JSON of a
 * message, and bytes whose lengths the message states.
 */
const LENGTH_BYTES = 4;
const HEAD_BYTES = 2 * LENGTH_BYTES;

/** A received frame. */
export type Frame = { json: string; bytes: Buffer };

/** The frame of a message with bytes in the order in which the message mentions them. */
export function encodeFrame(message: unknown, blobs: readonly Uint8Array[] = []): Buffer {
  const json = JSON.stringify(message);
  const jsonBytes = Buffer.byteLength(json);
  let length = HEAD_BYTES + jsonBytes;
  for (const blob of blobs) length += blob.byteLength;
  const frame = Buffer.allocUnsafe(length);
  frame.writeUInt32BE(length - LENGTH_BYTES, 0);
  frame.writeUInt32BE(jsonBytes, LENGTH_BYTES);
  frame.write(json, HEAD_BYTES);
  let at = HEAD_BYTES + jsonBytes;
  for (const blob of blobs) {
    frame.set(blob, at);
    at += blob.byteLength;
  }
  return frame;
}

/** A peer that does not keep to the format of frames. */
export class FrameError extends Error {}

/** Reads frames of at most `maxBytes` from chunks of a stream. */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** The bytes that the next frame needs. */
  #needed = HEAD_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The frames that a chunk completes. Throws a {@link FrameError}. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return [];
    const frames: Frame[] = [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (;;) {
      this.#needed = this.#lengthOf(rest);
      if (rest.length < this.#needed) break;
      frames.push(frameOf(rest.subarray(0, this.#needed)));
      rest = rest.subarray(this.#needed);
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return frames;
  }

  /** The length of the frame at the beginning of `bytes`; that of the head while it is incomplete. */
  #lengthOf(bytes: Buffer): number {
    if (bytes.length < HEAD_BYTES) return HEAD_BYTES;
    const length = bytes.readUInt32BE(0);
    if (length < LENGTH_BYTES || length > this.#maxBytes) throw new FrameError(`a frame of ${length} bytes`);
    return LENGTH_BYTES + length;
  }
}

function frameOf(bytes: Buffer): Frame {
  const end = HEAD_BYTES + bytes.readUInt32BE(LENGTH_BYTES);
  if (end > bytes.length) throw new FrameError('a message that is longer than its frame');
  return { json: bytes.toString('utf8', HEAD_BYTES, end), bytes: bytes.subarray(end) };
}

/** Takes the bytes of a frame one after another. */
export class Bytes {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  /** The next `length` bytes. Throws a {@link FrameError} when there are fewer. */
  take(length: number): Buffer {
    if (length > this.#rest.length) throw new FrameError('fewer bytes than the message states');
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}
