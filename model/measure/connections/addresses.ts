import { MAX_ADDRESSES, MAX_MEASURED_ADDRESSES } from '../../../api/common/sizes.ts';

/** What went over the connections to one address, or to several together. */
export type Use = { requests: number; connections: number };
export type AddressUse = Use & { address: string };

/** How requests were spread over addresses. */
export type AddressUses = {
  /** The addresses with the most requests, in this order. */
  addresses?: AddressUse[] | undefined;
  /** All other addresses together. Undefined: none. */
  otherAddresses?: Use | undefined;
};

/** Sums by address. An address that is among the others of one part counts there for this part. */
export function mergeAddresses(parts: readonly AddressUses[], most = MAX_MEASURED_ADDRESSES): AddressUses {
  const byAddress = new Map<string, AddressUse>();
  for (const use of parts.flatMap((part) => part.addresses ?? [])) {
    const sum = plus(byAddress.get(use.address), use);
    byAddress.set(use.address, { address: use.address, ...sum });
  }
  if (byAddress.size === 0) return {};
  const ordered = [...byAddress.values()].sort(byRequests);
  const others = [...ordered.slice(most), ...parts.flatMap((part) => part.otherAddresses ?? [])];
  return {
    addresses: ordered.slice(0, most),
    ...(others.length > 0 && { otherAddresses: others.reduce(plus, undefined)! }),
  };
}

/** The addresses that a status has room for. */
export function mostUsed(uses: AddressUses): AddressUses {
  return mergeAddresses([uses], MAX_ADDRESSES);
}

function plus(sum: Use | undefined, { requests, connections }: Use): Use {
  return { requests: (sum?.requests ?? 0) + requests, connections: (sum?.connections ?? 0) + connections };
}

function byRequests(a: AddressUse, b: AddressUse): number {
  return b.requests - a.requests || (a.address < b.address ? -1 : 1);
}
