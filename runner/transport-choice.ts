import { http1Transport } from './http1/transport.ts';
import type { Transport } from './transport.ts';
import { undiciTransport } from './undici-transport.ts';

/** The transport for a target: the lean one where it can do all that is asked, which is HTTP/1.1 without TLS; else undici. */
export function transportFor(url: string): Transport {
  const { origin, protocol } = new URL(url);
  return protocol === 'http:' ? http1Transport(origin) : undiciTransport(origin);
}
