import { constants } from 'node:http2';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import type { OutgoingRequest } from '../message.ts';
import type { Connection, ConnectionEvents, Transport } from '../transport.ts';
import { Http2Connection } from './connection.ts';
import { Http2Stream } from './stream.ts';

/**
 * HTTP/2, by ALPN over TLS and by prior knowledge without. Requests go to the connections in turn; each connection carries as many at a
 * time as the server's settings allow, and what exceeds that waits unwritten.
 */
export function http2Transport(destination: Destination): Transport {
  const connections: Http2Connection[] = [];
  const dial = dialer(destination);
  let turn = 0;
  const next = (): Http2Connection => {
    const at = turn++ % destination.connections;
    if (connections[at]?.usable !== true) connections[at] = new Http2Connection(dial, destination.url);
    return connections[at]!;
  };
  let openSlots = 0;
  const release = () => {
    if (--openSlots === 0) for (const connection of connections.splice(0)) connection.close();
  };
  const headersOf = headerCache(destination.url);
  return {
    connections: Number.POSITIVE_INFINITY,
    open: (events) => {
      openSlots++;
      return new Http2StreamSlot(events, next, headersOf, release);
    },
  };
}

/** A lane is a place for one request at a time; the connection is shared, and outlives a request that is given up. */
class Http2StreamSlot implements Connection {
  readonly connected = true; // it is a place only, and costs nothing to open
  readonly #events: ConnectionEvents;
  readonly #next: () => Http2Connection;
  readonly #headersOf: (request: OutgoingRequest) => readonly string[];
  readonly #release: () => void;
  #stream: Http2Stream | undefined;

  constructor(
    events: ConnectionEvents,
    next: () => Http2Connection,
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

/** The headers of requests as HTTP/2 has them: in lower case, the host as :authority; made once for each request. */
function headerCache(url: URL): (request: OutgoingRequest) => readonly string[] {
  const known = new Map<OutgoingRequest, readonly string[]>();
  return (request) => {
    if (!request.fixed) return headersOf(request, url);
    const headers = known.get(request) ?? headersOf(request, url);
    known.set(request, headers);
    return headers;
  };
}

function headersOf({ method, path, headers, body }: OutgoingRequest, url: URL): string[] {
  const own: string[] = [];
  let authority = url.host;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'host') authority = headers[i + 1]!;
    else own.push(name, headers[i + 1]!);
  }
  const { HTTP2_HEADER_METHOD, HTTP2_HEADER_SCHEME, HTTP2_HEADER_AUTHORITY, HTTP2_HEADER_PATH } = constants;
  return [
    ...[HTTP2_HEADER_METHOD, method, HTTP2_HEADER_SCHEME, url.protocol.slice(0, -1)],
    ...[HTTP2_HEADER_AUTHORITY, authority, HTTP2_HEADER_PATH, path],
    ...own,
    ...(body === null ? [] : ['content-length', String(body.length)]),
  ];
}
