import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { Use } from '../../../model/measure/connections/addresses.ts';
import type { AddressRecorder } from '../connect/address-recorder.ts';
import type { Dial } from '../connect/dial.ts';
import type { Lifetime } from '../connect/lifetime.ts';
import { connectionClosed, TransportError } from '../error-kind.ts';
import { errorName } from '../http2/frames/error-codes.ts';
import { CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES } from '../http2/receive-window.ts';
import { type Http2Stream, type StreamOwner, sessionError } from './stream.ts';

/** Node's own limit on the concurrent streams of a connection. */
const MAX_STREAMS = 2 ** 31 - 1;

/** The windows are the lean transport's: those of node:http2, of 65,535 bytes, slow a target down. */
const SETTINGS = { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES };

export type ConnectionOptions = {
  /** Sends requests again that this connection did not carry to the end, and the server did not process. */
  resend: (stream: Http2Stream) => void;
  addresses: AddressRecorder;
  /** Undefined: without limits. */
  lifetime: Lifetime | undefined;
};

/** One HTTP/2 connection: the streams that it carries, and a queue of those above the server's limit on concurrent streams. */
export class MultiplexedConnection implements StreamOwner {
  goneAway: Error | undefined;
  lastStream = Number.POSITIVE_INFINITY;
  readonly resend: (stream: Http2Stream) => void;
  readonly #abortDial: () => void;
  readonly #lifetime: Lifetime | undefined;
  #retired = false;
  /** Whether it takes no further requests: it has received as many as it may carry, or is old. */
  #isFull = false;
  #openStreams = 0;
  #session: ClientHttp2Session | undefined;
  #use: Use | undefined;
  readonly #queue = new Set<Http2Stream>();
  /** How many streams may still be opened. Negative after the server has lowered its limit. */
  #available = 0;
  #maxConcurrentStreams = 0;
  /** Whether the connection has carried a stream. */
  #carried = false;

  constructor(dial: Dial, url: URL, { resend, addresses, lifetime }: ConnectionOptions) {
    this.resend = resend;
    this.#lifetime = lifetime;
    this.#abortDial = dial(
      { protocol: 'h2' },
      {
        open: (socket) => {
          this.#use = addresses.opened(socket);
          this.#open(socket, url);
        },
        failed: (error) => this.#end(error),
      },
    );
  }

  #open(socket: Socket, url: URL): void {
    const session = connectHttp2(url, { createConnection: () => socket, settings: SETTINGS });
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    this.#session = session;
    // The server's first frame. Streams wait for it, as it sets their limit.
    session.on('remoteSettings', ({ maxConcurrentStreams = MAX_STREAMS }) => {
      this.#available += maxConcurrentStreams - this.#maxConcurrentStreams;
      this.#maxConcurrentStreams = maxConcurrentStreams;
      this.#openQueued();
    });
    session.on('goaway', (code, lastStream) => {
      this.lastStream = Math.min(this.lastStream, lastStream);
      if (code !== constants.NGHTTP2_NO_ERROR) this.goneAway = goneAway(code);
      this.#end(this.goneAway ?? connectionClosed());
    });
    session.on('error', (error) => this.#end(sessionError(error)));
    session.on('close', () => this.#end(connectionClosed()));
  }

  /** False as soon as the connection begins to close, which its events tell later. */
  get #isOpen(): boolean {
    const session = this.#session;
    return !this.#retired && session?.closed !== true && session?.destroyed !== true;
  }

  /** Whether it takes further requests; otherwise they need another one. */
  get usable(): boolean {
    return this.#isOpen && !this.#isFull;
  }

  /** Opens no further stream once the connection is old enough to end; those that are open go on. */
  retireIfAgeing(): void {
    if (!this.#carried || this.#isFull || this.#lifetime?.isAgeing !== true) return;
    this.#isFull = true;
    const queued = this.#takeQueue();
    this.#endIfDone();
    for (const stream of queued) this.resend(stream);
  }

  send(stream: Http2Stream): void {
    this.#isFull = this.#lifetime?.carriesLast() === true;
    this.#queue.add(stream);
    stream.owner = this;
    stream.waits();
    this.#openQueued();
  }

  dequeue(stream: Http2Stream): void {
    if (this.#queue.delete(stream)) this.#endIfDone();
  }

  streamClosed(): void {
    this.#available++;
    this.#openStreams--;
    this.#openQueued();
    this.#endIfDone();
  }

  close(): void {
    this.#retired = true;
    this.#abortDial();
    this.#session?.destroy();
  }

  #openQueued(): void {
    for (const stream of this.#queue) {
      if (this.#session === undefined || this.#available <= 0 || !this.#isOpen) return;
      this.#queue.delete(stream);
      this.#available--;
      this.#openStreams++;
      this.#carried = true;
      this.#use!.requests++;
      stream.open(this.#session, this);
    }
  }

  /** Ends a connection that is full, and has nothing left to carry. nghttp2 sends no requests after the GOAWAY of an earlier end. */
  #endIfDone(): void {
    if (!this.#isFull || this.#queue.size > 0 || this.#openStreams > 0 || this.#retired) return;
    if (this.#session === undefined) this.close();
    else this.retire();
  }

  #takeQueue(): Http2Stream[] {
    const queued = [...this.#queue];
    this.#queue.clear();
    return queued;
  }

  retire(): void {
    this.#retired = true;
    this.#session?.close();
  }

  /**
   * The connection ends. The session itself notifies the open streams. The queued ones were not written: another connection takes them, if
   * this one has carried any. Otherwise the server takes no streams, and they fail.
   */
  #end(reason: Error): void {
    if (!this.#retired) this.retire();
    for (const stream of this.#takeQueue()) {
      if (this.#carried) this.resend(stream);
      else stream.failed(reason);
    }
  }
}

function goneAway(code: number): Error {
  return new TransportError('ConnectionClosed', `the server closed the connection with ${errorName(code)}`);
}
