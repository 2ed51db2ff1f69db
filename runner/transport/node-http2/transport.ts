import { constants } from 'node:http2';
import { AddressRecorder } from '../connect/address-recorder.ts';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { lifetimes } from '../connect/lifetime.ts';
import type { OutgoingRequest } from '../message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport.ts';
import { MultiplexedConnection } from './multiplexed-connection.ts';
import { Http2Stream } from './stream.ts';

/**
 * HTTP/2, by ALPN over TLS and by prior knowledge without. Requests rotate through the connections. A connection carries as many concurrent
 * streams as the server's settings allow; further requests wait unwritten.
 */
export function nodeHttp2Transport(destination: Destination): Transport {
  const connections: MultiplexedConnection[] = [];
  const dial = dialer(destination);
  const newLifetime = lifetimes(destination.lifetime);
  const addresses = new AddressRecorder(destination);
  let rotation = 0;
  const next = (): MultiplexedConnection => {
    const at = rotation++ % destination.connections;
    connections[at]?.retireIfAgeing();
    const current = connections[at];
    if (current?.usable === true) return current;
    const fresh = new MultiplexedConnection(dial, destination.url, { resend, addresses, lifetime: newLifetime?.() });
    connections[at] = fresh;
    return fresh;
  };
  const resend = (stream: Http2Stream) => next().send(stream);
  let openSlots = 0;
  const release = () => {
    if (--openSlots > 0) return;
    for (const connection of connections.splice(0)) connection.close();
    rotation = 0;
  };
  const headersOf = headerCache(destination.url);
  return {
    connections: Number.POSITIVE_INFINITY,
    addresses,
    dials: destination.figures,
    open: (events) => {
      openSlots++;
      return new StreamSlot(events, next, headersOf, release);
    },
  };
}

/** A slot for one stream at a time, on the connections that all slots share. The last slot that closes closes them. */
class StreamSlot implements Connection {
  readonly connected = true; // a slot costs nothing to open
  readonly #events: ConnectionEvents;
  readonly #next: () => MultiplexedConnection;
  readonly #headersOf: (request: OutgoingRequest) => readonly string[];
  readonly #release: () => void;
  #stream: Http2Stream | undefined;

  constructor(
    events: ConnectionEvents,
    next: () => MultiplexedConnection,
    headersOf: (request: OutgoingRequest) => readonly string[],
    release: () => void,
  ) {
    this.#events = events;
    this.#next = next;
    this.#headersOf = headersOf;
    this.#release = release;
  }

  send(request: OutgoingRequest): void {
    const connection = this.#next();
    this.#stream = new Http2Stream(this.#events, this.#headersOf(request), request);
    connection.send(this.#stream);
  }

  cancel(): void {
    this.#stream?.cancel();
    this.#stream = undefined;
  }

  close(): void {
    this.cancel();
    this.#release();
  }
}

/** Converts the headers of requests to HTTP/2, once for each fixed request. */
function headerCache(url: URL): (request: OutgoingRequest) => readonly string[] {
  const cache = new Map<OutgoingRequest, readonly string[]>();
  return (request) => {
    if (!request.fixed) return headersOf(request, url);
    const headers = cache.get(request) ?? headersOf(request, url);
    cache.set(request, headers);
    return headers;
  };
}

/** The pseudo-header fields (RFC 9113, 8.3.1), then the headers with names in lower case. A host header becomes :authority. */
function headersOf({ method, path, headers, body }: OutgoingRequest, url: URL): string[] {
  const fields: string[] = [];
  let authority = url.host;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'host') authority = headers[i + 1]!;
    else fields.push(name, headers[i + 1]!);
  }
  const { HTTP2_HEADER_METHOD, HTTP2_HEADER_SCHEME, HTTP2_HEADER_AUTHORITY, HTTP2_HEADER_PATH } = constants;
  return [
    ...[HTTP2_HEADER_METHOD, method, HTTP2_HEADER_SCHEME, url.protocol.slice(0, -1)],
    ...[HTTP2_HEADER_AUTHORITY, authority, HTTP2_HEADER_PATH, path],
    ...fields,
    ...(body === null ? [] : ['content-length', String(body.length)]),
  ];
}
