import { ByteTally } from '../byte-tally.ts';
import { TransportError } from '../error-kind.ts';
import { HEADERS_TOO_LARGE, MAX_HEAD_BYTES, type OutgoingRequest } from '../message.ts';
import type { Connection, ConnectionEvents } from '../transport.ts';
import type { SendingStream } from './body-sender.ts';
import {
  CANCEL,
  ENHANCE_YOUR_CALM,
  errorName,
  NO_ERROR,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
} from './frames/error-codes.ts';
import type { Unwritten } from './frames/output.ts';
import { ReceiveWindow, STREAM_WINDOW_BYTES } from './receive-window.ts';
import type { ResponseHead } from './response-head.ts';

/** Carries a stream: it waits there to be opened, or is open. */
export interface StreamCarrier {
  /** How many streams are open there, or wait. */
  readonly inFlight: number;
  /** Whether it takes further streams, now that another one is to be sent. */
  takesAnother(): boolean;
  send(stream: Http2Stream): void;
  /** The stream is over, or no longer waits. With a code, the server receives RST_STREAM; it may not know yet that the stream is over. */
  leave(stream: Http2Stream, code?: number): void;
}

/** What the streams of a transport share. */
export type StreamDispatch = {
  /** Sends a request on the next connection in turn, or on `kept` if that has fewer in flight. */
  dispatch(stream: Http2Stream, kept?: StreamCarrier): void;
  /** A slot was closed. */
  released(): void;
};

/** How often a request is sent again to a server that takes none: without a limit, refusals would be repeated until the timeout. */
const MAX_REFUSALS = 5;

const NO_BODY: Buffer = Buffer.alloc(0);
const NONE = -1;

/**
 * A slot for one request at a time, and the stream that carries it. A request that the server has not processed gets another stream. The
 * connections of a transport are shared by all slots.
 */
export class Http2Stream implements Connection, SendingStream, Unwritten {
  readonly connected = true; // a slot costs nothing to open
  /** The identifier on its connection; 0 while it is not open. */
  id = 0;
  request: OutgoingRequest | undefined;
  body = NO_BODY;
  sentBytes = 0;
  sendWindow = 0;
  awaitsWrite = false;
  bytes = new ByteTally();
  readonly #events: ConnectionEvents;
  readonly #transport: StreamDispatch;
  readonly #keepsConnection: boolean;
  readonly #receiveWindow = new ReceiveWindow(STREAM_WINDOW_BYTES);
  #carrier: StreamCarrier | undefined;
  /** Where the last request went; only with #keepsConnection. */
  #kept: StreamCarrier | undefined;
  /** Whether the request was written, on this stream or one before it. */
  #isWritten = false;
  #isHandedOver = false;
  #refusals = 0;
  /** Changes with each request, so that an event that begins another one is noticed. */
  #round = 0;
  /** The size of the response's heads so far. */
  #headBytes = 0;
  /** Whether the final head has arrived. */
  #hasHead = false;
  /** The bytes of the body that are still to come; NONE: any number. */
  #remaining = NONE;
  #receivedBytes = 0;
  #contentLength = NONE;

  /** `keepsConnection`: its requests prefer the connection of the last one. */
  constructor(events: ConnectionEvents, transport: StreamDispatch, keepsConnection = false) {
    this.#events = events;
    this.#transport = transport;
    this.#keepsConnection = keepsConnection;
  }

  send(request: OutgoingRequest): void {
    this.#round++;
    this.request = request;
    this.body = request.body ?? NO_BODY;
    this.#isWritten = false;
    this.#isHandedOver = false;
    this.#refusals = 0;
    this.#transport.dispatch(this, this.#kept);
  }

  /** Resets the stream; the connection and its other streams go on. */
  cancel(): void {
    if (this.request === undefined) return;
    this.#over(this.id === 0 ? undefined : CANCEL);
  }

  close(): void {
    this.cancel();
    this.#transport.released();
  }

  /** The next stream of the request is the carrier's. */
  carriedBy(carrier: StreamCarrier): void {
    this.#carrier = carrier;
    if (this.#keepsConnection) this.#kept = carrier;
  }

  /** The carrier cannot open a stream yet. */
  waits(): void {
    this.#events.waits();
  }

  /** The stream is opened with this identifier. */
  opened(id: number, sendWindow: number): void {
    this.id = id;
    this.sendWindow = sendWindow;
    this.sentBytes = 0;
    this.#receiveWindow.reset();
    this.#headBytes = 0;
    this.#hasHead = false;
    this.#receivedBytes = 0;
  }

  written(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    this.#events.written();
  }

  handedOver(): void {
    if (this.#isHandedOver) return;
    this.#isHandedOver = true;
    this.#events.handedOver?.();
  }

  /** Whether the headers of the next block are needed. */
  get collects(): boolean {
    return this.request!.wantsHeaders;
  }

  /** A header block has arrived. `isEnd`: it ends the stream. `isWhole`: the rest of the response was read with it. */
  head(head: ResponseHead, isEnd: boolean, isWhole: boolean): void {
    this.#headBytes += head.size;
    if (this.#headBytes > MAX_HEAD_BYTES) {
      this.#failed(new TransportError('HeadersTooLarge', HEADERS_TOO_LARGE), ENHANCE_YOUR_CALM);
    } else if (head.problem !== '') this.malformed(head.problem);
    else if (this.#hasHead) this.#trailers(head, isEnd);
    else if (head.status === 0) this.malformed('a response without a status');
    else if (head.status >= 200) this.#finalHead(head, isEnd, isWhole);
    else if (head.status === 101) this.malformed('an upgrade, which HTTP/2 does not have');
    else if (isEnd) this.malformed('an informational response that ends the stream');
    else if (head.contentLength >= 0) this.malformed('an informational response with a content-length');
  }

  #finalHead(head: ResponseHead, isEnd: boolean, isWhole: boolean): void {
    const { status, contentLength } = head;
    this.#hasHead = true;
    const hasContent = this.request!.method !== 'HEAD' && status !== 204 && status !== 304;
    this.#contentLength = contentLength;
    this.#remaining = hasContent ? contentLength : 0;
    const round = this.#round;
    this.#events.head(status, head.headers ?? head.coding, isWhole);
    if (isEnd && round === this.#round) this.end();
  }

  /** Trailers end a response and have no pseudo-header fields (RFC 9113, 8.1). */
  #trailers(head: ResponseHead, isEnd: boolean): void {
    if (!isEnd) this.malformed('a second head');
    else if (head.status !== 0) this.malformed('trailers with a status');
    else {
      const round = this.#round;
      if (head.headers !== undefined) this.#events.trailers?.(head.headers);
      if (round === this.#round) this.end();
    }
  }

  /** A DATA frame begins. */
  dataBegins(): void {
    if (!this.#hasHead) this.malformed('a body before the head');
  }

  data(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    this.#receivedBytes += length;
    if (this.#remaining !== NONE) {
      if (length > this.#remaining) {
        this.malformed(this.#wrongLength());
        return;
      }
      this.#remaining -= length;
    }
    if (this.#events.ignoresBody !== true) this.#events.data(bytes.subarray(from, to));
  }

  /** By how much the stream's window must be opened after a DATA frame of `length` bytes, padding included; 0: not yet. */
  windowOpening(length: number): number {
    return this.#receiveWindow.take(length);
  }

  /** The server has ended the stream. */
  end(): void {
    if (this.#remaining > 0) {
      this.malformed(this.#wrongLength());
      return;
    }
    // The rest of the request is of no use: the server has responded without it.
    this.#over(this.sentBytes < this.body.length ? NO_ERROR : undefined);
    this.#events.end();
  }

  #wrongLength(): string {
    if (this.#contentLength === NONE || this.request!.method === 'HEAD') return 'a body where there is none';
    return `a body of ${this.#receivedBytes} bytes with a content-length of ${this.#contentLength}`;
  }

  /** The server has reset the stream. */
  reset(code: number): void {
    if (code === REFUSED_STREAM && !this.#hasHead && this.#mayRepeat()) this.#repeat();
    else this.failed(new TransportError('StreamReset', `the server reset the stream with ${errorName(code)}`));
  }

  /**
   * The connection has ended, or will take no more streams. The server has promised not to have processed those above `lastStream`
   * (RFC 9113, 6.8): they are sent again. A server that has processed none at all may do so forever.
   */
  lost(lastStream: number, reason: Error): void {
    const isUnprocessed = this.id > lastStream && !this.#hasHead;
    if (isUnprocessed && (lastStream > 0 || this.#mayRepeat())) this.#repeat();
    else this.failed(reason);
  }

  #mayRepeat(): boolean {
    return this.#refusals++ < MAX_REFUSALS;
  }

  #repeat(): void {
    this.#leave();
    this.#transport.dispatch(this);
  }

  /** Reports the failure of the request. */
  failed(error: Error): void {
    this.#failed(error);
  }

  /** The server has violated the protocol on this stream, which is reset with `code`; the connection goes on. */
  malformed(what: string, code = PROTOCOL_ERROR): void {
    this.#failed(new TransportError('MalformedResponse', what), code);
  }

  #failed(error: Error, code?: number): void {
    this.#over(code);
    this.#events.failed(error);
  }

  /** The exchange is over; the slot may take another request. */
  #over(code?: number): void {
    this.#round++;
    this.#leave(code);
    this.request = undefined;
    this.body = NO_BODY;
  }

  #leave(code?: number): void {
    const carrier = this.#carrier;
    this.#carrier = undefined;
    carrier?.leave(this, code);
    this.id = 0;
  }
}
