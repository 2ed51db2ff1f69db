import type { Socket } from 'node:net';
import type { Dial } from '../connect/dial.ts';
import { connectionClosed, TransportError } from '../error-kind.ts';
import type { OutgoingRequest, ResponseHeaders } from '../message.ts';
import type { Connection, ConnectionEvents } from '../transport.ts';
import type { Destroyable } from './discard.ts';
import type { HeadCache } from './head-cache.ts';
import { HEADERS_TOO_LARGE, type ResponseEvents, ResponseParser } from './response-parser.ts';
import type { TrailingBytes, TrailingBytesConnection } from './trailing-bytes.ts';

/** What the lanes of a transport share. */
export type Http1 = {
  dial: Dial;
  serialise: (request: OutgoingRequest) => Buffer;
  known: HeadCache;
  trailingBytes: TrailingBytes;
  /** Destroys a connection that nothing more is wanted of. */
  discard: (connection: Destroyable) => void;
  /** Whether a connection is used for one request after the other. */
  keepAlive: boolean;
  /** Takes a connection whose last request is over, for the server to close it. */
  letGo: (socket: Socket) => void;
};

/** One HTTP/1.1 connection over a bare socket, kept alive between its requests; or one after the other, each for one request. */
export class Http1Connection implements Connection, ResponseEvents, TrailingBytesConnection {
  readonly #events: ConnectionEvents;
  readonly #http1: Http1;
  readonly #parser: ResponseParser;
  #socket: Socket | undefined;
  #dialling: Destroyable | undefined;
  #busy = false;
  /** Whether more of what was there to be read may come at once. */
  #more = false;
  #ending = false;
  #reusable = false;
  #idleLimit: number | undefined;

  constructor(events: ConnectionEvents, http1: Http1) {
    this.#events = events;
    this.#http1 = http1;
    this.#parser = new ResponseParser(this, http1.known);
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  send(request: OutgoingRequest): void {
    this.#busy = true;
    this.#parser.begin(request.method, request.wantsHeaders);
    if (this.#socket === undefined) this.#open(request);
    else this.#write(this.#socket, request);
  }

  cancel(): void {
    this.#busy = false;
    this.#ending = false;
    this.#drop();
  }

  close(): void {
    this.cancel();
  }

  get indifferent(): boolean {
    return this.#events.indifferent === true;
  }

  head(status: number, headers?: ResponseHeaders): void {
    this.#events.head(status, headers);
  }

  data(chunk: Buffer): void {
    this.#events.data(chunk);
  }

  end(reusable: boolean, idleLimit?: number): void {
    if (!this.#more && this.sent) {
      this.#end(reusable, idleLimit);
      return;
    }
    this.#ending = true;
    this.#reusable = reusable;
    this.#idleLimit = idleLimit;
    this.#http1.trailingBytes.add(this);
  }

  get sent(): boolean {
    return this.#socket === undefined || this.#socket.writableLength === 0;
  }

  over(): void {
    if (!this.#ending) return;
    this.#ending = false;
    // What is left of a request that was answered early would be read as the beginning of the next one.
    if (!this.sent) this.#drop();
    this.#end(this.#reusable, this.#idleLimit);
  }

  #end(reusable: boolean, idleLimit: number | undefined): void {
    this.#busy = false;
    if (this.#socket !== undefined && !(reusable && this.#http1.keepAlive)) this.#letGo(this.#socket);
    this.#events.end(idleLimit);
  }

  malformed(reason: string): void {
    this.#failed(new TransportError(reason === HEADERS_TOO_LARGE ? 'HeadersTooLarge' : 'MalformedResponse', reason));
  }

  #write(socket: Socket, request: OutgoingRequest): void {
    socket.write(this.#http1.serialise(request));
    this.#events.written();
  }

  #open(request: OutgoingRequest): void {
    let opened: Socket | undefined;
    const onBytes = (bytes: Buffer, length: number, more: boolean) => {
      this.#http1.trailingBytes.readFrom(this);
      if (opened === undefined || this.#socket !== opened) return;
      this.#more = more;
      if (this.#busy) this.#parser.execute(bytes, length);
      else this.#drop(); // an answer that nobody asked for
    };
    const open = (socket: Socket) => {
      if (this.#dialling !== dialling) return;
      this.#dialling = undefined;
      this.#socket = socket;
      opened = socket;
      socket.once('end', () => this.#lost(socket));
      socket.once('close', () => this.#lost(socket));
      socket.on('error', (error) => this.#lost(socket, error));
      this.#write(socket, request);
    };
    const failed = (error: Error) => {
      if (this.#dialling === dialling) this.#failed(error);
    };
    const dialling = { destroy: this.#http1.dial({ protocol: 'http/1.1', onBytes }, { open, failed }) };
    this.#dialling = dialling;
  }

  /** The connection is over: by an error, or as the server closed it, which ends a body without a length. */
  #lost(socket: Socket, error?: Error): void {
    if (this.#socket !== socket) return;
    this.#more = false;
    if (this.#ending) {
      this.#reusable = false;
      this.over();
    } else if (error !== undefined) this.#failed(error);
    else if (!this.#busy) this.#drop();
    else if (!this.#parser.finish()) this.#failed(connectionClosed());
  }

  #failed(error: Error): void {
    const busy = this.#busy;
    this.#busy = false;
    this.#ending = false;
    this.#drop();
    if (busy) this.#events.failed(error);
  }

  #letGo(socket: Socket): void {
    this.#socket = undefined; // what still comes of it is of no interest
    this.#http1.letGo(socket);
  }

  #drop(): void {
    if (this.#dialling !== undefined) this.#http1.discard(this.#dialling);
    this.#dialling = undefined;
    if (this.#socket !== undefined) this.#http1.discard(this.#socket);
    this.#socket = undefined;
    this.#parser.reset();
  }
}
