import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJson, parseJson, textOfJson } from '../../../../model/request/json.ts';
import { valueAt } from '../../../../model/request/json-pointer.ts';
import { inspectionOf } from '../../../../runner/response/inspection.ts';

const NUMBERS = [
  ...['9007199254740993', '-9007199254740993', '123456789012345678901234567890', '0.1234567890123456789'],
  ...['1.10', '3.0', '1e3', '1E+3', '-0', '0.0', '1e400', '4', '-1.5', '10', '0'],
];
for (const number of NUMBERS)
  test(`${number} keeps its text at every position in JSON`, () => {
    const texts = [number, `[${number}]`, `{"a":${number}}`, `[1,${number},{"b":[ ${number} ]}]`];
    for (const text of texts) assert.equal(textOfJson(parseJson(text)), text.replaceAll(' ', ''));
    assert.equal(textOfJson(valueAt(parseJson(`{"a":[0, ${number}]}`), '/a/1')), number);
  });

test('values other than numbers parse as with JSON.parse', () => {
  for (const text of ['"1.10"', '{"a":"9007199254740993","b":null}', '[true,{"-0":"x: 1.0, 2e5"}]', '" \\u00e9"'])
    assert.deepEqual(parseJson(text), JSON.parse(text));
  for (const text of ['', '{', '[1.10', '01.10']) assert.throws(() => parseJson(text), SyntaxError);
});

test('a JSON pointer cannot point into a number', () => {
  assert.equal(valueAt(parseJson('{"a":1.10}'), '/a/rawJSON'), undefined);
});

const SAME: [json: string, text: string, same: boolean][] = [
  ['3.0', '3', true],
  ['3.0', '3.0', true],
  ['3', '3.0', false],
  ['1e3', '1000', true],
  ['1.10', '1.1', true],
  ['-0', '0', true],
  ['9007199254740993', '9007199254740993', true],
  ['9007199254740993', '9007199254740992', false],
  ['1e400', 'null', false],
  ['{"a":1.50,"b":9007199254740993}', '{"a":1.5,"b":9007199254740993}', true],
  ['"3"', '3', true],
  ['null', 'null', true],
];
for (const [json, text, same] of SAME)
  test(`${json} ${same ? 'meets' : 'does not meet'} the expectation ${text}`, () =>
    assert.equal(isJson(parseJson(json), text), same));

test('an identifier with more digits than a double is extracted exactly', () => {
  const inspection = inspectionOf(undefined, [{ name: 'id', jsonPointer: '/id' }])!;
  const session = new Map<string, string>();
  const body = Buffer.from('{"id": 9007199254740993}');
  inspection.inspect({ status: 200, headers: {}, body, arrival: 0 }, session);
  assert.deepEqual([...session], [['id', '9007199254740993']]);
});
