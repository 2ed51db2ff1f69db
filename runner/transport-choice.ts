import type { Target } from '../api/target.ts';
import { type TransportName, transportOf } from '../model/transport.ts';
import { http1Transport } from './http1/transport.ts';
import { http2Transport } from './http2/transport.ts';
import type { Values } from './requests.ts';
import { resolveOnce } from './resolve.ts';
import { securityOf } from './security.ts';
import type { Destination, Transport } from './transport.ts';
import { undiciTransport } from './undici-transport.ts';

const TRANSPORTS: Record<TransportName, (destination: Destination) => Transport> = {
  Lean: http1Transport,
  Undici: undiciTransport,
  HTTP2: http2Transport,
};

/** The transport that a target asks for. `values` holds its certificates; `connections` is this engine's share of them. */
export function transportFor(target: Target, values: Values, connections = 1): Transport {
  return TRANSPORTS[transportOf(target)](destinationOf(target, values, connections));
}

/** Where a target's requests go. Throws when its certificates cannot be used. */
export function destinationOf(target: Target, values: Values, connections = 1): Destination {
  const url = new URL(target.url);
  return {
    url,
    lookup: resolveOnce(),
    connections,
    ...(url.protocol === 'https:' && { security: securityOf(target, values) }),
  };
}
