import { milliseconds, msToUs } from '../../api/common/duration.ts';
import { DENIED_ADDRESSES } from '../../api/common/sizes.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import { type AddressRules, addressGuard } from '../../model/limits/address-guard.ts';
import { connectionsOf } from '../../model/load/connection-count.ts';
import { type EnginePosition, stripeAt, WHOLE } from '../../model/load/engine-position.ts';
import { type TransportName, transportOf } from '../../model/request/transport.ts';
import { authorizationOf } from '../values/authorization.ts';
import type { Values } from '../values/referenced-values.ts';
import { addressOf, type Destination } from './connect/destination.ts';
import { DialFigures } from './connect/dial-figures.ts';
import { resolveAhead, resolver } from './connect/resolve.ts';
import { tlsOptionsOf } from './connect/tls.ts';
import type { Transport } from './transport.ts';

/** Each transport is loaded only when it is chosen: undici alone takes a tenth of a second of CPU before a runner is ready. */
const TRANSPORTS: Record<TransportName, () => Promise<(destination: Destination) => Transport>> = {
  Lean: async () => (await import('./http1/transport.ts')).http1Transport,
  Undici: async () => (await import('./undici/undici-transport.ts')).undiciTransport,
  HTTP2: async () => (await import('./http2/transport.ts')).http2Transport,
  NodeHTTP2: async () => (await import('./node-http2/transport.ts')).nodeHttp2Transport,
};

/** The rules where the operator sets none. */
export const DEFAULT_ADDRESSES: AddressRules = { denied: DENIED_ADDRESSES };

/**
 * The transport that a target asks for, with the connections of the engine at `position`. With `dns: Once`, the name is resolved before
 * this resolves. `values` holds the certificates; rejects when they cannot be used.
 */
export async function transportFor(
  target: Target,
  values: Values,
  position: EnginePosition = WHOLE,
  addresses: AddressRules = DEFAULT_ADDRESSES,
): Promise<Transport> {
  const open = await TRANSPORTS[transportOf(target)]();
  const destination = destinationOf(target, values, position, addresses);
  const address = addressOf(destination);
  if (target.dns === 'Once' && 'host' in address) await resolveAhead(address.host, destination.lookup);
  return open(destination);
}

/** Where the requests to a target go. Throws when its certificates cannot be used. */
export function destinationOf(
  target: Target,
  values: Values,
  position: EnginePosition = WHOLE,
  addresses: AddressRules = DEFAULT_ADDRESSES,
): Destination {
  const url = new URL(target.url);
  const figures = new DialFigures();
  const { proxy, unixSocket, localAddresses, keepAlive = true } = target.http ?? {};
  const { maxConnectionAge, maxRequestsPerConnection } = target.http ?? {};
  return {
    url,
    figures,
    lookup: resolver(target.dns, addressGuard(addresses), undefined, stripeAt(position).index, (ms) =>
      figures.dns.record(msToUs(ms)),
    ),
    timeoutMs: milliseconds(target.timeout),
    connections: connectionsOf(target, position),
    keepAlive,
    lifetime: {
      ...(maxConnectionAge !== undefined && { maxAgeMs: milliseconds(maxConnectionAge) }),
      ...(maxRequestsPerConnection !== undefined && { maxRequests: maxRequestsPerConnection }),
    },
    ...(url.protocol === 'https:' && { security: tlsOptionsOf(target, values) }),
    ...(proxy && { proxy: { url: new URL(proxy.url), authorization: authorizationOf(proxy.auth, values) } }),
    ...(unixSocket !== undefined && { unixSocket }),
    ...(localAddresses && { localAddresses }),
  };
}
