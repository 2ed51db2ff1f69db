import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HEADER_TEMPLATE,
  PATH_TEMPLATE,
  TEMPLATE,
  unknownVariablesIn,
  unknownVariablesInJson,
  variablesIn,
} from '../../../../api/common/template.ts';
import { drawsOf, fill, partsOf, type Scope, templateOf } from '../../../../model/request/template.ts';

const FORMS: [title: string, pattern: RegExp, good: string[], bad: string[]][] = [
  [
    'any text',
    TEMPLATE,
    [
      '',
      '$',
      '$$',
      'a$b',
      '${index}',
      '$${x',
      '$$${x',
      '{}',
      'a\n${random(1, 2)}${data.a_b}',
      '$$ {',
      '${session.a-b}',
    ],
    [
      '${',
      '${indx}',
      '${}',
      'a${data.}',
      '${random(1)}',
      '${random(-1,2)}',
      '${index',
      '${ index }',
      '${data.a|raw}',
      '${data.a|json}',
    ],
  ],
  [
    'a path',
    PATH_TEMPLATE,
    [
      '/',
      '/a$',
      '/a?b=${index}',
      '/{id}',
      '/$${x',
      '/a%20${uuid}',
      '/$a',
      '?x=$',
      '/${random(1,9)}',
      '${data.a|raw}',
      '/a${session.b|raw}?c',
      '${data.a|raw}/${index}',
    ],
    [
      '${data.a}',
      '/${index|raw}',
      '/${data.a|json}',
      '/${data.a|raw|raw}',
      '/${data.a |raw}',
      'x${data.a|raw}',
      'a',
      '/${x}',
      '/a b',
      '/a#',
      '/%zz',
      '/${index}#',
      '/ü',
      '/$ü',
      '/${random(1, 9) }',
    ],
  ],
  [
    'a header',
    HEADER_TEMPLATE,
    ['', 'a', 'a b', '${run}-${index}', '$', 'a $', '$$', '$5 x', '${index} ${uuid}', 'a\tb'],
    [' a', 'a ', 'a$ ', '${index} ', '${foo}', 'ü', 'a\n', '\t'],
  ],
];
for (const [title, pattern, good, bad] of FORMS) {
  test(`${title} may contain the known variables and no others`, () => {
    for (const text of good) assert.match(text, pattern);
    for (const text of bad) assert.doesNotMatch(text, pattern);
  });
}

const JSON_VALUES: [json: unknown, unknown: string[]][] = [
  ['${index|json}', []],
  [{ a: ['${data.n|json}', 'x ${index}'] }, []],
  ['$${index|json}', []],
  ['${indx|json}', ['indx|json']],
  ['${data.n|raw}', ['data.n|raw']],
  ['${index|json} items', ['index|json']],
  ['${index|json}${index|json}', ['index|json', 'index|json']],
  [{ '${index|json}': 1 }, ['index|json']],
];
for (const [json, unknown] of JSON_VALUES)
  test(`${JSON.stringify(json)} has ${unknown.length === 0 ? 'no unknown variables' : `the unknown variables ${unknown}`}`, () =>
    assert.deepEqual(unknownVariablesInJson(json), unknown));

test('the form of a variable is not a part of its name', () => {
  assert.deepEqual(variablesIn('${data.url|raw}?${index}'), ['data.url', 'index']);
});

test('unknownVariablesIn returns the names of unknown variables', () => {
  assert.deepEqual(unknownVariablesIn('${indx} $${not} ${data.a} ${ ${'), ['indx', ' ${']);
});

const SCOPE: Scope = {
  index: 7,
  runner: 2,
  run: 'checkout',
  now: 1_700_000_000_000,
  random: () => 0,
  row: ['a1', 'x&"y'],
  session: new Map([['token', 'T']]),
};
const filled = (text: string, scope: Partial<Scope> = {}) =>
  fill(templateOf(partsOf(text, ['sku', 'odd'])), { ...SCOPE, ...scope });

const FILLED: [text: string, expected: string][] = [
  ['', ''],
  ['plain $ { } text', 'plain $ { } text'],
  ['${run}-${index}/${runner}', 'checkout-7/2'],
  ['${now}', '1700000000000'],
  ['${data.sku}${data.odd}', 'a1x&"y'],
  ['${session.token}, ${session.none}.', 'T, .'],
  ['$${index} costs $5', '${index} costs $5'],
  ['$$${index}', '$${index}'],
  ['${random(3,3)}', '3'],
  ['${random(5, 2)}', '2'],
];
for (const [text, expected] of FILLED)
  test(`${text || 'an empty text'} becomes ${expected || 'an empty text'}`, () => assert.equal(filled(text), expected));

test('the template of a text without variables is a constant', () => {
  assert.equal(templateOf(partsOf('a$${b}', [])), 'a${b}');
  assert.equal(typeof templateOf(partsOf('${index}', [])), 'function');
});

test('values are encoded, but the text around them is not', () => {
  assert.equal(fill(templateOf(partsOf('a&${data.odd}', ['sku', 'odd']), encodeURIComponent), SCOPE), 'a&x%26%22y');
});

test('random numbers are even over the range, both bounds included', () => {
  const seen = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    const value = filled('${random(1,4)}', { random: drawsOf(3, i, 0) });
    seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  assert.deepEqual([...seen.keys()].sort(), ['1', '2', '3', '4']);
  for (const count of seen.values()) assert.ok(Math.abs(count - 2500) < 200, `${count}`);
});

test('draws depend on the seed, the arrival and the step', () => {
  const drawn = (seed: number, arrival: number, step: number) => {
    const draw = drawsOf(seed, arrival, step);
    return [draw(), draw()].join();
  };
  assert.equal(drawn(1, 5, 0), drawn(1, 5, 0));
  assert.equal(
    new Set([drawn(1, 5, 0), drawn(2, 5, 0), drawn(1, 6, 0), drawn(1, 5, 1), drawn(1, 5 + 2 ** 32, 0)]).size,
    5,
  );
});

test('400,000 UUIDs have version 4 and are distinct', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 200_000; index++) {
    const both = filled('${uuid} ${uuid}', { index, random: drawsOf(1, index, 0) });
    for (const uuid of both.split(' ')) {
      if (index < 1000) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      seen.add(uuid);
    }
  }
  assert.equal(seen.size, 400_000);
});
