import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr } from '../../../../api/common/cidr.ts';
import { DENIED_ADDRESSES } from '../../../../api/common/sizes.ts';
import { addressGuard } from '../../../../model/limits/address-guard.ts';

const DEFAULT: [address: string, denied: string | undefined][] = [
  ['169.254.169.254', '169.254.0.0/16'],
  ['169.254.0.1', '169.254.0.0/16'],
  ['169.253.255.255', undefined],
  ['10.0.0.1', undefined],
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['2001:db8::1', undefined],
  ['100.100.100.200', '100.100.100.200/32'],
  ['100.100.100.201', undefined],
  ['168.63.129.16', '168.63.129.16/32'],
  ['fe80::1', 'fe80::/10'],
  ['fe80::1%eth0', 'fe80::/10'],
  ['febf:ffff::1', 'fe80::/10'],
  ['fec0::1', undefined],
  ['fd00:ec2::254', 'fd00:ec2::/32'],
  ['fd00:0ec2:0000:0000:0000:0000:0000:0023', 'fd00:ec2::/32'],
  ['fd20:ce::254', 'fd20:ce::254/128'],
  // Other notations of the same IPv4 address.
  ['::ffff:169.254.169.254', '169.254.0.0/16'],
  ['::ffff:a9fe:a9fe', '169.254.0.0/16'],
  ['0:0:0:0:0:ffff:a9fe:a9fe', '169.254.0.0/16'],
  ['::169.254.169.254', '169.254.0.0/16'],
  ['64:ff9b::a9fe:a9fe', '169.254.0.0/16'],
  ['64:ff9b::169.254.169.254', '169.254.0.0/16'],
  ['64:ff9b:1::a9fe:a9fe', '169.254.0.0/16'],
  ['64:ff9b:1:2:3::169.254.169.254', '169.254.0.0/16'],
  ['2002:a9fe:a9fe::1', '169.254.0.0/16'],
  // SIIT, NAT64 with prefixes of 48, 56 and 64 bits, ISATAP, and Teredo's server and client.
  ['::ffff:0:169.254.169.254', '169.254.0.0/16'],
  ['64:ff9b:1:a9fe:a9:fe00::', '169.254.0.0/16'],
  ['64:ff9b:1:7a9:fe:a9fe::', '169.254.0.0/16'],
  ['64:ff9b:1:7:a9:fea9:fe00:0', '169.254.0.0/16'],
  ['2001:db8:1:2:0:5efe:169.254.169.254', '169.254.0.0/16'],
  ['fd12::200:5efe:a9fe:a9fe', '169.254.0.0/16'],
  ['2001:0:a9fe:a9fe::1', '169.254.0.0/16'],
  ['2001:0:808:808:0:0:5601:5601', '169.254.0.0/16'],
  ['::ffff:0:8.8.8.8', undefined],
  ['64:ff9b:1:808:8:800::', undefined],
  ['fd12::5efe:8.8.8.8', undefined],
  ['2001:db8::a9fe:a9fe', undefined],
  ['::ffff:10.0.0.1', undefined],
  ['64:ff9b::8.8.8.8', undefined],
];
for (const [address, expected] of DEFAULT) {
  test(`by default ${address} is ${expected === undefined ? 'not denied' : `denied by ${expected}`}`, () =>
    assert.equal(addressGuard({ denied: DENIED_ADDRESSES })(address), expected));
}

const EXCEPTIONS: [allowed: string, address: string, denied: boolean][] = [
  ['169.254.10.0/24', '169.254.10.7', false],
  ['169.254.10.0/24', '::ffff:169.254.10.7', true],
  ['169.254.10.0/24', '169.254.169.254', true],
  ['0.0.0.0/0', '169.254.169.254', false],
  ['0.0.0.0/0', 'fe80::1', true],
];
for (const [allowed, address, denied] of EXCEPTIONS) {
  test(`with ${allowed} allowed, ${address} is ${denied ? 'still' : 'not'} denied`, () => {
    const guard = addressGuard({ denied: [...DENIED_ADDRESSES, '::ffff:0:0/96'], allowed: [allowed] });
    assert.equal(guard(address) !== undefined, denied);
  });
}

for (const [text, good] of [
  ['169.254.0.0/16', true],
  ['0.0.0.0/0', true],
  ['::/0', true],
  ['fe80::/10', true],
  ['169.254.0.0', false],
  ['169.254.0.0/33', false],
  ['fe80::/129', false],
  ['169.254/16', false],
  ['169.254.0.0/1/6', false],
  ['host/16', false],
  ['', false],
] as const) {
  test(`"${text}" is ${good ? 'a' : 'not a'} range of addresses`, () =>
    assert.equal(parseCidr(text) !== undefined, good));
}
