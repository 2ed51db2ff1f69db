import type { Dial } from '../connect/dial.ts';
import type { RequestEncoder } from './request-encoder.ts';
import { Session, type SessionEvents, type SessionOptions } from './session.ts';
import type { Http2Stream, StreamCarrier } from './stream.ts';

/** What the connections of a transport share. */
export type Http2 = SessionOptions & {
  dial: Dial;
  encoder: RequestEncoder;
  /** Sends a request on the next connection. */
  dispatch: (stream: Http2Stream) => void;
};

/** One HTTP/2 connection, from its dial to its end, and a queue of the requests above the server's limit on concurrent streams. */
export class MultiplexedConnection implements StreamCarrier, SessionEvents {
  readonly #http2: Http2;
  readonly #queue = new Set<Http2Stream>();
  #session: Session | undefined;
  readonly #abortDial: () => void;
  #isRetired = false;
  /** Whether the connection has carried a stream. */
  #hasCarried = false;

  constructor(http2: Http2) {
    this.#http2 = http2;
    const onBytes = (bytes: Buffer, length: number) => this.#session?.read(bytes, length);
    this.#abortDial = http2.dial(
      { protocol: 'h2', onBytes },
      {
        open: (socket) => {
          this.#session = new Session(socket, this, http2);
        },
        failed: (error) => {
          this.retire();
          this.ended(error);
        },
      },
    );
  }

  /** Whether it takes further requests. */
  get isUsable(): boolean {
    return !this.#isRetired;
  }

  send(stream: Http2Stream): void {
    stream.waits(this);
    if (this.#session?.mayOpen === true && this.#queue.size === 0) this.#open(this.#session, stream);
    else this.#queue.add(stream);
  }

  leave(stream: Http2Stream, code?: number): void {
    if (!this.#queue.delete(stream)) this.#session?.leave(stream, code);
  }

  mayOpen(): void {
    if (this.#queue.size === 0) return;
    const session = this.#session;
    for (const stream of this.#queue) {
      if (session?.mayOpen !== true) return;
      this.#queue.delete(stream);
      this.#open(session, stream);
    }
  }

  /** The requests that wait were not written: another connection takes them, if this one has carried any. */
  retire(): void {
    this.#isRetired = true;
    if (this.#hasCarried) for (const stream of this.#takeQueue()) this.#http2.dispatch(stream);
  }

  /** Requests that wait here still do so because the server has taken none. */
  ended(reason: Error): void {
    for (const stream of this.#takeQueue()) stream.failed(reason);
  }

  #takeQueue(): Http2Stream[] {
    const queued = [...this.#queue];
    this.#queue.clear();
    return queued;
  }

  /** Ends the connection at once; it carries no request. */
  close(): void {
    this.#isRetired = true;
    if (this.#session === undefined) this.#abortDial();
    else this.#session.close();
  }

  #open(session: Session, stream: Http2Stream): void {
    this.#hasCarried = true;
    session.open(stream, this.#http2.encoder.encode(stream.request!));
  }
}
