import { connect, type Socket } from 'node:net';
import type { PreparedRequest } from '../requests.ts';
import { resolveOnce } from '../resolve.ts';
import type { Transport } from '../transport.ts';
import { Http1Lane } from './lane.ts';

/** What one read can bring. All connections of a thread share the buffer, as its bytes are used up before the next read. */
const READ_BYTES = 64 * 1024;

/** HTTP/1.1 over bare sockets: every request is serialised once, and its answer is parsed where it was read. */
export function http1Transport(origin: string): Transport {
  const { hostname, host, port } = new URL(origin);
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const address = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 80 : Number(port),
    lookup: resolveOnce(),
    noDelay: true,
  };
  const serialised = new Map<PreparedRequest, Buffer>();
  const serialise = (request: PreparedRequest): Buffer => {
    if (!request.fixed) return serialiseRequest(request, host);
    const known = serialised.get(request) ?? serialiseRequest(request, host);
    serialised.set(request, known);
    return known;
  };
  const open = (onBytes: (bytes: Buffer, length: number) => void): Socket =>
    connect({
      ...address,
      onread: {
        buffer,
        callback: (length) => {
          onBytes(buffer, length);
          return true;
        },
      },
    });
  return { open: (events) => new Http1Lane(events, open, serialise) };
}

/** Methods whose requests say that their body is empty, when it is. */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A request as it goes over the wire; a host header of its own replaces the one of the address. */
export function serialiseRequest({ method, path, headers, body }: PreparedRequest, host: string): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`];
  const names = headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (!names.includes('host')) lines.push(`host: ${host}`);
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  if ((body !== null || WITH_BODY.has(method)) && !names.includes('content-length')) {
    lines.push(`content-length: ${body?.length ?? 0}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return body === null ? head : Buffer.concat([head, body]);
}
