import type { Socket } from 'node:net';
import type { Dial } from '../dial/dial.ts';
import { TransportError } from '../failure.ts';
import type { PreparedRequest } from '../requests.ts';
import type { Lane, LaneEvents } from '../transport.ts';
import { HEADERS_TOO_LARGE, ResponseParser } from './response-parser.ts';

/** One HTTP/1.1 connection over a bare socket, kept alive between its requests. */
export class Http1Lane implements Lane {
  readonly #events: LaneEvents;
  readonly #dial: Dial;
  readonly #serialise: (request: PreparedRequest) => Buffer;
  readonly #parser: ResponseParser;
  #socket: Socket | undefined;
  #stopDialling: (() => void) | undefined;
  #busy = false;

  constructor(events: LaneEvents, dial: Dial, serialise: (request: PreparedRequest) => Buffer) {
    this.#events = events;
    this.#dial = dial;
    this.#serialise = serialise;
    this.#parser = new ResponseParser({
      head: (status, headers) => events.head(status, headers),
      data: (chunk) => events.data(chunk),
      end: (reusable) => this.#end(reusable),
      malformed: (reason) => this.#malformed(reason),
    });
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  send(request: PreparedRequest): void {
    this.#busy = true;
    this.#parser.begin(request.method, request.wantsHeaders);
    if (this.#socket === undefined) this.#open(request);
    else this.#write(this.#socket, request);
  }

  cancel(): void {
    this.#busy = false;
    this.#drop();
  }

  close(): void {
    this.cancel();
  }

  #write(socket: Socket, request: PreparedRequest): void {
    socket.write(this.#serialise(request));
    this.#events.written();
  }

  #open(request: PreparedRequest): void {
    let opened: Socket | undefined;
    const onBytes = (bytes: Buffer, length: number) => {
      if (opened === undefined || this.#socket !== opened) return;
      if (this.#busy) this.#parser.execute(bytes, length);
      else this.#drop(); // an answer that nobody asked for
    };
    const open = (socket: Socket) => {
      opened = socket;
      this.#socket = socket;
      this.#stopDialling = undefined;
      socket.once('end', () => this.#ended(socket));
      socket.once('close', () => this.#ended(socket));
      socket.on('error', (error) => this.#socket === socket && this.#failed(error));
      this.#write(socket, request);
    };
    const failed = (error: Error) => this.#failed(error);
    this.#stopDialling = this.#dial({ protocol: 'http/1.1', onBytes }, { open, failed });
  }

  /** The server closed the connection, which ends a body without a length. */
  #ended(socket: Socket): void {
    if (this.#socket !== socket) return;
    if (!this.#busy) this.#drop();
    else if (!this.#parser.finish()) {
      this.#failed(
        new TransportError('ConnectionClosed', 'the server closed the connection before the response was complete'),
      );
    }
  }

  #end(reusable: boolean): void {
    this.#busy = false;
    // What is left of a request that was answered early would be read as the beginning of the next one.
    if (!reusable || this.#socket!.writableLength > 0) this.#drop();
    this.#events.end();
  }

  #malformed(reason: string): void {
    this.#failed(new TransportError(reason === HEADERS_TOO_LARGE ? 'HeadersTooLarge' : 'MalformedResponse', reason));
  }

  #failed(error: Error): void {
    const busy = this.#busy;
    this.#busy = false;
    this.#drop();
    if (busy) this.#events.failed(error);
  }

  #drop(): void {
    this.#stopDialling?.();
    this.#stopDialling = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#parser.reset();
  }
}
