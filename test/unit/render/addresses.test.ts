import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { addresses } from '../../../render/html/results.ts';
import { addressesSection } from '../../../render/text/outcomes.ts';

const specOf = (dns: 'Once' | 'PerConnection') =>
  loadTestSpecSchema.parse({
    target: { url: 'http://shop.test', dns },
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });

const ONE = { addresses: [{ address: '10.0.0.1', requests: 2500, connections: 3 }] };
const MANY = {
  addresses: [
    { address: '10.0.0.1', requests: 1500, connections: 12 },
    { address: 'fd00::2', requests: 750, connections: 6 },
  ],
  otherAddresses: { requests: 750, connections: 7 },
};

test('a text report shows how requests were spread over addresses', () => {
  assert.deepEqual(addressesSection(specOf('Once'), MANY), [
    {
      title: 'Addresses',
      lines: [
        '          requests       connections',
        '10.0.0.1     1,500  50%           12',
        'fd00::2        750  25%            6',
        'others         750  25%            7',
      ],
    },
  ]);
});

test('a text report shows a single address only of a name that is resolved per connection', () => {
  assert.deepEqual(addressesSection(specOf('Once'), ONE), []);
  assert.equal(addressesSection(specOf('PerConnection'), ONE).length, 1);
  assert.deepEqual(addressesSection(specOf('PerConnection'), {}), []);
});

test('the HTML report has a table of addresses', () => {
  assert.match(addresses(MANY), /<td>10\.0\.0\.1<\/td><td>1,500<\/td><td>50%<\/td><td>12<\/td>/);
  assert.equal(addresses({}), '');
});
