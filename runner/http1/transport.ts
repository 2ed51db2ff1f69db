import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { tls } from '../openssl.ts';
import type { PreparedRequest } from '../requests.ts';
import { addressOf, type Destination, type Transport } from '../transport.ts';
import { discarder } from './discard.ts';
import { type Connect, Http1Lane, type OnBytes } from './lane.ts';

/** What one read can bring. All connections of a thread share the buffer, as its bytes are used up before the next read. */
const READ_BYTES = 64 * 1024;

/** HTTP/1.1 over bare sockets: every request is serialised once, and its answer is parsed where it was read. */
export function http1Transport(destination: Destination): Transport {
  const { host } = destination.url;
  const serialised = new Map<PreparedRequest, Buffer>();
  const serialise = (request: PreparedRequest): Buffer => {
    if (!request.fixed) return serialiseRequest(request, host);
    const known = serialised.get(request) ?? serialiseRequest(request, host);
    serialised.set(request, known);
    return known;
  };
  const http1 = { connect: connector(destination), serialise, discard: discarder() };
  return { lanes: destination.connections, open: (events) => new Http1Lane(events, http1) };
}

function connector(destination: Destination): Connect {
  const { security } = destination;
  const address = addressOf(destination);
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const reading = (onBytes: OnBytes) => ({
    buffer,
    callback: (length: number) => {
      onBytes(buffer, length);
      return true;
    },
  });
  if (security === undefined) return (onBytes, onOpen) => connect({ ...address, onread: reading(onBytes) }, onOpen);
  let session: Buffer | undefined;
  return (onBytes, onOpen) => {
    // The types know `onread` for plain sockets only.
    const options = { ...address, ...security, session, ALPNProtocols: ['http/1.1'], onread: reading(onBytes) };
    const socket = tls().connect(options as ConnectionOptions, onOpen);
    socket.on('session', (fresh) => {
      session = fresh;
    });
    return socket;
  };
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
