import type { IncomingHttpHeaders } from 'node:http';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { proxied } from '../connect/proxy.ts';
import type { OutgoingRequest } from '../message.ts';
import { MAX_HEAD_BYTES } from '../message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport.ts';

/** Above any pause between two requests of a test: a connection is closed by the server or with the engine, not by us in between. */
const KEEP_ALIVE_MS = 3600e3;

/** HTTP/1.1 by undici's `dispatch`, the cheapest of its ways to make a request. One undici Client is one connection. */
export function undiciTransport(destination: Destination): Transport {
  const { keepAlive } = destination;
  const dial = dialer(destination);
  const sent = proxied(destination) ?? ((request) => request);
  const options: Client.Options = {
    pipelining: 1,
    // undici's own time-outs tick every half second; the engine keeps its deadlines itself.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  const newClient = (): DiallingClient => {
    let stopDialling = () => {};
    const connect: buildConnector.connector = (_, done) => {
      stopDialling = dial(
        { protocol: 'http/1.1' },
        { open: (socket) => done(null, socket), failed: (error) => done(error, null) },
      );
    };
    const client = new Client(destination.url.origin, { ...options, connect });
    return { client, stopDialling: () => stopDialling(), keepAlive };
  };
  return {
    connections: destination.connections,
    open: (events) => new UndiciConnection(events, newClient, sent),
  };
}

type DiallingClient = { client: Client; stopDialling: () => void; keepAlive: boolean };

class UndiciConnection implements Connection {
  readonly events: ConnectionEvents;
  readonly #newClient: () => DiallingClient;
  readonly #sent: (request: OutgoingRequest) => OutgoingRequest;
  #connection: UndiciClient | undefined;

  constructor(
    events: ConnectionEvents,
    newClient: () => DiallingClient,
    sent: (request: OutgoingRequest) => OutgoingRequest,
  ) {
    this.events = events;
    this.#newClient = newClient;
    this.#sent = sent;
  }

  get connected(): boolean {
    return this.#connection?.broken === false;
  }

  send(request: OutgoingRequest): void {
    if (this.#connection === undefined || this.#connection.broken) {
      this.#connection = new UndiciClient(this.events, this.#newClient());
    }
    this.#connection.send(this.#sent(request));
  }

  cancel(): void {
    this.#connection?.discard();
    this.#connection = undefined;
  }

  close(): void {
    this.cancel();
  }
}

const EXPECTS_BODY = new Set(['PUT', 'POST', 'PATCH']);

const NO_EVENTS: ConnectionEvents = { written() {}, head() {}, data() {}, end() {}, failed() {} };

/** A client with the handler of its requests; a discarded one may still be called by undici, and says nothing. */
class UndiciClient implements Dispatcher.DispatchHandler {
  /**
   * After an error, and behind the only request of a connection, the next one takes a client of its own: undici is still at work on this
   * one when it tells us.
   */
  broken = false;
  #events: ConnectionEvents;
  readonly #own: DiallingClient;

  constructor(events: ConnectionEvents, own: DiallingClient) {
    this.#events = events;
    this.#own = own;
  }

  send(request: OutgoingRequest): void {
    const { client, keepAlive } = this.#own;
    // Behind a HEAD, and behind a body that it does not expect with a method, undici would close the connection.
    const { method, body } = request;
    const isUsual = keepAlive && method !== 'HEAD' && (body === null || EXPECTS_BODY.has(method));
    client.dispatch(isUsual ? request : { ...request, reset: !keepAlive }, this);
  }

  discard(): void {
    this.#events = NO_EVENTS;
    this.#own.stopDialling();
    this.#destroy();
  }

  onRequestStart(): void {
    this.#events.written();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#events.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#events.data(chunk);
  }

  onResponseEnd(): void {
    if (!this.#own.keepAlive) this.#retire();
    this.#events.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#retire();
    this.#events.failed(error);
  }

  #retire(): void {
    this.broken = true;
    setImmediate(() => this.#destroy());
  }

  #destroy(): void {
    this.#own.client.destroy(null).catch(() => {});
  }
}
