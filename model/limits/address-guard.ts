import { BlockList } from 'node:net';
import { parseCidr } from '../../api/common/cidr.ts';

/** Denied ranges of addresses in CIDR notation, and exceptions from them. */
export type AddressRules = { denied: readonly string[]; allowed?: readonly string[] | undefined };

/** Returns the range that denies an IP address; undefined when none does. A zone in the address is ignored. */
export type AddressGuard = (address: string) => string | undefined;

/**
 * Judges addresses. An IPv6 address is also judged as each IPv4 address that it may lead to by a known form: mapped (::ffff:a.b.c.d), compatible
 * (::a.b.c.d), translated (::ffff:0:a.b.c.d, SIIT), by NAT64 (64:ff9b::/96, and in 64:ff9b:1::/48 at each place of RFC 6052), by 6to4
 * (2002:aabb:ccdd::), by ISATAP (…:0:5efe:a.b.c.d) and by Teredo (2001::/32). A NAT64 prefix of a network's own is known only to that network.
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
  const bytes = groupsOf(address).flatMap((group) => [group >> 8, group & 255]);
  const embedded = FORMS.filter(({ prefix }) => prefix.every((byte, i) => byte === undefined || byte === bytes[i]));
  return [
    address,
    ...embedded.flatMap(({ at, inverted = 0 }) => at.map((place) => place.map((i) => bytes[i]! ^ inverted).join('.'))),
  ];
}

/** The places of the four bytes of an IPv4 address behind a prefix; `inverted` are the bits to flip. An undefined byte is any. */
type Form = { prefix: readonly (number | undefined)[]; at: readonly (readonly number[])[]; inverted?: number };

const zeros = (count: number) => Array<number>(count).fill(0);
const any = (count: number) => Array<undefined>(count).fill(undefined);
const LAST = [12, 13, 14, 15];

const FORMS: readonly Form[] = [
  { prefix: zeros(12), at: [LAST] },
  { prefix: [...zeros(10), 0xff, 0xff], at: [LAST] },
  { prefix: [...zeros(8), 0xff, 0xff, 0, 0], at: [LAST] },
  { prefix: [0, 0x64, 0xff, 0x9b, ...zeros(8)], at: [LAST] },
  // RFC 6052, 2.2: the ninth byte is skipped.
  { prefix: [0, 0x64, 0xff, 0x9b, 0, 1], at: [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], LAST] },
  { prefix: [0x20, 0x02], at: [[2, 3, 4, 5]] },
  { prefix: [...any(8), 0, 0, 0x5e, 0xfe], at: [LAST] },
  { prefix: [...any(8), 2, 0, 0x5e, 0xfe], at: [LAST] },
  { prefix: [0x20, 0x01, 0, 0], at: [[4, 5, 6, 7]] },
  { prefix: [0x20, 0x01, 0, 0], at: [LAST], inverted: 0xff },
];

/** The eight groups of an IPv6 address. The URL parser normalizes it: hexadecimal, with at most one run of zeros omitted. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return numbers(head);
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
