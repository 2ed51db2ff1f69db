import type { ByteTally } from './byte-tally.ts';
import type { AddressRecorder } from './connect/address-recorder.ts';
import type { DialFigures } from './connect/dial-figures.ts';
import type { OutgoingRequest, ResponseHeaders } from './message.ts';

/**
 * The events of the exchange that a {@link Connection} carries, in this order: `waits` any number of times, `written` once, `handedOver` at
 * most once, `head` (again after an informational response), `data` any number of times, then `end`. `failed` may come at any point instead of
 * the rest. No event follows `end`, `failed` or a call of `cancel`.
 */
export interface ConnectionEvents {
  /** Whether the body is of no interest; `data` may then be left out. It may change with `head`. */
  readonly ignoresBody?: boolean;
  /** No connection can take the request yet. Without it, the request is written before the event loop polls again. */
  waits(): void;
  /** The request is about to be handed to the socket: the target may have it, and respond, from now on. */
  written(): void;
  /**
   * The socket has taken the request, in the same callback as `written`: a stop of the process may lie between the two. Absent: a transport
   * that does not write itself cannot tell.
   */
  handedOver?(): void;
  /**
   * The final response has begun. `headers`: at least the content-encoding, if there is one; all of them when the request wants them.
   * `isWhole`: all of the response has been read, so that its first and its last byte came at the same time.
   */
  head(status: number, headers?: ResponseHeaders, isWhole?: boolean): void;
  /** The chunk is valid only during the call. */
  data(chunk: Buffer): void;
  /** The response has these trailers; over HTTP/2 only, and only when the request wants headers. `end` follows. */
  trailers?(trailers: ResponseHeaders): void;
  /** The response is complete. `idleLimit`: for how many microseconds the connection may then be idle; undefined: without limit. */
  end(idleLimit?: number): void;
  failed(error: Error): void;
}

/**
 * A connection as the engine uses it: it carries one request at a time and connects when a request needs it. Over HTTP/1.1 it owns one
 * socket at a time. Over HTTP/2 it is a slot for one stream, on connections that the slots share.
 */
export interface Connection {
  /** Whether a request can be written at once. */
  readonly connected: boolean;
  /** Where the connection counts the bytes of its requests from now on. Absent: it counts none. */
  bytes?: ByteTally;
  /** Sends a request; the one before must have ended or been cancelled. */
  send(request: OutgoingRequest): void;
  /** Cancels the request in flight. Over HTTP/1.1 this closes the socket, over HTTP/2 it resets the stream. */
  cancel(): void;
  /** Closes the connection; over HTTP/1.1 the next request opens another socket. */
  close(): void;
}

/** Opens connections to one target. */
export interface Transport {
  /** The maximum number of connections; Infinity: any number. */
  readonly connections: number;
  /** How requests are spread over addresses. Absent: unknown. */
  readonly addresses?: Pick<AddressRecorder, 'uses'>;
  /** The connections that were opened. Absent: nobody counts them. */
  readonly dials?: DialFigures | undefined;
  /** `keepsConnection`: where connections are shared, each request prefers the one of the last request. */
  open(events: ConnectionEvents, keepsConnection?: boolean): Connection;
}
