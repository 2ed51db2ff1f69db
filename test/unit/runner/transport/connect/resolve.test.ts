import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { addressGuard } from '../../../../../model/limits/address-guard.ts';
import { denialAt, resolveAhead, resolver, rotated } from '../../../../../runner/transport/connect/resolve.ts';
import { failureOf } from '../../../../../runner/transport/error-kind.ts';

const four = (...names: string[]): LookupAddress[] => names.map((address) => ({ address, family: 4 }));
const six = (...names: string[]): LookupAddress[] => names.map((address) => ({ address, family: 6 }));

const ROTATIONS: [addresses: LookupAddress[], turn: number, order: string][] = [
  [four('a'), 0, 'a'],
  [four('a'), 7, 'a'],
  [four('a', 'b', 'c'), 0, 'abc'],
  [four('a', 'b', 'c'), 1, 'bca'],
  [four('a', 'b', 'c'), 5, 'cab'],
  [[...six('x', 'y'), ...four('a', 'b')], 1, 'yxab'],
  [[...four('a', 'b'), ...six('x')], 1, 'bax'],
];
for (const [addresses, turn, order] of ROTATIONS) {
  test(`turn ${turn} of ${addresses.map((a) => a.address).join('')} is ${order}`, () => {
    assert.equal(
      rotated(addresses, turn)
        .map((a) => a.address)
        .join(''),
      order,
    );
  });
}

const guard = addressGuard({ denied: ['169.254.0.0/16'] });

/** The addresses that `count` connections one after the other would try first, and how often the resolver was asked. */
async function firsts(when: 'Once' | 'PerConnection', responses: (LookupAddress[] | Error)[], count: number) {
  let asked = 0;
  const lookup = resolver(when, guard, async () => {
    const response = responses[Math.min(asked++, responses.length - 1)]!;
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
  return { found: found.join(' '), asked };
}

test('only addresses of the family that is asked for', async () => {
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

test('once: one question, all addresses in turn', async () => {
  assert.deepEqual(await firsts('Once', [four('a', 'b')], 4), { found: 'a b a b', asked: 1 });
});

test('once: a question that failed is asked again', async () => {
  assert.deepEqual(await firsts('Once', [new Error('no'), four('a')], 3), { found: 'no a a', asked: 2 });
});

test('per connection: a question each time, and what it answers now', async () => {
  assert.deepEqual(await firsts('PerConnection', [four('a'), four('b'), four('c')], 4), { found: 'a b c c', asked: 4 });
});

test('a look-up beforehand is over with its answer, good or bad, or when nobody has patience any more', async () => {
  let asked = 0;
  const ask = (response: Promise<LookupAddress[]>) => () => {
    asked++;
    return response;
  };
  const once = resolver('Once', guard, ask(Promise.resolve(four('a'))));
  await resolveAhead('host', once);
  await resolveAhead('host', once);
  assert.equal(asked, 1);
  await resolveAhead('host', resolver('Once', guard, ask(Promise.reject(new Error('no')))));
  await resolveAhead('host', resolver('Once', guard, ask(new Promise(() => {}))), 1);
  assert.equal(asked, 3);
});

test('an address is not looked up beforehand', () => resolveAhead('10.0.0.1', () => assert.fail('asked')));

const DENIED = '169.254.1.1';
const SAYS = `host (${DENIED}) is in 169.254.0.0/16, which is denied`;

test('a name with an address that is denied is not connected to, also not by its other addresses', async () => {
  assert.deepEqual(await firsts('Once', [four('10.0.0.1', DENIED)], 1), { found: SAYS, asked: 1 });
});

test('per connection: a name that moves to a denied address is not followed there, and is when it comes back', async () => {
  const responses = [four('10.0.0.1'), four(DENIED), six(`::ffff:${DENIED}`), four('10.0.0.2')];
  const { found } = await firsts('PerConnection', responses, 4);
  assert.equal(found, `10.0.0.1 ${SAYS} ${SAYS.replace(DENIED, `::ffff:${DENIED}`)} 10.0.0.2`);
});

test('it is counted as a failure of its own kind', async () => {
  const lookup = resolver('Once', guard, async () => four(DENIED));
  const error = await new Promise<Error>((done) => lookup('host', {}, (problem) => done(problem!)));
  assert.deepEqual(failureOf(error), { kind: 'AddressDenied', example: SAYS });
});

test('where a name leads to can be asked before; one that nobody knows leads nowhere', async () => {
  assert.equal(await denialAt('host', guard, async () => four('10.0.0.1')), undefined);
  assert.equal(await denialAt('host', guard, async () => four(DENIED)), SAYS);
  assert.equal(await denialAt('host', guard, () => Promise.reject(new Error('no'))), undefined);
  assert.equal(
    await denialAt(DENIED, guard, () => assert.fail('asked')),
    `${DENIED} is in 169.254.0.0/16, which is denied`,
  );
});
