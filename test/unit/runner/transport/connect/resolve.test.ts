import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { addressGuard } from '../../../../../model/limits/address-guard.ts';
import { denialAt, resolveAhead, resolver, rotated } from '../../../../../runner/transport/connect/resolve.ts';
import { failureOf } from '../../../../../runner/transport/error-kind.ts';

const four = (...names: string[]): LookupAddress[] => names.map((address) => ({ address, family: 4 }));
const six = (...names: string[]): LookupAddress[] => names.map((address) => ({ address, family: 6 }));

const ROTATIONS: [addresses: LookupAddress[], offset: number, order: string][] = [
  [four('a'), 0, 'a'],
  [four('a'), 7, 'a'],
  [four('a', 'b', 'c'), 0, 'abc'],
  [four('a', 'b', 'c'), 1, 'bca'],
  [four('a', 'b', 'c'), 5, 'cab'],
  [[...six('x', 'y'), ...four('a', 'b')], 1, 'yxab'],
  [[...four('a', 'b'), ...six('x')], 1, 'bax'],
  [four('c', 'a', 'b'), 0, 'abc'],
  [[...six('y', 'x'), ...four('b', 'a')], 0, 'xyba'],
];
for (const [addresses, offset, order] of ROTATIONS) {
  test(`addresses ${addresses.map((a) => a.address).join('')} rotated by ${offset} are ${order}`, () => {
    assert.equal(
      rotated(addresses, offset)
        .map((a) => a.address)
        .join(''),
      order,
    );
  });
}

const guard = addressGuard({ denied: ['169.254.0.0/16'] });

/** The first addresses of `count` successive connections, and the number of lookups. */
async function firsts(when: 'Once' | 'PerConnection', responses: (LookupAddress[] | Error)[], count: number) {
  let lookups = 0;
  const lookup = resolver(when, guard, async () => {
    const response = responses[Math.min(lookups++, responses.length - 1)]!;
    if (response instanceof Error) throw response;
    return response;
  });
  const found: string[] = [];
  for (let n = 0; n < count; n++) {
    await new Promise<void>((done) => {
      lookup('host', { all: true }, (error, addresses) => {
        found.push(error === null ? (addresses as LookupAddress[])[0]!.address : error.message);
        done();
      });
    });
  }
  return { found: found.join(' '), lookups };
}

test('the resolver returns only addresses of the requested family', async () => {
  const lookup = resolver(
    'Once',
    () => undefined,
    async () => [...six('x'), ...four('a', 'b')],
  );
  const found = (family: 4 | 6 | 0) =>
    new Promise((done) => lookup('host', { family }, (error, address) => done(error?.code ?? address)));
  assert.deepEqual([await found(4), await found(4), await found(6), await found(0)], ['a', 'b', 'x', 'x']);
  const none = resolver(
    'Once',
    () => undefined,
    async () => four('a'),
  );
  const [error] = await new Promise<[NodeJS.ErrnoException | null]>((done) =>
    none('host', { family: 6 }, (error) => done([error])),
  );
  assert.deepEqual([error?.code, error?.message], ['ENOTFOUND', 'no IPv6 address of host']);
});

test('Once: one lookup, and all addresses in turn', async () => {
  assert.deepEqual(await firsts('Once', [four('a', 'b')], 4), { found: 'a b a b', lookups: 1 });
});

test('engines begin with different addresses', async () => {
  const first = (rotation: number) =>
    new Promise((done) => {
      const lookup = resolver('Once', guard, async () => four('a', 'b', 'c'), rotation);
      lookup('host', {}, (_, address) => done(address));
    });
  assert.deepEqual(await Promise.all([0, 1, 2, 3].map(first)), ['a', 'b', 'c', 'a']);
});

test('Once: a failed lookup is repeated', async () => {
  assert.deepEqual(await firsts('Once', [new Error('no'), four('a')], 3), { found: 'no a a', lookups: 2 });
});

test('PerConnection: one lookup per connection, with the current addresses', async () => {
  assert.deepEqual(await firsts('PerConnection', [four('a'), four('b'), four('c')], 4), {
    found: 'a b c c',
    lookups: 4,
  });
});

test('an early lookup ends with its response or error, or at its timeout', async () => {
  let lookups = 0;
  const lookUp = (response: Promise<LookupAddress[]>) => () => {
    lookups++;
    return response;
  };
  const once = resolver('Once', guard, lookUp(Promise.resolve(four('a'))));
  await resolveAhead('host', once);
  await resolveAhead('host', once);
  assert.equal(lookups, 1);
  await resolveAhead('host', resolver('Once', guard, lookUp(Promise.reject(new Error('no')))));
  await resolveAhead('host', resolver('Once', guard, lookUp(new Promise(() => {}))), 1);
  assert.equal(lookups, 3);
});

test('an IP address needs no early lookup', () => resolveAhead('10.0.0.1', () => assert.fail('looked up')));

const DENIED = '169.254.1.1';
const MESSAGE = `host (${DENIED}) is in 169.254.0.0/16, which is denied`;

test('a name with a denied address has no connection, not even to its other addresses', async () => {
  assert.deepEqual(await firsts('Once', [four('10.0.0.1', DENIED)], 1), { found: MESSAGE, lookups: 1 });
});

test('PerConnection: a name is rejected only while it resolves to a denied address', async () => {
  const responses = [four('10.0.0.1'), four(DENIED), six(`::ffff:${DENIED}`), four('10.0.0.2')];
  const { found } = await firsts('PerConnection', responses, 4);
  assert.equal(found, `10.0.0.1 ${MESSAGE} ${MESSAGE.replace(DENIED, `::ffff:${DENIED}`)} 10.0.0.2`);
});

test('a denied address is counted as AddressDenied', async () => {
  const lookup = resolver('Once', guard, async () => four(DENIED));
  const error = await new Promise<Error>((done) => lookup('host', {}, (problem) => done(problem!)));
  assert.deepEqual(failureOf(error), { kind: 'AddressDenied', example: MESSAGE });
});

test('denialAt finds denied addresses before the load, and accepts a name that does not resolve', async () => {
  assert.equal(await denialAt('host', guard, async () => four('10.0.0.1')), undefined);
  assert.equal(await denialAt('host', guard, async () => four(DENIED)), MESSAGE);
  assert.equal(await denialAt('host', guard, () => Promise.reject(new Error('no'))), undefined);
  assert.equal(
    await denialAt(DENIED, guard, () => assert.fail('looked up')),
    `${DENIED} is in 169.254.0.0/16, which is denied`,
  );
});

test('localhost with the dot of an absolute name is this machine', async () => {
  const lookup = resolver('Once', guard);
  const address = await new Promise((done) => lookup('localhost.', {}, (error, found) => done(error ?? found)));
  assert.match(String(address), /^(127\.0\.0\.1|::1)$/);
});
