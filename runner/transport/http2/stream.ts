import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { connectionClosed, TransportError } from '../error-kind.ts';
import type { OutgoingRequest, ResponseHeaders } from '../message.ts';
import type { ConnectionEvents } from '../transport.ts';

/** What a stream needs of the connection that carries it. */
export interface StreamOwner {
  /** Takes back a stream that was not written yet. */
  forget(stream: Http2Stream): void;
  /** A stream has ended and leaves its room to the next. */
  leave(): void;
}

/** One request of an HTTP/2 connection. */
export class Http2Stream {
  connection: StreamOwner | undefined;
  readonly #events: ConnectionEvents;
  readonly #headers: readonly string[];
  readonly #body: Buffer | null;
  readonly #wantsHeaders: boolean;
  #stream: ClientHttp2Stream | undefined;
  #answered = false;
  #over = false;

  constructor(events: ConnectionEvents, headers: readonly string[], { body, wantsHeaders }: OutgoingRequest) {
    this.#events = events;
    this.#headers = headers;
    this.#body = body;
    this.#wantsHeaders = wantsHeaders;
  }

  begin(session: ClientHttp2Session): void {
    const stream = this.#open(session);
    if (stream === undefined) return;
    this.#stream = stream;
    stream.on('response', (headers: IncomingHttpHeaders & { ':status'?: number }, _flags, fields: string[]) => {
      this.#answered = true;
      if (this.#over) return;
      this.#events.head(headers[':status'] ?? 0, this.#wantsHeaders ? gathered(fields) : undefined);
    });
    stream.on('data', (chunk: Buffer) => {
      if (!this.#over) this.#events.data(chunk);
    });
    // Node ends the body of a stream that was cut off, too, and of one without an answer.
    stream.on('end', () => {
      if (stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR || !this.#answered || this.#over) return;
      this.#over = true;
      this.#events.end();
    });
    stream.on('error', (error) => this.failed(error));
    stream.on('close', () => {
      this.failed(cutOff(stream.rstCode, session));
      this.connection!.leave();
    });
    if (this.#body !== null) stream.end(this.#body);
    this.#events.written();
  }

  /**
   * Undefined when Node makes no stream of the request. That is said in a later turn: a user whose requests all fail at once would
   * otherwise never let go of the event loop.
   */
  #open(session: ClientHttp2Session): ClientHttp2Stream | undefined {
    try {
      return session.request(this.#headers, { endStream: this.#body === null });
    } catch (error) {
      setImmediate(() => {
        this.failed(new TransportError('RequestInvalid', (error as Error).message));
        this.connection!.leave();
      });
      return undefined;
    }
  }

  /** Says so, unless it is over. */
  failed(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.failed(error);
  }

  /** Resets the stream; the connection and its other streams go on. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.connection?.forget(this);
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }
}

/** Names and values in turn, by name: Node makes one text of several values, so that none could be told from the others. */
function gathered(fields: readonly string[]): ResponseHeaders {
  const headers: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    headers[fields[i]!] ??= [];
    headers[fields[i]!]!.push(fields[i + 1]!);
  }
  return headers;
}

function cutOff(code: number, session: ClientHttp2Session): Error {
  if (session.destroyed || session.closed) return connectionClosed();
  return new TransportError('StreamReset', `the server reset the stream with code ${code}`);
}
