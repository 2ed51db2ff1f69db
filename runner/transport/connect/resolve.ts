import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressGuard } from '../../../model/limits/address-guard.ts';
import { ADDRESS_DENIED, TransportError } from '../error-kind.ts';

/** Asks the system's resolver for all addresses of a name, in its order. */
export type Ask = (host: string) => Promise<LookupAddress[]>;

const askSystem: Ask = (host) =>
  new Promise((done, fail) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, addresses) => (error ? fail(error) : done(addresses)));
  });

/**
 * A look-up for the connections of a run. `Once` asks the resolver once for each host: hundreds of connections opened at once would
 * otherwise queue in the resolver's four threads, and would be measured as the target's; a failed look-up is not kept. `PerConnection`
 * asks each time. Either way connections take the addresses in turn, and a name with one that is denied fails as AddressDenied.
 */
export function resolver(when: 'Once' | 'PerConnection', guard: AddressGuard, ask: Ask = askSystem): LookupFunction {
  const responses = new Map<string, Promise<LookupAddress[]>>();
  let turn = 0;
  const responseFor = (host: string): Promise<LookupAddress[]> => {
    if (when === 'PerConnection') return allowed(host);
    const response = responses.get(host) ?? allowed(host);
    responses.set(host, response);
    return response;
  };
  const allowed = async (host: string): Promise<LookupAddress[]> => {
    const addresses = await ask(host);
    const denial = denialOf(host, addresses, guard);
    if (denial !== undefined) throw new TransportError(ADDRESS_DENIED, denial);
    return addresses;
  };
  return (host, options, callback) => {
    responseFor(host).then(
      (addresses) => {
        const wanted = addresses.filter(({ family }) => !options.family || family === options.family);
        if (wanted.length === 0) {
          callback(Object.assign(new Error(`no IPv${options.family} address of ${host}`), { code: 'ENOTFOUND' }), '');
          return;
        }
        const inTurn = rotated(wanted, turn++);
        if (options.all) callback(null, inTurn);
        else callback(null, inTurn[0]!.address, inTurn[0]!.family);
      },
      (error: NodeJS.ErrnoException) => {
        responses.delete(host);
        callback(error, '');
      },
    );
  };
}

/** glibc asks again after 5 s without an answer. */
const LOOK_UP_MS = 10_000;

/**
 * Resolves when a look-up of a host has ended, well or badly, or after `patienceMs` without an end. Of `Once`, the answer then stands
 * before the load: a resolver that is slow delays the start, and not the first requests.
 */
export async function lookedUp(host: string, lookup: LookupFunction, patienceMs = LOOK_UP_MS): Promise<void> {
  if (isIP(host) !== 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  lookup(host, { all: true }, () => resolve());
  await promise;
  clearTimeout(timer);
}

/** Whether no connection to a host is to be made, as its address or one of its name's is denied; of a name that cannot be resolved, not. */
export async function denialAt(host: string, guard: AddressGuard, ask: Ask = askSystem): Promise<string | undefined> {
  const family = isIP(host);
  const addresses = family === 0 ? await ask(host).catch(() => []) : [{ address: host, family }];
  return denialOf(host, addresses, guard);
}

/** One denied address is enough: whoever answers for a name may answer otherwise the next time. */
function denialOf(host: string, addresses: readonly LookupAddress[], guard: AddressGuard): string | undefined {
  for (const { address } of addresses) {
    const range = guard(address);
    if (range !== undefined)
      return `${host === address ? host : `${host} (${address})`} is in ${range}, which is denied`;
  }
  return undefined;
}

/**
 * The addresses with another one first at each turn. The resolver prefers the family that has a route, so that only addresses of the
 * first one's family take turns; the others stay behind them, for when none of those answers.
 */
export function rotated(addresses: readonly LookupAddress[], turn: number): LookupAddress[] {
  const preferred = addresses.filter(({ family }) => family === addresses[0]!.family);
  const others = addresses.filter(({ family }) => family !== addresses[0]!.family);
  const first = turn % preferred.length;
  return [...preferred.slice(first), ...preferred.slice(0, first), ...others];
}
