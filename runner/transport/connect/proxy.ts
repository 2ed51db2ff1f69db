import type { Socket } from 'node:net';
import { TransportError } from '../error-kind.ts';
import type { OutgoingRequest } from '../message.ts';
import { MAX_HEAD_BYTES } from '../message.ts';
import { type Destination, portOf } from './destination.ts';
import type { Dialled } from './dialled.ts';

/** Whether the proxy only passes bytes on: it must where they are encrypted, and HTTP/2 has no other form of asking for that. */
export function tunnels({ security }: Destination, protocol: 'http/1.1' | 'h2'): boolean {
  return security !== undefined || protocol === 'h2';
}

/** What is sent to a proxy that reads the requests: their whole URL, and who is asking. Undefined: requests go out as they are. */
export function proxied(destination: Destination): ((request: OutgoingRequest) => OutgoingRequest) | undefined {
  const { proxy, url } = destination;
  if (proxy === undefined || tunnels(destination, 'http/1.1')) return undefined;
  const credentials = proxy.authorization === undefined ? [] : ['proxy-authorization', proxy.authorization];
  return (request) => ({
    ...request,
    path: url.origin + request.path,
    headers: [...request.headers, ...credentials],
  });
}

const GRANTED = /^HTTP\/1\.[01] 2[0-9]{2}(?: |$)/;
/** An answer before the answer; 101 is one itself. */
const INFORMATIONAL = /^HTTP\/1\.[01] 1(?!01)[0-9]{2}(?: |$)/;

/** Asks a proxy, over a connection to it, for one to the target. The function that is returned gives it up. */
export function openTunnel(socket: Socket, { url, proxy, security }: Destination, dialled: Dialled): () => void {
  const host = `${url.hostname}:${portOf(url, security)}`;
  const lines = [`CONNECT ${host} HTTP/1.1`, `Host: ${host}`];
  if (proxy!.authorization !== undefined) lines.push(`Proxy-Authorization: ${proxy!.authorization}`);
  let response = Buffer.alloc(0);
  let from = 0;
  const end = () => {
    socket.off('data', take).off('close', closed).off('end', closed);
  };
  const refused = (how: string) => {
    end();
    socket.destroy();
    dialled.failed(new TransportError('ProxyRefused', `the proxy ${how} to CONNECT ${host}`));
  };
  const closed = () => refused('closed the connection instead of an answer');
  /** The status line of the next answer that has come, in `answer` up to `from`. */
  const nextLine = (): string | undefined => {
    const end = response.indexOf('\r\n\r\n', from);
    if (end < 0) return undefined;
    const [line = ''] = response.toString('latin1', from, end).split('\r\n', 1);
    from = end + 4;
    return line;
  };
  const take = (chunk: Buffer) => {
    response = Buffer.concat([response, chunk]);
    let line = nextLine();
    while (line !== undefined && INFORMATIONAL.test(line)) line = nextLine();
    if (line === undefined) {
      if (response.length > MAX_HEAD_BYTES) refused('gave no end of headers');
      return;
    }
    if (!GRANTED.test(line)) {
      refused(`answered "${line.slice(0, 128).replace(/[^ -~]/g, '?')}"`);
      return;
    }
    end();
    socket.pause(); // whoever takes over begins to read
    const behind = response.subarray(from);
    if (behind.length > 0) socket.unshift(behind);
    dialled.open(socket);
  };
  socket.on('data', take).on('close', closed).on('end', closed);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return () => {
    end();
    socket.destroy();
  };
}
