import type { Socket } from 'node:net';
import { TransportError } from '../error-kind.ts';
import type { OutgoingRequest } from '../message.ts';
import { MAX_HEAD_BYTES } from '../message.ts';
import { type Destination, portOf } from './destination.ts';
import type { DialEvents } from './dial-events.ts';

/** Whether a proxy must tunnel: always for TLS, and for HTTP/2, which has no other way through a proxy. */
export function tunnels({ security }: Destination, protocol: 'http/1.1' | 'h2'): boolean {
  return security !== undefined || protocol === 'h2';
}

/**
 * Converts requests to the form that a proxy expects which reads them: absolute-form (RFC 9112, 3.2.2) with Proxy-Authorization.
 * Undefined: requests are sent as they are.
 */
export function proxyForm(destination: Destination): ((request: OutgoingRequest) => OutgoingRequest) | undefined {
  const { proxy, url } = destination;
  if (proxy === undefined || tunnels(destination, 'http/1.1')) return undefined;
  const credentials = proxy.authorization === undefined ? [] : ['Proxy-Authorization', proxy.authorization];
  return (request) => ({
    ...request,
    path: url.origin + absolutePath(request.path),
    headers: [...request.headers, ...credentials],
  });
}

/** The path behind an origin. `*`, a request for the whole server, is no path at all (RFC 9112, 3.2.4). */
function absolutePath(path: string): string {
  if (path === '*') return '';
  return path.startsWith('/') ? path : `/${path}`;
}

const SUCCESSFUL = /^HTTP\/1\.[01] 2[0-9]{2}(?: |$)/;
/** An informational response, which precedes the final one. 101 is a final one. */
const INFORMATIONAL = /^HTTP\/1\.[01] 1(?!01)[0-9]{2}(?: |$)/;

/** Opens a tunnel to the target with CONNECT, over a connection to its proxy. The returned function aborts it. */
export function openTunnel(socket: Socket, { url, proxy, security }: Destination, events: DialEvents): () => void {
  const authority = `${url.hostname}:${portOf(url, security)}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy!.authorization !== undefined) lines.push(`Proxy-Authorization: ${proxy!.authorization}`);
  let received = Buffer.alloc(0);
  /** Where the next head begins in `received`. */
  let from = 0;
  const stopListening = () => {
    socket.off('data', onData).off('close', onClosed).off('end', onClosed);
  };
  const refused = (how: string) => {
    stopListening();
    socket.destroy();
    events.failed(new TransportError('ProxyRefused', `the proxy ${how} to CONNECT ${authority}`));
  };
  const onClosed = () => refused('closed the connection instead of responding');
  /** The status line of the next complete head; undefined while there is none. */
  const nextStatusLine = (): string | undefined => {
    const end = received.indexOf('\r\n\r\n', from);
    if (end < 0) return undefined;
    const [line = ''] = received.toString('latin1', from, end).split('\r\n', 1);
    from = end + 4;
    return line;
  };
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    let line = nextStatusLine();
    while (line !== undefined && INFORMATIONAL.test(line)) line = nextStatusLine();
    if (line === undefined) {
      if (received.length > MAX_HEAD_BYTES) refused('sent endless headers in response');
      return;
    }
    if (!SUCCESSFUL.test(line)) {
      refused(`responded "${line.slice(0, 128).replace(/[^ -~]/g, '?')}"`);
      return;
    }
    stopListening();
    socket.pause(); // the next owner starts to read
    const rest = received.subarray(from);
    if (rest.length > 0) socket.unshift(rest);
    events.open(socket);
  };
  socket.on('data', onData).on('close', onClosed).on('end', onClosed);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return () => {
    stopListening();
    socket.destroy();
  };
}
