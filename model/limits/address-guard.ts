import { BlockList } from 'node:net';
import { parseCidr } from '../../api/common/cidr.ts';

/** Denied ranges of addresses in CIDR notation, and exceptions from them. */
export type AddressRules = { denied: readonly string[]; allowed?: readonly string[] | undefined };

/** Returns the range that denies an IP address; undefined when none does. A zone in the address is ignored. */
export type AddressGuard = (address: string) => string | undefined;

/**
 * Judges addresses. An IPv6 address is also judged as each IPv4 address that it may lead to: mapped (::ffff:a.b.c.d), compatible
 * (::a.b.c.d), by NAT64 (64:ff9b::a.b.c.d, and the local prefixes of 64:ff9b:1::/48 with the address last) and by 6to4 (2002:aabb:ccdd::).
 */
export function addressGuard({ denied, allowed = [] }: AddressRules): AddressGuard {
  const deniers = denied.map((cidr) => ({ cidr, contains: rangeOf(cidr) }));
  const exceptions = allowed.map(rangeOf);
  return (address) => {
    for (const form of formsOf(address.replace(/%.*$/, ''))) {
      if (exceptions.some((contains) => contains(form))) continue;
      const denier = deniers.find(({ contains }) => contains(form));
      if (denier !== undefined) return denier.cidr;
    }
    return undefined;
  };
}

function rangeOf(text: string): (address: string) => boolean {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a range of addresses`);
  const list = new BlockList();
  list.addSubnet(cidr.address, cidr.prefix, nameOf(cidr.family));
  return (address) => {
    const family = address.includes(':') ? 6 : 4;
    return family === cidr.family && list.check(address, nameOf(family));
  };
}

function nameOf(family: 4 | 6): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}

/** The address, and the IPv4 addresses embedded in it. */
function formsOf(address: string): string[] {
  if (!address.includes(':')) return [address];
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  const startsWithZeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  const isMappedOrCompatible = startsWithZeros(6) || (startsWithZeros(5) && groups[5] === 0xffff);
  const isNat64 = first === 0x64 && second === 0xff9b;
  return [
    address,
    ...(isMappedOrCompatible || isNat64 ? [dotted(groups[6]!, groups[7]!)] : []),
    ...(first === 0x2002 ? [dotted(second, third)] : []),
  ];
}

/** The eight groups of an IPv6 address. The URL parser normalizes it: hexadecimal, with at most one run of zeros omitted. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return numbers(head);
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
