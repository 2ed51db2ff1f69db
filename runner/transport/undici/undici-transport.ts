import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import type { Use } from '../../../model/measure/connections/addresses.ts';
import { ByteTally } from '../byte-tally.ts';
import { AddressRecorder } from '../connect/address-recorder.ts';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { type Lifetime, lifetimes } from '../connect/lifetime.ts';
import { proxyForm } from '../connect/proxy.ts';
import type { OutgoingRequest } from '../message.ts';
import { MAX_HEAD_BYTES } from '../message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport.ts';

/** Above any pause between two requests of a test: only the server or the end of the engine closes a connection. */
const KEEP_ALIVE_MS = 3600e3;

/** HTTP/1.1 by undici's `dispatch`, its cheapest interface. One undici Client is one connection. */
export function undiciTransport(destination: Destination): Transport {
  const { keepAlive } = destination;
  const dial = dialer(destination);
  const toProxyForm = proxyForm(destination) ?? ((request) => request);
  const options: Client.Options = {
    pipelining: 1,
    // undici's own timeouts have a resolution of half a second; the engine keeps its deadlines itself.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  const newLifetime = lifetimes(destination.lifetime);
  const addresses = new AddressRecorder(destination);
  const newClient = (): DiallingClient => {
    let abortDial = () => {};
    let use: Use | undefined;
    let socket: Socket | undefined;
    const connect: buildConnector.connector = (_, done) => {
      abortDial = dial(
        { protocol: 'http/1.1' },
        {
          open: (opened) => {
            socket = opened;
            use = addresses.opened(opened);
            done(null, opened);
          },
          failed: (error) => done(error, null),
        },
      );
    };
    const client = new Client(destination.url.origin, { ...options, connect });
    const lifetime = newLifetime?.();
    return {
      ...{ client, keepAlive, lifetime },
      abortDial: () => abortDial(),
      socket: () => socket,
      written: () => use!.requests++,
    };
  };
  return {
    connections: destination.connections,
    addresses,
    dials: destination.figures,
    open: (events) => new UndiciConnection(events, newClient, toProxyForm),
  };
}

type DiallingClient = {
  client: Client;
  abortDial: () => void;
  /** Undefined before it is open. */
  socket: () => Socket | undefined;
  /** Counts a request that is written. */
  written: () => void;
  keepAlive: boolean;
  lifetime: Lifetime | undefined;
};

class UndiciConnection implements Connection {
  readonly events: ConnectionEvents;
  bytes = new ByteTally();
  readonly #newClient: () => DiallingClient;
  readonly #toProxyForm: (request: OutgoingRequest) => OutgoingRequest;
  #client: DispatchingClient | undefined;

  constructor(
    events: ConnectionEvents,
    newClient: () => DiallingClient,
    toProxyForm: (request: OutgoingRequest) => OutgoingRequest,
  ) {
    this.events = events;
    this.#newClient = newClient;
    this.#toProxyForm = toProxyForm;
  }

  get connected(): boolean {
    return this.#client?.isUsable === true;
  }

  send(request: OutgoingRequest): void {
    if (this.#client?.isUsable !== true) {
      this.#client?.discard();
      this.#client = new DispatchingClient(this.events, this.#newClient());
    }
    this.#client.bytes = this.bytes;
    this.#client.send(this.#toProxyForm(request));
  }

  cancel(): void {
    this.#client?.discard();
    this.#client = undefined;
  }

  close(): void {
    this.cancel();
  }
}

const EXPECTS_BODY = new Set(['PUT', 'POST', 'PATCH']);

const NO_EVENTS: ConnectionEvents = { waits() {}, written() {}, head() {}, data() {}, end() {}, failed() {} };

/** A client with the handler of its requests. undici may still call a discarded one, which then emits no event. */
class DispatchingClient implements Dispatcher.DispatchHandler {
  /**
   * After an error, and after the only request of a connection, the next request needs another client: undici still works on this one
   * when it calls the handler.
   */
  #isBroken = false;
  /** Whether the connection carries no request after this one. */
  #isLast = false;
  bytes = new ByteTally();
  /** What the socket had sent and received when the bytes were counted last. */
  #counted = { sent: 0, received: 0 };
  #events: ConnectionEvents;
  readonly #dialling: DiallingClient;

  constructor(events: ConnectionEvents, dialling: DiallingClient) {
    this.#events = events;
    this.#dialling = dialling;
  }

  /** Whether it takes another request. */
  get isUsable(): boolean {
    return !this.#isBroken && this.#dialling.lifetime?.isOver !== true;
  }

  send(request: OutgoingRequest): void {
    const { client, keepAlive, lifetime } = this.#dialling;
    this.#isLast = !keepAlive || lifetime?.carriesLast() === true;
    // Without `reset`, undici closes the connection after a HEAD, and after a body that it does not expect with the method.
    const { method, body } = request;
    const isUsual = !this.#isLast && method !== 'HEAD' && (body === null || EXPECTS_BODY.has(method));
    this.#events.waits();
    client.dispatch(isUsual ? request : { ...request, reset: this.#isLast }, this);
  }

  discard(): void {
    this.#count();
    this.#events = NO_EVENTS;
    this.#dialling.abortDial();
    this.#destroy();
  }

  onRequestStart(): void {
    this.#dialling.written();
    this.#events.written();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#events.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#events.data(chunk);
  }

  onResponseEnd(): void {
    this.#count();
    if (this.#isLast) this.#retire();
    this.#events.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#count();
    this.#retire();
    this.#events.failed(error);
  }

  /** Counts what the socket has sent and received since the last time. */
  #count(): void {
    const { bytesWritten: sent = 0, bytesRead: received = 0 } = this.#dialling.socket() ?? {};
    this.bytes.sent += sent - this.#counted.sent;
    this.bytes.received += received - this.#counted.received;
    this.#counted = { sent, received };
  }

  #retire(): void {
    this.#isBroken = true;
    setImmediate(() => this.#destroy());
  }

  #destroy(): void {
    this.#dialling.client.destroy(null).catch(() => {});
  }
}
