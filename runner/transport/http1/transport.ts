import { AddressRecorder } from '../connect/address-recorder.ts';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { discarder } from '../connect/discard.ts';
import { gracefulClose } from '../connect/graceful-close.ts';
import { lifetimes } from '../connect/lifetime.ts';
import { proxyForm } from '../connect/proxy.ts';
import { HeadCache } from '../head-cache.ts';
import type { OutgoingRequest } from '../message.ts';
import type { Transport } from '../transport.ts';
import { type Http1, Http1Connection } from './connection.ts';
import { TrailingBytes } from './trailing-bytes.ts';

/** HTTP/1.1 over bare sockets. A fixed request is serialised once; a response is parsed in the buffer that it was read into. */
export function http1Transport(destination: Destination): Transport {
  const { keepAlive } = destination;
  const { host } = destination.url;
  /** Fixed requests, and in the other map those that ask the server to close the connection. */
  const [serialised, serialisedLast] = [new Map<OutgoingRequest, Buffer>(), new Map<OutgoingRequest, Buffer>()];
  const toProxyForm = proxyForm(destination) ?? ((request) => request);
  const serialise = (request: OutgoingRequest, isLast: boolean): Buffer => {
    if (!request.fixed) return serialiseRequest(toProxyForm(request), host, !isLast);
    const cache = isLast ? serialisedLast : serialised;
    const cached = cache.get(request);
    if (cached !== undefined) return cached;
    const bytes = serialiseRequest(toProxyForm(request), host, !isLast);
    cache.set(request, bytes);
    return bytes;
  };
  const dial = dialer(destination);
  const { discard, opened } = discarder();
  const addresses = new AddressRecorder(destination);
  const http1: Http1 = {
    dial: (options, events) => {
      opened();
      return dial(options, events);
    },
    serialise,
    headCache: new HeadCache(),
    trailingBytes: new TrailingBytes(),
    discard,
    keepAlive,
    addresses,
    newLifetime: lifetimes(destination.lifetime),
    closeGracefully: gracefulClose(discard),
  };
  const { connections, figures } = destination;
  return { connections, addresses, dials: figures, open: (events) => new Http1Connection(events, http1) };
}

/** The methods whose requests have a content-length even without a body (RFC 9110, 8.6). */
const ANTICIPATES_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** The bytes of a request. A host header of its own replaces `host`. Names are in the letters of curl and Go, which some servers compare. */
export function serialiseRequest(
  { method, path, headers, body }: OutgoingRequest,
  host: string,
  keepAlive = true,
): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`];
  const names = headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (!names.includes('host')) lines.push(`Host: ${host}`);
  if (!keepAlive) lines.push('Connection: close');
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  if ((body !== null || ANTICIPATES_BODY.has(method)) && !names.includes('content-length')) {
    lines.push(`Content-Length: ${body?.length ?? 0}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return body === null ? head : Buffer.concat([head, body]);
}
