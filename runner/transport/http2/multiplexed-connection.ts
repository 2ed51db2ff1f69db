import type { Use } from '../../../model/measure/connections/addresses.ts';
import type { AddressRecorder } from '../connect/address-recorder.ts';
import type { Dial } from '../connect/dial.ts';
import type { Lifetime } from '../connect/lifetime.ts';
import type { RequestEncoder } from './request-encoder.ts';
import { Session, type SessionEvents, type SessionOptions } from './session.ts';
import type { Http2Stream, StreamCarrier } from './stream.ts';

/** What the connections of a transport share. */
export type Http2 = SessionOptions & {
  dial: Dial;
  encoder: RequestEncoder;
  /** Sends a request on the next connection. */
  dispatch: (stream: Http2Stream) => void;
  addresses: AddressRecorder;
  /** Begins the life of a connection; undefined: without limit. */
  newLifetime: (() => Lifetime) | undefined;
};

/** One HTTP/2 connection, from its dial to its end, and a queue of the requests above the server's limit on concurrent streams. */
export class MultiplexedConnection implements StreamCarrier, SessionEvents {
  readonly #http2: Http2;
  readonly #queue = new Set<Http2Stream>();
  #session: Session | undefined;
  #use: Use | undefined;
  readonly #abortDial: () => void;
  readonly #lifetime: Lifetime | undefined;
  #isRetired = false;
  /** Whether it has received as many requests as it may carry. */
  #isFull = false;
  /** Whether the connection has carried a stream. */
  #hasCarried = false;

  constructor(http2: Http2) {
    this.#http2 = http2;
    this.#lifetime = http2.newLifetime?.();
    const onBytes = (bytes: Buffer, length: number) => this.#session?.read(bytes, length);
    this.#abortDial = http2.dial(
      { protocol: 'h2', onBytes },
      {
        open: (socket) => {
          this.#use = http2.addresses.opened(socket);
          this.#session = new Session(socket, this, http2);
        },
        failed: (error) => {
          this.retire();
          this.ended(error);
        },
      },
    );
  }

  get inFlight(): number {
    return this.#queue.size + (this.#session === undefined ? 0 : this.#session.streams.size);
  }

  /** A connection that is old enough to end opens no further stream; those that are open go on. */
  takesAnother(): boolean {
    if (this.#hasCarried && this.#lifetime?.isAgeing === true) this.#session!.retire();
    return !this.#isRetired && !this.#isFull;
  }

  send(stream: Http2Stream): void {
    stream.carriedBy(this);
    if (this.#lifetime !== undefined) this.#isFull = this.#lifetime.carriesLast();
    if (this.#session?.mayOpen === true && this.#queue.size === 0) this.#open(this.#session, stream);
    else {
      this.#queue.add(stream);
      stream.waits();
    }
  }

  leave(stream: Http2Stream, code?: number): void {
    if (!this.#queue.delete(stream)) this.#session?.leave(stream, code);
    else this.#retireIfFull();
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
    this.#use!.requests++;
    session.open(stream, this.#http2.encoder.encode(stream.request!));
    if (this.#isFull) this.#retireIfFull();
  }

  /** The last of the requests that a full connection carries is open, or has gone. */
  #retireIfFull(): void {
    if (!this.#isFull || this.#queue.size > 0) return;
    if (this.#session === undefined) this.#abortDial();
    else this.#session.retire();
  }
}
