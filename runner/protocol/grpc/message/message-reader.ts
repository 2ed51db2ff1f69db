import { zlib } from '../../../../model/common/zlib.ts';
import { valuesOf } from '../../../response/parsed-response.ts';
import type { Failure } from '../../../transport/error-kind.ts';
import type { ResponseHeaders } from '../../../transport/message.ts';
import { malformed, tooLarge, tooLargeDecompressed, tooLargeTogether } from './failures.ts';
import { GzipLength } from './gzip-length.ts';
import { COMPRESSED, PREFIX_BYTES } from './messages.ts';

type KeptMessage = { isCompressed: boolean; chunks: Buffer[] };

/** Reads the messages of one response after another, each behind its length, and keeps them where they are to be inspected. */
export class MessageReader {
  /** The messages that have begun. */
  count = 0;
  #limit = 0;
  /** Further messages are skipped. */
  #most = Number.POSITIVE_INFINITY;
  #skips = false;
  #keeps = false;
  /** The bytes of an incomplete prefix. */
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  /** The bytes of the current message that are still to come. */
  #remaining = 0;
  /** The current message, if it is compressed and not kept. */
  #gzip: GzipLength | undefined;
  #kept: KeptMessage[] = [];
  #keptBytes = 0;

  /** The next response begins. `limit`: that of one message, and of all that are kept together; bytes. Messages after the first `most` are skipped. */
  reset(limit: number, keeps: boolean, most = Number.POSITIVE_INFINITY): void {
    this.#limit = limit;
    this.#most = most;
    this.#skips = false;
    this.#keeps = keeps;
    this.#prefixBytes = 0;
    this.#remaining = 0;
    this.#gzip = undefined;
    this.count = 0;
    this.forget();
  }

  /** The messages that are complete. */
  get complete(): number {
    return this.#remaining > 0 && !this.#skips ? this.count - 1 : this.count;
  }

  /** Whether the last message is complete. */
  get isComplete(): boolean {
    return this.#remaining === 0 && this.#prefixBytes === 0;
  }

  /** Reads a chunk of a response with these headers; returns why it is no valid one. */
  read(chunk: Buffer, headers: ResponseHeaders): Failure | undefined {
    let failure: Failure | undefined;
    let at = 0;
    while (at < chunk.length && failure === undefined) {
      if (this.#remaining > 0) {
        const end = Math.min(chunk.length, at + this.#remaining);
        this.#remaining -= end - at;
        if (this.#keeps || this.#gzip !== undefined) failure = this.#take(chunk.subarray(at, end));
        at = end;
      } else if (this.#prefixBytes === 0 && chunk.length - at >= PREFIX_BYTES) {
        failure = this.#begin(chunk[at]!, chunk.readUInt32BE(at + 1), headers);
        at += PREFIX_BYTES;
      } else {
        const end = Math.min(chunk.length, at + PREFIX_BYTES - this.#prefixBytes);
        this.#prefixBytes += chunk.copy(this.#prefix, this.#prefixBytes, at, end);
        at = end;
        if (this.#prefixBytes < PREFIX_BYTES) continue;
        this.#prefixBytes = 0;
        failure = this.#begin(this.#prefix[0]!, this.#prefix.readUInt32BE(1), headers);
      }
    }
    return failure;
  }

  #begin(flags: number, length: number, headers: ResponseHeaders): Failure | undefined {
    this.#remaining = length;
    if (this.count === this.#most) {
      this.#skip();
      return undefined;
    }
    this.count++;
    if (length > this.#limit) return tooLarge(this.#limit);
    if (flags > COMPRESSED) return malformed('a message with unknown flags');
    if (flags === COMPRESSED && valuesOf(headers, 'grpc-encoding')[0] !== 'gzip')
      return malformed('a compressed message without grpc-encoding gzip');
    if (!this.#keeps) {
      this.#gzip = flags === COMPRESSED ? new GzipLength() : undefined;
      return undefined;
    }
    this.#keptBytes += length;
    if (this.#keptBytes > this.#limit) return tooLargeTogether(this.#limit);
    this.#kept.push({ isCompressed: flags === COMPRESSED, chunks: [] });
    return undefined;
  }

  #skip(): void {
    this.#skips = true;
    this.#keeps = false;
    this.#gzip = undefined;
  }

  /** The next part of a message that is kept, or compressed; one that nothing reads is too large as for a client that decompresses it. */
  #take(part: Buffer): Failure | undefined {
    if (this.#gzip === undefined) {
      this.#kept.at(-1)!.chunks.push(Buffer.from(part));
      return undefined;
    }
    this.#gzip.read(part);
    return this.#remaining === 0 && this.#gzip.bytes > this.#limit ? tooLargeDecompressed(this.#limit) : undefined;
  }

  /** The kept messages that are complete, decompressed. Throws an error with the code ERR_BUFFER_TOO_LARGE where they are too large together, and another where one is invalid. */
  payloads(): Buffer[] {
    let left = this.#limit;
    return this.#kept.slice(0, this.complete).map((message) => {
      const bytes = payloadOf(message, left);
      left -= bytes.length;
      return bytes;
    });
  }

  forget(): void {
    if (this.#kept.length > 0) this.#kept = [];
    this.#keptBytes = 0;
  }
}

function payloadOf({ isCompressed, chunks }: KeptMessage, limit: number): Buffer {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  // zlib has no limit of 0.
  return isCompressed ? zlib().gunzipSync(bytes, { maxOutputLength: Math.max(1, limit) }) : bytes;
}
