import { HEADERS_TOO_LARGE } from '../message.ts';
import { COMPRESSION_ERROR, ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR } from './frames/error-codes.ts';
import { END_HEADERS, END_STREAM, endsWithin, headersBytes, PADDED, WITH_PRIORITY } from './frames/frame.ts';
import { HeaderBlock } from './frames/header-block.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { endWithoutPadding, mayContinue, type Receiving } from './receiving.ts';
import { ResponseHead } from './response-head.ts';

const PRIORITY_BYTES = 5;

/** Receives HEADERS and CONTINUATIONs, and passes decoded heads and trailers to their streams. */
export class HeaderReceiver {
  readonly #to: Receiving;
  readonly #decoder = new HpackDecoder();
  readonly #head = new ResponseHead();
  readonly #block = new HeaderBlock();

  constructor(to: Receiving) {
    this.#to = to;
  }

  /** The stream whose block is incomplete; 0: none. */
  get openBlock(): number {
    return this.#block.stream;
  }

  /** A frame. `bytes` was read up to `readEnd`. */
  headers(flags: number, stream: number, bytes: Buffer, from: number, to: number, readEnd: number): void {
    const end = endWithoutPadding(flags, bytes, from, to, this.#to);
    if (end < 0) return;
    const start = from + ((flags & PADDED) === 0 ? 0 : 1) + ((flags & WITH_PRIORITY) === 0 ? 0 : PRIORITY_BYTES);
    if (start > end) {
      this.#to.violated(FRAME_SIZE_ERROR, 'HEADERS that are shorter than their priority');
      return;
    }
    const endsStream = (flags & END_STREAM) !== 0;
    if ((flags & END_HEADERS) !== 0) {
      const isWhole = endsStream || endsWithin(bytes, to, readEnd, stream);
      this.#receive(stream, endsStream, isWhole, bytes, start, end);
    } else if (this.#to.streams.get(stream) !== undefined || mayContinue(stream, this.#to)) {
      this.#block.begin(stream, endsStream);
      this.#add(bytes, start, end);
    }
  }

  /** Continues the open block. */
  continuation(flags: number, stream: number, bytes: Buffer, from: number, to: number): void {
    const { endsStream } = this.#block;
    if (!this.#to.idleFrames.add()) this.#to.violated(ENHANCE_YOUR_CALM, 'too many CONTINUATIONs');
    else if (this.#add(bytes, from, to) && (flags & END_HEADERS) !== 0) {
      const block = this.#block.take();
      this.#receive(stream, endsStream, endsStream, block, 0, block.length);
    }
  }

  #add(bytes: Buffer, from: number, to: number): boolean {
    const fits = this.#block.add(bytes, from, to);
    if (!fits) this.#to.violated(ENHANCE_YOUR_CALM, HEADERS_TOO_LARGE, 'HeadersTooLarge');
    return fits;
  }

  /** Decodes a whole block, for a cancelled stream, too: each block may change the table. */
  #receive(id: number, endsStream: boolean, isWhole: boolean, bytes: Buffer, from: number, to: number): void {
    const { streams, closed, idleFrames } = this.#to;
    const stream = streams.get(id);
    if (stream === undefined && !mayContinue(id, this.#to)) return;
    if (stream !== undefined) stream.bytes.received += headersBytes(to - from);
    const problem = this.#decode(stream?.collects === true, bytes, from, to);
    if (problem !== '') this.#to.violated(COMPRESSION_ERROR, problem);
    else if (stream !== undefined) {
      idleFrames.progress();
      stream.head(this.#head, endsStream, isWhole);
    } else if (endsStream) closed.ended(id);
  }

  /** Most responses have the head of the one before, which the cache holds. The fields themselves are not in it. */
  #decode(collects: boolean, bytes: Buffer, from: number, to: number): string {
    const { headCache } = this.#to;
    this.#head.begin(collects);
    if (!collects && to > from && headCache.lengthAt(bytes, from, to) === to - from) {
      const { head, needsEmptyTable } = headCache.head!;
      if (this.#decoder.keepsNothing || !needsEmptyTable) {
        this.#head.restore(head);
        return '';
      }
    }
    const problem = this.#decoder.decode(bytes, from, to, this.#head);
    const { parsed } = this.#head;
    if (!collects && problem === '' && parsed !== undefined && this.#decoder.isStateless)
      headCache.store(bytes, from, to, { head: parsed, needsEmptyTable: this.#decoder.adds });
    return problem;
  }
}
