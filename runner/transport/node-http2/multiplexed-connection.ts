import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { Dial } from '../connect/dial.ts';
import { connectionClosed, TransportError } from '../error-kind.ts';
import { errorName } from '../http2/frames/error-codes.ts';
import { type Http2Stream, type StreamOwner, sessionError } from './stream.ts';

/** Node's own limit on the concurrent streams of a connection. */
const MAX_STREAMS = 2 ** 31 - 1;

/** One HTTP/2 connection: the streams that it carries, and a queue of those above the server's limit on concurrent streams. */
export class MultiplexedConnection implements StreamOwner {
  goneAway: Error | undefined;
  lastStream = Number.POSITIVE_INFINITY;
  readonly resend: (stream: Http2Stream) => void;
  readonly #abortDial: () => void;
  #retired = false;
  #session: ClientHttp2Session | undefined;
  readonly #queue = new Set<Http2Stream>();
  /** How many streams may still be opened. Negative after the server has lowered its limit. */
  #available = 0;
  #maxConcurrentStreams = 0;
  /** Whether the connection has carried a stream. */
  #carried = false;

  /** `resend` sends requests again that this connection did not carry to the end, and the server did not process. */
  constructor(dial: Dial, url: URL, resend: (stream: Http2Stream) => void) {
    this.resend = resend;
    this.#abortDial = dial(
      { protocol: 'h2' },
      { open: (socket) => this.#open(socket, url), failed: (error) => this.#end(error) },
    );
  }

  #open(socket: Socket, url: URL): void {
    const session = connectHttp2(url, { createConnection: () => socket, settings: { enablePush: false } });
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

  /** False as soon as the connection begins to close, which its events tell later; further requests need another one. */
  get usable(): boolean {
    const session = this.#session;
    return !this.#retired && session?.closed !== true && session?.destroyed !== true;
  }

  send(stream: Http2Stream): void {
    this.#queue.add(stream);
    stream.owner = this;
    this.#openQueued();
  }

  dequeue(stream: Http2Stream): void {
    this.#queue.delete(stream);
  }

  streamClosed(): void {
    this.#available++;
    this.#openQueued();
  }

  close(): void {
    this.#retired = true;
    this.#abortDial();
    this.#session?.destroy();
  }

  #openQueued(): void {
    for (const stream of this.#queue) {
      if (this.#session === undefined || this.#available <= 0 || !this.usable) return;
      this.#queue.delete(stream);
      this.#available--;
      this.#carried = true;
      stream.open(this.#session, this);
    }
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
    const queued = [...this.#queue];
    this.#queue.clear();
    for (const stream of queued) {
      if (this.#carried) this.resend(stream);
      else stream.failed(reason);
    }
  }
}

function goneAway(code: number): Error {
  return new TransportError('ConnectionClosed', `the server closed the connection with ${errorName(code)}`);
}
