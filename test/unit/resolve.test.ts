import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { resolver, rotated } from '../../runner/resolve.ts';

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

/** The addresses that `count` connections one after the other would try first, and how often the resolver was asked. */
async function firsts(when: 'Once' | 'PerConnection', answers: (LookupAddress[] | Error)[], count: number) {
  let asked = 0;
  const lookup = resolver(when, async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return answer;
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

test('once: one question, all addresses in turn', async () => {
  assert.deepEqual(await firsts('Once', [four('a', 'b')], 4), { found: 'a b a b', asked: 1 });
});

test('once: a question that failed is asked again', async () => {
  assert.deepEqual(await firsts('Once', [new Error('no'), four('a')], 3), { found: 'no a a', asked: 2 });
});

test('per connection: a question each time, and what it answers now', async () => {
  assert.deepEqual(await firsts('PerConnection', [four('a'), four('b'), four('c')], 4), { found: 'a b c c', asked: 4 });
});
