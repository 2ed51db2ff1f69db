import type { Socket } from 'node:net';
import type { ErrorKind } from '../../../api/status/error-kinds.ts';
import { connectionClosed, TransportError } from '../error-kind.ts';
import type { HeadCache } from '../head-cache.ts';
import { BodySender } from './body-sender.ts';
import { ClosedStreams } from './closed-streams.ts';
import { errorName, FLOW_CONTROL_ERROR, NO_ERROR, PROTOCOL_ERROR } from './frames/error-codes.ts';
import { headersBytes, MAX_31_BITS, WINDOW_TOO_LARGE } from './frames/frame.ts';
import { FrameReader } from './frames/frame-reader.ts';
import { Output } from './frames/output.ts';
import { defaultSettings, type ServerSettings } from './frames/settings.ts';
import { IdleFrames } from './idle-frames.ts';
import { CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES } from './receive-window.ts';
import { Receiver } from './receiver.ts';
import type { CachedBlock, Receiving } from './receiving.ts';
import type { RequestBlock } from './request-encoder.ts';
import { BLOCK_PREFIX } from './request-encoder.ts';
import type { Http2Stream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** What happens to a session, for its connection. */
export interface SessionEvents {
  /** Another stream may be opened. */
  mayOpen(): void;
  /** No further stream can be opened; those that are open go on. */
  retire(): void;
  /** The session is over; its streams know. */
  ended(reason: Error): void;
}

/** How a session writes and closes. */
export type SessionOptions = {
  /** Flushes an output soon. */
  flushSoon: (output: Output) => void;
  /** Flushes an output before the event loop polls again. */
  flushAtTurnEnd: (output: Output) => void;
  /** Leaves a socket for the server to close. */
  closeGracefully: (socket: Socket) => void;
  /** Destroys a socket soon. */
  discard: (socket: Socket) => void;
  /** The identifier of the first stream: 1. */
  firstStream: number;
  headCache: HeadCache<CachedBlock>;
};

const UNLIMITED = Number.POSITIVE_INFINITY;

/** The streams of one open connection. */
export class Session implements Receiving {
  readonly streams = new StreamTable<Http2Stream>();
  readonly closed = new ClosedStreams();
  readonly idleFrames = new IdleFrames();
  readonly headCache: HeadCache<CachedBlock>;
  readonly output: Output;
  readonly bodies: BodySender;
  readonly #socket: Socket;
  readonly #events: SessionEvents;
  readonly #options: SessionOptions;
  readonly #reader: FrameReader;
  #nextStream: number;
  /** Undefined until the server has sent its settings: streams wait for them, as they limit their number. */
  #settings: ServerSettings | undefined;
  /** The last stream that the server may have processed, by its GOAWAY. */
  #lastProcessed = UNLIMITED;
  #isRetired = false;
  #isOver = false;

  constructor(socket: Socket, events: SessionEvents, options: SessionOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#nextStream = options.firstStream;
    this.headCache = options.headCache;
    const { initialWindowBytes } = defaultSettings();
    this.output = new Output(socket, options.flushSoon, options.flushAtTurnEnd);
    this.bodies = new BodySender(this.output, initialWindowBytes);
    this.#reader = new FrameReader(new Receiver(this));
    socket.on('error', (error) => this.#end(error));
    socket.once('end', () => this.#end(connectionClosed()));
    socket.once('close', () => this.#end(connectionClosed()));
    socket.on('drain', () => this.bodies.resume());
    this.output.preface(STREAM_WINDOW_BYTES, CONNECTION_WINDOW_BYTES, initialWindowBytes);
  }

  get lastOpened(): number {
    return this.#nextStream - 2;
  }

  /** Whether another stream may be opened now. */
  get mayOpen(): boolean {
    const { maxConcurrentStreams } = this.#settings ?? { maxConcurrentStreams: 0 };
    return !this.#isRetired && this.streams.size < maxConcurrentStreams;
  }

  /** Takes the next `length` bytes from the server. */
  read(bytes: Buffer, length: number): void {
    this.output.readBegins();
    this.#reader.read(bytes, length);
    this.output.readEnds(this.streams.size > 1);
  }

  /** Opens a stream with the request whose header block is `block`. */
  open(stream: Http2Stream, { bytes, length }: RequestBlock): void {
    const id = this.#nextStream;
    this.#nextStream += 2;
    stream.opened(id, this.#settings!.initialWindowBytes);
    this.streams.add(stream);
    const hasBody = stream.body.length > 0;
    stream.bytes.sent += headersBytes(length);
    if (id === this.#options.firstStream) {
      const first = Buffer.concat([BLOCK_PREFIX, bytes.subarray(0, length)]);
      this.output.headers(id, first, first.length, !hasBody);
    } else this.output.headers(id, bytes, length, !hasBody);
    this.output.begins(stream);
    if (hasBody) this.bodies.add(stream);
    this.idleFrames.progress();
    if (this.#nextStream > MAX_31_BITS) this.retire();
  }

  /** A stream is over; with a code, the server receives it. */
  leave(stream: Http2Stream, code?: number): void {
    const { id } = stream;
    if (this.streams.get(id) !== stream) return;
    this.streams.delete(stream);
    this.bodies.remove(stream);
    if (stream.awaitsWrite) this.output.forget(stream);
    if (code !== undefined) {
      if (code !== NO_ERROR) this.closed.cancelled(id);
      this.output.reset(id, code);
    }
    if (this.#isRetired && this.streams.size === 0) this.#close();
    else this.#events.mayOpen();
  }

  settings(settings: ServerSettings, windowChange: number): void {
    this.#settings = settings;
    for (const stream of this.streams.all()) {
      stream.sendWindow += windowChange;
      if (stream.sendWindow > MAX_31_BITS) {
        this.violated(FLOW_CONTROL_ERROR, WINDOW_TOO_LARGE);
        return;
      }
    }
    this.bodies.resume();
    this.#events.mayOpen();
  }

  goaway(lastStream: number, code: number): void {
    if (lastStream > this.#lastProcessed || (lastStream > 0 && (lastStream & 1) === 0)) {
      this.violated(PROTOCOL_ERROR, 'a GOAWAY with a wrong last stream');
      return;
    }
    this.#lastProcessed = lastStream;
    if (code !== NO_ERROR) {
      this.#end(new TransportError('ConnectionClosed', `the server closed the connection with ${errorName(code)}`));
      return;
    }
    this.retire();
    for (const stream of this.streams.all()) {
      if (stream.id <= lastStream) continue;
      this.closed.cancelled(stream.id); // the server may have begun to respond
      stream.lost(lastStream, connectionClosed());
    }
  }

  violated(code: number, what: string, kind: ErrorKind = 'MalformedResponse'): void {
    if (this.#isOver) return;
    this.output.goaway(code);
    const words = kind === 'MalformedResponse' ? `the server violates HTTP/2: ${what} (${errorName(code)})` : what;
    this.#end(new TransportError(kind, words));
  }

  /** Ends the session at once; no stream is open. */
  close(): void {
    if (!this.#isOver) this.output.goaway(NO_ERROR);
    this.#end(connectionClosed());
  }

  /** Opens no further stream; ends when those that are open have. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#events.retire();
    if (this.streams.size === 0) this.#close();
  }

  /** The last stream of a session that takes no more is over. */
  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.stop();
    this.output.goaway(NO_ERROR);
    this.output.end();
    this.#options.closeGracefully(this.#socket);
    this.#events.ended(connectionClosed());
  }

  #end(reason: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isRetired = true;
    this.#reader.stop();
    this.output.end();
    this.#options.discard(this.#socket);
    this.#events.retire();
    for (const stream of this.streams.all()) stream.lost(this.#lastProcessed, reason);
    this.#events.ended(reason);
  }
}
