import type { ByteTally } from '../byte-tally.ts';
import { FRAME_HEADER_BYTES, MAX_31_BITS, MAX_FRAME_BYTES } from './frames/frame.ts';
import type { Output } from './frames/output.ts';

/** A stream as the sender of its body sees it: `sentBytes` of `body` were sent, and `sendWindow` more may be. */
export interface SendingStream {
  readonly id: number;
  readonly body: Buffer;
  readonly bytes: ByteTally;
  sentBytes: number;
  /** Negative after the server has lowered the initial window (RFC 9113, 6.9.2). */
  sendWindow: number;
}

/** Sends the bodies of requests as far as the server's flow-control windows and the socket allow. */
export class BodySender {
  readonly #output: Output;
  readonly #waiting = new Set<SendingStream>();
  /** The window of the connection. */
  #window: number;

  constructor(output: Output, window: number) {
    this.#output = output;
    this.#window = window;
  }

  /** Whether a body waits for the server. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Sends the body of a stream: now, or as soon as that is possible. */
  add(stream: SendingStream): void {
    while (this.#sendFrame(stream));
    if (stream.sentBytes < stream.body.length) this.#waiting.add(stream);
  }

  remove(stream: SendingStream): void {
    this.#waiting.delete(stream);
  }

  /** The server has opened the connection's window; false when that is too much for 31 bits. */
  open(bytes: number): boolean {
    this.#window += bytes;
    return this.#window <= MAX_31_BITS;
  }

  /** Continues with the waiting bodies, a frame of each in turn. */
  resume(): void {
    let sends = true;
    while (sends) {
      sends = false;
      for (const stream of this.#waiting) {
        if (!this.#sendFrame(stream)) continue;
        sends = true;
        if (stream.sentBytes === stream.body.length) this.#waiting.delete(stream);
      }
    }
  }

  /** Sends the next frame of a body; false when there is none, or it has to wait. */
  #sendFrame(stream: SendingStream): boolean {
    const { id, body, sentBytes, sendWindow } = stream;
    const bytes = Math.min(MAX_FRAME_BYTES, body.length - sentBytes, this.#window, sendWindow);
    if (bytes <= 0 || this.#output.isCongested) return false;
    const to = sentBytes + bytes;
    this.#output.data(id, body, sentBytes, to, to === body.length);
    stream.sentBytes = to;
    stream.bytes.sent += FRAME_HEADER_BYTES + bytes;
    stream.sendWindow -= bytes;
    this.#window -= bytes;
    return true;
  }
}
