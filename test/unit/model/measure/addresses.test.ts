import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressUses, mergeAddresses, mostUsed } from '../../../../model/measure/connections/addresses.ts';

/** Uses from texts such as "a 10/2": ten requests over two connections. */
const usesOf = (addresses: string[], others?: string): AddressUses => ({
  addresses: addresses.map((text) => ({ address: text.split(' ')[0]!, ...useOf(text.split(' ')[1]!) })),
  ...(others !== undefined && { otherAddresses: useOf(others) }),
});

function useOf(text: string) {
  const [requests, connections] = text.split('/').map(Number);
  return { requests: requests!, connections: connections! };
}

const ROWS: [title: string, parts: AddressUses[], most: number, merged: AddressUses][] = [
  ['nothing merges into nothing', [{}, {}], 9, {}],
  ['uses of one address add up', [usesOf(['a 1/1']), usesOf(['a 2/1'])], 9, usesOf(['a 3/2'])],
  [
    'the address with the most requests is first',
    [usesOf(['a 1/9']), usesOf(['b 2/1'])],
    9,
    usesOf(['b 2/1', 'a 1/9']),
  ],
  ['equal addresses ascend', [usesOf(['b 1/1', 'a 1/1'])], 9, usesOf(['a 1/1', 'b 1/1'])],
  ['addresses beyond the most are the others', [usesOf(['a 5/1', 'b 3/1', 'c 2/1']), {}], 1, usesOf(['a 5/1'], '5/2')],
  [
    'others of all parts add up',
    [usesOf(['a 5/1'], '1/1'), usesOf(['a 5/1', 'b 1/1'], '2/2')],
    1,
    usesOf(['a 10/2'], '4/4'),
  ],
];
for (const [title, parts, most, merged] of ROWS)
  test(title, () => assert.deepEqual(mergeAddresses(parts, most), merged));

test('a status lists twenty addresses and keeps the sum', () => {
  const { addresses = [], otherAddresses } = mostUsed(usesOf(Array.from({ length: 25 }, (_, i) => `10.0.0.${i} 4/1`)));
  assert.deepEqual([addresses.length, otherAddresses], [20, { requests: 20, connections: 5 }]);
});
