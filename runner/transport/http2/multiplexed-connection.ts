import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import type { Dial } from '../connect/dial.ts';
import { connectionClosed } from '../error-kind.ts';
import type { Http2Stream, StreamOwner } from './stream.ts';

/** Node's own limit on the concurrent streams of a connection. */
const MAX_STREAMS = 2 ** 31 - 1;

/** One HTTP/2 connection: the streams that it carries, and a queue of those above the server's limit on concurrent streams. */
export class MultiplexedConnection implements StreamOwner {
  /** False as soon as the connection begins to close; further requests need another one. */
  usable = true;
  readonly #abortDial: () => void;
  #session: ClientHttp2Session | undefined;
  readonly #queue = new Set<Http2Stream>();
  /** How many streams may still be opened. Negative after the server has lowered its limit. */
  #available = 0;
  #maxConcurrentStreams = 0;

  constructor(dial: Dial, url: URL) {
    this.#abortDial = dial(
      { protocol: 'h2' },
      { open: (socket) => this.#open(socket, url), failed: (error) => this.#fail(error) },
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
    session.on('goaway', () => this.#fail(connectionClosed()));
    session.on('error', (error) => this.#fail(error));
    session.on('close', () => this.#fail(connectionClosed()));
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
    this.usable = false;
    this.#abortDial();
    this.#session?.destroy();
  }

  #openQueued(): void {
    for (const stream of this.#queue) {
      if (this.#session === undefined || this.#available <= 0 || !this.usable) return;
      this.#queue.delete(stream);
      this.#available--;
      stream.open(this.#session);
    }
  }

  /** Fails the queued streams; the session itself notifies the open ones. */
  #fail(error: Error): void {
    if (this.usable) {
      this.usable = false;
      this.#session?.close();
    }
    const queued = [...this.#queue];
    this.#queue.clear();
    for (const stream of queued) stream.failed(error);
  }
}
