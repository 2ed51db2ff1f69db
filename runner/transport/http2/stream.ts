import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { connectionClosed, TransportError } from '../error-kind.ts';
import type { OutgoingRequest, ResponseHeaders } from '../message.ts';
import type { ConnectionEvents } from '../transport.ts';

/** The connection of a stream, as the stream uses it. */
export interface StreamOwner {
  /** Removes a stream from the queue, if it was not opened yet. */
  dequeue(stream: Http2Stream): void;
  /** A stream was closed, so that another one may be opened. */
  streamClosed(): void;
}

/** The stream of one request, from the queue of its connection to its end. */
export class Http2Stream {
  owner: StreamOwner | undefined;
  readonly #events: ConnectionEvents;
  readonly #headers: readonly string[];
  readonly #body: Buffer | null;
  readonly #wantsHeaders: boolean;
  #stream: ClientHttp2Stream | undefined;
  #hasHead = false;
  /** Whether the exchange has ended, failed or was cancelled; no event follows. */
  #ended = false;

  constructor(events: ConnectionEvents, headers: readonly string[], { body, wantsHeaders }: OutgoingRequest) {
    this.#events = events;
    this.#headers = headers;
    this.#body = body;
    this.#wantsHeaders = wantsHeaders;
  }

  /** Opens the stream and sends the request. */
  open(session: ClientHttp2Session): void {
    const stream = this.#request(session);
    if (stream === undefined) return;
    this.#stream = stream;
    stream.on('response', (headers: IncomingHttpHeaders & { ':status'?: number }, _flags, fields: string[]) => {
      this.#hasHead = true;
      if (this.#ended) return;
      this.#events.head(headers[':status'] ?? 0, this.#wantsHeaders ? collected(fields) : undefined);
    });
    stream.on('data', (chunk: Buffer) => {
      if (!this.#ended) this.#events.data(chunk);
    });
    // Node also emits `end` for a stream that was reset, and for one without a response.
    stream.on('end', () => {
      if (stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR || !this.#hasHead || this.#ended) return;
      this.#ended = true;
      this.#events.end();
    });
    stream.on('error', (error) => this.failed(error));
    stream.on('close', () => {
      this.failed(resetError(stream.rstCode, session));
      this.owner!.streamClosed();
    });
    if (this.#body !== null) stream.end(this.#body);
    this.#events.written();
  }

  /**
   * Undefined when Node refuses the request. The failure is reported in a later turn of the event loop: a user whose requests all fail at
   * once would otherwise block it.
   */
  #request(session: ClientHttp2Session): ClientHttp2Stream | undefined {
    try {
      return session.request(this.#headers, { endStream: this.#body === null });
    } catch (error) {
      setImmediate(() => {
        this.failed(new TransportError('RequestInvalid', (error as Error).message));
        this.owner!.streamClosed();
      });
      return undefined;
    }
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

/** Headers by name, from alternating names and values. Node's own object joins the values of a name, so that they cannot be told apart. */
function collected(fields: readonly string[]): ResponseHeaders {
  const headers: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    headers[fields[i]!] ??= [];
    headers[fields[i]!]!.push(fields[i + 1]!);
  }
  return headers;
}

function resetError(code: number, session: ClientHttp2Session): Error {
  if (session.destroyed || session.closed) return connectionClosed();
  return new TransportError('StreamReset', `the server reset the stream with code ${code}`);
}
