import type { Socket } from 'node:net';
import type { Use } from '../../../model/measure/connections/addresses.ts';
import { ByteTally } from '../byte-tally.ts';
import type { AddressRecorder } from '../connect/address-recorder.ts';
import type { Dial } from '../connect/dial.ts';
import type { Destroyable } from '../connect/discard.ts';
import type { Lifetime } from '../connect/lifetime.ts';
import { closedWhileIdle, connectionClosed, TransportError } from '../error-kind.ts';
import type { HeadCache } from '../head-cache.ts';
import { HEADERS_TOO_LARGE, type OutgoingRequest, type ResponseHeaders } from '../message.ts';
import type { Connection, ConnectionEvents } from '../transport.ts';
import { type CachedHead, type ResponseEvents, ResponseParser } from './response-parser.ts';
import type { TrailingBytes, TrailingBytesConnection } from './trailing-bytes.ts';

/** What the connections of a transport share. */
export type Http1 = {
  dial: Dial;
  /** The bytes of a request; the last one of a connection asks the server to close it. */
  serialise: (request: OutgoingRequest, isLast: boolean) => Buffer;
  headCache: HeadCache<CachedHead>;
  trailingBytes: TrailingBytes;
  /** Destroys a connection soon. */
  discard: (connection: Destroyable) => void;
  /** Whether a connection carries several requests. */
  keepAlive: boolean;
  addresses: Pick<AddressRecorder, 'opened'>;
  /** Begins the life of a connection that carries several; undefined: without limit. */
  newLifetime: (() => Lifetime) | undefined;
  /** Leaves a connection after its last response for the server to close. */
  closeGracefully: (socket: Socket) => void;
};

/** An HTTP/1.1 connection over a bare socket. It opens another socket when the last one was closed or carries one request only. */
export class Http1Connection implements Connection, ResponseEvents, TrailingBytesConnection {
  readonly #events: ConnectionEvents;
  readonly #http1: Http1;
  readonly #parser: ResponseParser;
  bytes = new ByteTally();
  #socket: Socket | undefined;
  #use: Use | undefined;
  #lifetime: Lifetime | undefined;
  /** Whether the socket carries no request after this one. */
  #isLast = false;
  #dialling: Destroyable | undefined;
  /** Whether a request is in flight. */
  #busy = false;
  /** Whether the socket has carried a request before this one, and no byte of the response to this one. */
  #idleUntilNow = false;
  /** Whether further bytes may follow in the same turn. */
  #moreMayFollow = false;
  /** Whether the response is complete, and trailing bytes would make it malformed. */
  #awaitsTrailingBytes = false;
  #reusable = false;
  #idleLimit: number | undefined;

  constructor(events: ConnectionEvents, http1: Http1) {
    this.#events = events;
    this.#http1 = http1;
    this.#parser = new ResponseParser(this, http1.headCache);
  }

  get connected(): boolean {
    return this.#socket !== undefined && (this.#lifetime === undefined || !this.#lifetime.isOver);
  }

  send(request: OutgoingRequest): void {
    if (this.#socket !== undefined && !this.connected) this.#drop(); // the socket has reached its maximum age
    this.#busy = true;
    this.#parser.begin(request.method, request.wantsHeaders);
    this.#idleUntilNow = this.#socket !== undefined;
    if (this.#socket === undefined) this.#open(request);
    else this.#write(this.#socket, request);
  }

  cancel(): void {
    this.#busy = false;
    this.#awaitsTrailingBytes = false;
    this.#drop();
  }

  close(): void {
    this.cancel();
  }

  get ignoresBody(): boolean {
    return this.#events.ignoresBody === true;
  }

  head(status: number, headers: ResponseHeaders | undefined, isWhole: boolean): void {
    this.#events.head(status, headers, isWhole);
  }

  data(chunk: Buffer): void {
    this.#events.data(chunk);
  }

  end(reusable: boolean, idleLimit?: number): void {
    if (!this.#moreMayFollow && this.requestSent) {
      this.#end(reusable, idleLimit);
      return;
    }
    this.#awaitsTrailingBytes = true;
    this.#reusable = reusable;
    this.#idleLimit = idleLimit;
    this.#http1.trailingBytes.add(this);
  }

  get requestSent(): boolean {
    return this.#socket === undefined || this.#socket.writableLength === 0;
  }

  noTrailingBytes(): void {
    if (!this.#awaitsTrailingBytes) return;
    this.#awaitsTrailingBytes = false;
    // An early response: the server would read the rest of the request as the start of the next one.
    if (!this.requestSent) this.#drop();
    this.#end(this.#reusable, this.#idleLimit);
  }

  #end(reusable: boolean, idleLimit: number | undefined): void {
    this.#busy = false;
    if (this.#socket !== undefined && (this.#isLast || !reusable)) this.#closeGracefully(this.#socket);
    this.#events.end(idleLimit);
  }

  malformed(reason: string): void {
    this.#failed(new TransportError(reason === HEADERS_TOO_LARGE ? 'HeadersTooLarge' : 'MalformedResponse', reason));
  }

  #write(socket: Socket, request: OutgoingRequest): void {
    this.#isLast = !this.#http1.keepAlive || this.#lifetime?.carriesLast() === true;
    const bytes = this.#http1.serialise(request, this.#isLast);
    this.#use!.requests++;
    this.bytes.sent += bytes.length;
    this.#events.written();
    socket.write(bytes);
    this.#events.handedOver?.();
  }

  #open(request: OutgoingRequest): void {
    this.#events.waits();
    let opened: Socket | undefined;
    const onBytes = (bytes: Buffer, length: number, more: boolean) => {
      this.#http1.trailingBytes.readFrom(this);
      if (opened === undefined || this.#socket !== opened) return;
      this.#moreMayFollow = more;
      this.#idleUntilNow = false;
      if (this.#awaitsTrailingBytes && this.#parser.hasNoBody) this.#reusable = false;
      else if (this.#busy) {
        this.bytes.received += length;
        this.#parser.execute(bytes, length);
      } else this.#drop(); // an unsolicited response
    };
    const open = (socket: Socket) => {
      if (this.#dialling !== dialling) return;
      this.#dialling = undefined;
      this.#socket = socket;
      this.#use = this.#http1.addresses.opened(socket);
      this.#lifetime = this.#http1.newLifetime?.();
      opened = socket;
      socket.once('end', () => this.#closed(socket));
      socket.once('close', () => this.#closed(socket));
      socket.on('error', (error) => this.#closed(socket, error));
      this.#write(socket, request);
    };
    const failed = (error: Error) => {
      if (this.#dialling === dialling) this.#failed(error);
    };
    const dialling = { destroy: this.#http1.dial({ protocol: 'http/1.1', onBytes }, { open, failed }) };
    this.#dialling = dialling;
  }

  /** The connection failed, or the server closed it, which completes a body without a length. */
  #closed(socket: Socket, error?: Error): void {
    if (this.#socket !== socket) return;
    this.#moreMayFollow = false;
    if (this.#awaitsTrailingBytes) {
      this.#reusable = false;
      this.noTrailingBytes();
    } else if (this.#busy && this.#idleUntilNow) this.#failed(closedWhileIdle(error));
    else if (error !== undefined) this.#failed(error);
    else if (!this.#busy) this.#drop();
    else if (!this.#parser.finish()) this.#failed(connectionClosed());
  }

  #failed(error: Error): void {
    const busy = this.#busy;
    this.#busy = false;
    this.#awaitsTrailingBytes = false;
    this.#drop();
    if (busy) this.#events.failed(error);
  }

  #closeGracefully(socket: Socket): void {
    this.#socket = undefined; // its further events are ignored
    this.#http1.closeGracefully(socket);
  }

  #drop(): void {
    if (this.#dialling !== undefined) this.#http1.discard(this.#dialling);
    this.#dialling = undefined;
    if (this.#socket !== undefined) this.#http1.discard(this.#socket);
    this.#socket = undefined;
    this.#parser.reset();
  }
}
