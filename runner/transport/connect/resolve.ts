import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressGuard } from '../../../model/limits/address-guard.ts';
import { ADDRESS_DENIED, TransportError } from '../error-kind.ts';

/** Resolves a name to all its addresses, in the resolver's order. */
export type ResolveAll = (host: string) => Promise<LookupAddress[]>;

/** With its dot, "localhost." is in no file of hosts, and its name is never asked of DNS (RFC 6761, 6.3). */
const ABSOLUTE_LOCALHOST = /^((?:.*[.])?localhost)[.]$/i;

const systemResolver: ResolveAll = (host) =>
  new Promise((done, fail) => {
    lookup(host.replace(ABSOLUTE_LOCALHOST, '$1'), { all: true, order: 'verbatim' }, (error, addresses) =>
      error ? fail(error) : done(addresses),
    );
  });

/**
 * The lookup of the connections of a run. `Once` resolves each host once: hundreds of connections that open together would otherwise queue
 * in the resolver's four threads, and the target's times would include the wait. A lookup that fails is not cached. `PerConnection` resolves
 * for each connection. In both cases connections rotate through the addresses, beginning with number `firstRotation`, as engines that all
 * begin with the same address would load it most. A name with a denied address fails as AddressDenied. `resolved` receives the time of each
 * resolution, milliseconds.
 */
export function resolver(
  when: 'Once' | 'PerConnection',
  guard: AddressGuard,
  resolveAll: ResolveAll = systemResolver,
  firstRotation = 0,
  resolved: (tookMs: number) => void = () => {},
): LookupFunction {
  const cache = new Map<string, Promise<LookupAddress[]>>();
  let rotation = firstRotation;
  const addressesOf = (host: string): Promise<LookupAddress[]> => {
    if (when === 'PerConnection') return allowedAddressesOf(host);
    const addresses = cache.get(host) ?? allowedAddressesOf(host);
    cache.set(host, addresses);
    return addresses;
  };
  const allowedAddressesOf = async (host: string): Promise<LookupAddress[]> => {
    const startMs = performance.now();
    const addresses = await resolveAll(host);
    resolved(performance.now() - startMs);
    const denial = denialOf(host, addresses, guard);
    if (denial !== undefined) throw new TransportError(ADDRESS_DENIED, denial);
    return addresses;
  };
  return (host, options, callback) => {
    addressesOf(host).then(
      (addresses) => {
        const usable = addresses.filter(({ family }) => !options.family || family === options.family);
        if (usable.length === 0) {
          callback(Object.assign(new Error(`no IPv${options.family} address of ${host}`), { code: 'ENOTFOUND' }), '');
          return;
        }
        const inRotation = rotated(usable, rotation++);
        if (options.all) callback(null, inRotation);
        else callback(null, inRotation[0]!.address, inRotation[0]!.family);
      },
      (error: NodeJS.ErrnoException) => {
        cache.delete(host);
        callback(error, '');
      },
    );
  };
}

/** glibc retries after 5 s without a response. */
const LOOKUP_TIMEOUT_MS = 10_000;

/**
 * Resolves when the lookup of a host has ended, with a result or an error, or after `timeoutMs`. With `Once` this fills the cache before
 * the load: a slow resolver delays the start, and not the first requests.
 */
export async function resolveAhead(host: string, lookup: LookupFunction, timeoutMs = LOOKUP_TIMEOUT_MS): Promise<void> {
  if (isIP(host) !== 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  lookup(host, { all: true }, () => resolve());
  await promise;
  clearTimeout(timer);
}

/** Why a host, or an address of its name, is denied; undefined when none is, or when the name does not resolve. */
export async function denialAt(
  host: string,
  guard: AddressGuard,
  resolveAll: ResolveAll = systemResolver,
): Promise<string | undefined> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolveAll(host).catch(() => []) : [{ address: host, family }];
  return denialOf(host, addresses, guard);
}

/** One denied address denies the name: its owner may return another set of addresses the next time. */
function denialOf(host: string, addresses: readonly LookupAddress[], guard: AddressGuard): string | undefined {
  for (const { address } of addresses) {
    const range = guard(address);
    if (range !== undefined)
      return `${host === address ? host : `${host} (${address})`} is in ${range}, which is denied`;
  }
  return undefined;
}

/**
 * The addresses, beginning with another one at each `rotation`. Only the family of the first address rotates, as resolvers put the family
 * first that has a route. The other family stays behind, for when none of the first responds. A DNS server may shuffle its addresses: sorted,
 * they take turns all the same.
 */
export function rotated(addresses: readonly LookupAddress[], rotation: number): LookupAddress[] {
  const preferred = addresses
    .filter(({ family }) => family === addresses[0]!.family)
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const others = addresses.filter(({ family }) => family !== addresses[0]!.family);
  const first = rotation % preferred.length;
  return [...preferred.slice(first), ...preferred.slice(0, first), ...others];
}
