import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import type { Dial } from '../connect/dial.ts';
import { connectionClosed } from '../error-kind.ts';
import type { Http2Stream, StreamOwner } from './stream.ts';

/** Node's own limit on the streams of a connection. */
const MOST_STREAMS = 2 ** 31 - 1;

/** One HTTP/2 connection with the streams that it carries, and those that wait until it can carry them. */
export class Http2Connection implements StreamOwner {
  /** False from its first sign of an end on: what comes then takes another connection. */
  usable = true;
  readonly #stopDialling: () => void;
  #session: ClientHttp2Session | undefined;
  readonly #waiting = new Set<Http2Stream>();
  #room = 0;
  #limit = 0;

  constructor(dial: Dial, url: URL) {
    this.#stopDialling = dial(
      { protocol: 'h2' },
      { open: (socket) => this.#open(socket, url), failed: (error) => this.#end(error) },
    );
  }

  #open(socket: Socket, url: URL): void {
    const session = connectHttp2(url, { createConnection: () => socket, settings: { enablePush: false } });
    this.#session = session;
    // The server's first word. Only then it is known how many streams there may be.
    session.on('remoteSettings', ({ maxConcurrentStreams = MOST_STREAMS }) => {
      this.#room += maxConcurrentStreams - this.#limit;
      this.#limit = maxConcurrentStreams;
      this.#fill();
    });
    session.on('goaway', () => this.#end(connectionClosed()));
    session.on('error', (error) => this.#end(error));
    session.on('close', () => this.#end(connectionClosed()));
  }

  send(stream: Http2Stream): void {
    this.#waiting.add(stream);
    stream.connection = this;
    this.#fill();
  }

  /** Takes back a stream that was not written yet. */
  forget(stream: Http2Stream): void {
    this.#waiting.delete(stream);
  }

  /** A stream has ended and leaves its room to the next. */
  leave(): void {
    this.#room++;
    this.#fill();
  }

  close(): void {
    this.usable = false;
    this.#stopDialling();
    this.#session?.destroy();
  }

  #fill(): void {
    for (const stream of this.#waiting) {
      if (this.#session === undefined || this.#room <= 0 || !this.usable) return;
      this.#waiting.delete(stream);
      this.#room--;
      stream.begin(this.#session);
    }
  }

  /** Streams that are under way hear of the end from the session itself. */
  #end(error: Error): void {
    if (this.usable) {
      this.usable = false;
      this.#session?.close();
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const stream of waiting) stream.failed(error);
  }
}
