import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { proxied } from '../connect/proxy.ts';
import type { OutgoingRequest } from '../message.ts';
import type { Transport } from '../transport.ts';
import { type Http1, Http1Connection } from './connection.ts';
import { discarder } from './discard.ts';
import { gracefulClose } from './graceful-close.ts';
import { HeadCache } from './head-cache.ts';
import { TrailingBytes } from './trailing-bytes.ts';

/** HTTP/1.1 over bare sockets: every request is serialised once, and its answer is parsed where it was read. */
export function http1Transport(destination: Destination): Transport {
  const { keepAlive } = destination;
  const { host } = destination.url;
  const serialised = new Map<OutgoingRequest, Buffer>();
  const sent = proxied(destination) ?? ((request) => request);
  const serialise = (request: OutgoingRequest): Buffer => {
    if (!request.fixed) return serialiseRequest(sent(request), host, keepAlive);
    const known = serialised.get(request);
    if (known !== undefined) return known;
    const bytes = serialiseRequest(sent(request), host, keepAlive);
    serialised.set(request, bytes);
    return bytes;
  };
  const dial = dialer(destination);
  const { discard, made } = discarder();
  const known = new HeadCache();
  const http1: Http1 = {
    dial: (speech, dialled) => {
      made();
      return dial(speech, dialled);
    },
    serialise,
    known,
    trailingBytes: new TrailingBytes(),
    discard,
    keepAlive,
    letGo: gracefulClose(discard),
  };
  return { connections: destination.connections, open: (events) => new Http1Connection(events, http1) };
}

/** Methods whose requests say that their body is empty, when it is. */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A request as it goes over the wire; a host header of its own replaces the one of the address. */
export function serialiseRequest(
  { method, path, headers, body }: OutgoingRequest,
  host: string,
  keepAlive = true,
): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`];
  const names = headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (!names.includes('host')) lines.push(`host: ${host}`);
  if (!keepAlive) lines.push('connection: close');
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  if ((body !== null || WITH_BODY.has(method)) && !names.includes('content-length')) {
    lines.push(`content-length: ${body?.length ?? 0}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return body === null ? head : Buffer.concat([head, body]);
}
