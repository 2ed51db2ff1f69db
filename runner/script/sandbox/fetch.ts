import { Agent, type buildConnector, type Dispatcher, Pool } from 'undici';
import type { Assignment } from '../../../api/protocol/assignment.ts';
import { hostNameOf, hostOf } from '../../../model/common/host.ts';
import { addressGuard } from '../../../model/limits/address-guard.ts';
import { isAllowedHost } from '../../../model/limits/allowed-hosts.ts';
import { WHOLE } from '../../../model/load/engine-position.ts';
import type { Destination } from '../../transport/connect/destination.ts';
import { dialer } from '../../transport/connect/dial.ts';
import { tunnels } from '../../transport/connect/proxy.ts';
import { denialAt } from '../../transport/connect/resolve.ts';
import { ADDRESS_DENIED, TransportError } from '../../transport/error-kind.ts';
import { DEFAULT_ADDRESSES, destinationOf } from '../../transport/select.ts';
import type { Values } from '../../values/referenced-values.ts';

/**
 * The `fetch` of a script's setup and teardown. It connects to the target exactly as the load does, and to other hosts without the target's
 * proxy, addresses, server name and client certificate. For a denied address or host it rejects with a TypeError whose cause has the reason.
 */
export function scriptFetch({ spec, addresses }: Assignment, values: Values): typeof fetch {
  const { target } = spec;
  const { origin } = new URL(target.url);
  const guard = addressGuard(addresses ?? DEFAULT_ADDRESSES);

  const destinationAt = (url: URL): Destination => {
    if (url.origin === origin) return destinationOf(target, values, WHOLE, addresses);
    const { http: _, tls, ...rest } = target;
    const trust = tls && {
      minVersion: tls.minVersion,
      insecureSkipVerify: tls.insecureSkipVerify,
      ...(tls.caFrom && { caFrom: tls.caFrom }),
    };
    return destinationOf({ ...rest, url: url.href, ...(trust && { tls: trust }) }, values, WHOLE, addresses);
  };

  /** The addresses of a name are checked again when it is resolved to connect; an address without a name is checked only here. */
  const denialOf = async (url: URL): Promise<string | undefined> => {
    if (url.origin === origin) return undefined; // checked by preflight
    const host = hostNameOf(url);
    if (!isAllowedHost(host, addresses?.hosts ?? [])) return `host ${host} is not allowed by the operator`;
    return denialAt(hostOf(url), guard);
  };

  const agent = new Agent({
    factory: (address) => {
      const url = new URL(address);
      const destination = destinationAt(url);
      const dial = dialer(destination);
      const connect: buildConnector.connector = async (_, done) => {
        const denial = await denialOf(url);
        if (denial !== undefined) done(new TransportError(ADDRESS_DENIED, denial), null);
        else
          dial(
            { protocol: 'http/1.1' },
            { open: (socket) => done(null, socket), failed: (error) => done(error, null) },
          );
      };
      return throughProxy(new Pool(url.origin, { connect }), destination);
    },
  });
  const nodeFetch = globalThis.fetch;
  return (input, init) => {
    const { stack = '' } = new Error(); // an error that Node throws later does not contain the caller's line
    return nodeFetch(input, { ...init, dispatcher: agent } as object as RequestInit).catch((error) => {
      if (error instanceof Error) error.stack = stack.replace('Error', String(error));
      throw error;
    });
  };
}

/** Requests to a proxy without a tunnel have an absolute URL and the credentials for the proxy. */
function throughProxy(pool: Pool, destination: Destination): Dispatcher {
  const { proxy, url } = destination;
  if (proxy === undefined || tunnels(destination, 'http/1.1')) return pool;
  const credentials = proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization };
  return pool.compose((dispatch) => (request, handler) => {
    const headers = { ...(request.headers as Record<string, string>), ...credentials };
    return dispatch({ ...request, path: url.origin + request.path, headers }, handler);
  });
}
