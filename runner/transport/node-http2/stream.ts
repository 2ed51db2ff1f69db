import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { connectionClosed, TransportError } from '../error-kind.ts';
import { errorName } from '../http2/frames/error-codes.ts';
import type { OutgoingRequest, ResponseHeaders } from '../message.ts';
import type { ConnectionEvents } from '../transport.ts';
import { streamEndOf } from './stream-end.ts';

/** The connection of a stream, as the stream uses it. */
export interface StreamOwner {
  /** Removes a stream from the queue, if it was not opened yet. */
  dequeue(stream: Http2Stream): void;
  /** A stream was closed, so that another one may be opened. */
  streamClosed(): void;
  /** The last stream that the server may have processed, by its GOAWAY; Infinity without one. */
  readonly lastStream: number;
  /** Takes the connection out of use: no further stream can be opened. */
  retire(): void;
  /** Sends a request again that the server did not process, on this connection or another one. */
  resend(stream: Http2Stream): void;
  /** The error that the server's GOAWAY gave as its reason. */
  readonly goneAway: Error | undefined;
}

/** How often a request is sent again to a server that takes none: without a limit, refusals would be repeated until the timeout. */
const MAX_REFUSALS = 5;

type ResponseHead = IncomingHttpHeaders & { ':status'?: number };

/** The stream of one request, from the queue of its connection to its end. A request that was not processed gets another stream. */
export class Http2Stream {
  owner: StreamOwner | undefined;
  readonly #events: ConnectionEvents;
  readonly #headers: readonly string[];
  readonly #body: Buffer | null;
  readonly #wantsHeaders: boolean;
  #stream: ClientHttp2Stream | undefined;
  #head: ResponseHead | undefined;
  #receivedBytes = 0;
  #written = false;
  #refusals = 0;
  /** Whether the exchange has ended, failed or was cancelled; no event follows. */
  #ended = false;

  constructor(events: ConnectionEvents, headers: readonly string[], { body, wantsHeaders }: OutgoingRequest) {
    this.#events = events;
    this.#headers = headers;
    this.#body = body;
    this.#wantsHeaders = wantsHeaders;
  }

  /** The request joins the queue of a connection. */
  waits(): void {
    this.#events.waits();
  }

  /** Opens the stream on the connection of `owner`, and sends the request. */
  open(session: ClientHttp2Session, owner: StreamOwner): void {
    if (!this.#written) this.#events.written();
    this.#written = true;
    const stream = this.#request(session, owner);
    if (stream === undefined) return;
    this.#stream = stream;
    stream.on('response', (head: ResponseHead, _flags, fields: string[]) => {
      this.#head = head;
      if (this.#ended) return;
      this.#events.head(head[':status'] ?? 0, this.#wantsHeaders ? collected(fields) : codingOf(head));
    });
    stream.on('data', (chunk: Buffer) => {
      this.#receivedBytes += chunk.length;
      if (!this.#ended) this.#events.data(chunk);
    });
    stream.on('trailers', (_head, _flags, fields: string[]) => {
      if (!this.#ended && this.#wantsHeaders) this.#events.trailers?.(collected(fields));
    });
    // Node also emits `end` for a stream that was reset, and for one without a response.
    stream.on('end', () => {
      const isComplete = streamEndOf(stream)?.complete ?? true;
      if (!isComplete || stream.aborted || this.#head === undefined || this.#ended) return;
      this.#ended = true;
      this.#events.end();
    });
    stream.on('error', (error) => this.#cutOff(stream, session, owner, error));
    stream.on('close', () => {
      this.#cutOff(stream, session, owner);
      owner.streamClosed();
    });
    if (this.#body !== null) stream.end(this.#body);
  }

  /**
   * Undefined when Node refuses the request. The failure is reported in a later turn of the event loop: a user whose requests all fail at
   * once would otherwise block it.
   */
  #request(session: ClientHttp2Session, owner: StreamOwner): ClientHttp2Stream | undefined {
    try {
      return session.request(this.#headers, { endStream: this.#body === null });
    } catch (error) {
      setImmediate(() => {
        this.failed(new TransportError('RequestInvalid', (error as Error).message));
        owner.streamClosed();
      });
      return undefined;
    }
  }

  /** The stream was closed before the response was complete. A request that the server has not processed is sent again. */
  #cutOff(stream: ClientHttp2Stream, session: ClientHttp2Session, owner: StreamOwner, error?: Error): void {
    if (this.#ended || this.#stream !== stream) return;
    const { id } = stream;
    if (id === undefined) owner.retire();
    if (id === undefined || (this.#head === undefined && this.#isUnprocessed(id, stream.rstCode, owner))) {
      this.#stream = undefined; // its further events are ignored
      owner.resend(this);
    } else if (session.destroyed) this.failed(owner.goneAway ?? (error && sessionError(error)) ?? connectionClosed());
    else this.failed(this.#malformed(stream) ?? resetError(stream.rstCode));
  }

  /** Whether the server has promised not to have processed the stream: it is above the last one, or refused (RFC 9113, 6.8 and 8.7). */
  #isUnprocessed(id: number, code: number, { lastStream }: StreamOwner): boolean {
    const isAboveLast = id > lastStream;
    if (isAboveLast && lastStream > 0) return true;
    return (isAboveLast || code === constants.NGHTTP2_REFUSED_STREAM) && this.#refusals++ < MAX_REFUSALS;
  }

  /** A body that is shorter than its length is malformed, too; nghttp2 then resets the stream after its end. */
  #malformed(stream: ClientHttp2Stream): TransportError | undefined {
    if (stream.rstCode !== constants.NGHTTP2_PROTOCOL_ERROR) return undefined;
    const length = this.#head?.['content-length'];
    if (length !== undefined && Number(length) !== this.#receivedBytes) {
      const what = `a body of ${this.#receivedBytes} bytes with a content-length of ${length}`;
      return new TransportError('MalformedResponse', what);
    }
    if (streamEndOf(stream)?.malformed !== true) return undefined;
    return new TransportError('MalformedResponse', 'a response that violates HTTP/2 (PROTOCOL_ERROR)');
  }

  /** Reports the failure, unless the exchange has ended. */
  failed(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.failed(error);
  }

  /** Resets the stream; the connection and its other streams go on. */
  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.owner?.dequeue(this);
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }
}

/** The content-encoding of a response alone; undefined without one. */
function codingOf(head: ResponseHead): ResponseHeaders | undefined {
  const coding = head['content-encoding'];
  return coding === undefined ? undefined : { 'content-encoding': coding };
}

/** Headers by name, from alternating names and values. Node's own object joins the values of a name, so that they cannot be told apart. */
function collected(fields: readonly string[]): ResponseHeaders {
  const headers: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    headers[fields[i]!] ??= [];
    headers[fields[i]!]!.push(fields[i + 1]!);
  }
  return headers;
}

/** The error of a connection; Node's own for a violation of the protocol says no more than "Protocol error". */
export function sessionError(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_HTTP2_ERROR') return error;
  return new TransportError('MalformedResponse', `the server violates HTTP/2: ${error.message}`);
}

/** node:http2 resets a stream in the same way when a head that ends its stream announces a body. */
function resetError(code: number): Error {
  const doubt = code === constants.NGHTTP2_PROTOCOL_ERROR ? ', or its head announces a body that is missing' : '';
  return new TransportError('StreamReset', `the server reset the stream with ${errorName(code)}${doubt}`);
}
