import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactJsonText, type JsonValue, parseExactJson } from '../../../api/common/notation/exact-json.ts';
import { bodySchema } from '../../../api/loadtest/body/body.ts';
import { encodeJson } from '../../../runner/request/body/json.ts';

describe('JSON with integers of 64 bits', () => {
  const unchanged = [
    '8414239796945638123',
    '-9223372036854775808',
    '9223372036854775807',
    '9007199254740993',
    '{"id":9007199254740993,"list":[1,-9007199254740993],"text":"8414239796945638123"}',
    '[0,1.1,1e+21,-0.5,null,true]',
  ];
  for (const text of unchanged)
    it(`${text} is the same after it was read and written`, () => {
      assert.equal(exactJsonText(parseExactJson(text) as JsonValue), text);
      assert.equal(JSON.stringify({ a: parseExactJson(text) }), `{"a":${text}}`);
    });

  const doubles: [text: string, written: string][] = [
    ['1.10', '1.1'],
    ['1e3', '1000'],
    ['-0', '0'],
    ['1.0', '1'],
    ['123456789012345678.5', '123456789012345680'],
    ['9007199254740993.0', '9007199254740992'],
  ];
  for (const [text, written] of doubles)
    it(`${text} is written as the API server writes it: ${written}`, () =>
      assert.equal(exactJsonText(parseExactJson(text) as JsonValue), written));

  it('goes to worker threads without a loss', () => {
    const value = parseExactJson('{"id":8414239796945638123}');
    assert.deepEqual(structuredClone(value), value);
  });
});

describe('a body of type JSON', () => {
  it('is sent with every digit of its integers', () => {
    const json = parseExactJson('{"tenant":8414239796945638123,"list":[9007199254740993],"name":"${run}"}');
    const body = bodySchema.parse({ type: 'JSON', json });
    const { content } = encodeJson(body.json!, { values: new Map(), columns: [] });
    assert.ok(typeof content === 'function');
    assert.equal(
      content({ index: 0, runner: 0, run: 'a', now: 0, random: () => 0, row: [], session: new Map() }),
      '{"tenant":8414239796945638123,"list":[9007199254740993],"name":"a"}',
    );
  });

  const refused: [what: string, json: unknown, path: string][] = [
    ['a number that is none', { a: [1, Number.NaN] }, 'json.a.1'],
    ['an infinite number', Number.POSITIVE_INFINITY, 'json'],
    ['a date', [new Date(0)], 'json.0'],
    ['nothing, in a list', [undefined], 'json.0'],
  ];
  for (const [what, json, path] of refused)
    it(`is refused with ${what}, and names where`, () => {
      const { error } = bodySchema.safeParse({ type: 'JSON', json });
      assert.equal(error?.issues[0]?.path.join('.'), path);
    });
});
