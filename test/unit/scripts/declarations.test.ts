import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeOf } from '../../../scripts/declarations.ts';

const rows: [name: string, schema: Parameters<typeof typeOf>[0], type: string][] = [
  ['text is a string', { type: 'string' }, 'string'],
  ['a whole number is a number', { type: 'integer' }, 'number'],
  ['values that are listed are a union', { type: 'string', enum: ['a', 'b'] }, "'a' | 'b'"],
  ['one value is itself', { type: 'boolean', const: true }, 'true'],
  ['several types are a union', { type: ['string', 'null'] }, 'string | null'],
  [
    'alternatives are a union, each once',
    { anyOf: [{ type: 'string' }, { type: 'string' }, { type: 'null' }] },
    'string | null',
  ],
  ['a list of a plain type', { type: 'array', items: { type: 'string' } }, 'string[]'],
  ['a list of a union', { type: 'array', items: { enum: ['a', 'b'] } }, "Array<'a' | 'b'>"],
  ['a map', { type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number }'],
  ['a public type is named', { $ref: 'LoadTestSpec' }, 'LoadTestSpec'],
  ['anything', {}, 'unknown'],
  [
    'an object has its fields, optional unless they are required, with their descriptions',
    {
      type: 'object',
      properties: { a: { type: 'string', description: 'Ends */ here.' }, b: { type: 'number' } },
      required: ['a'],
    },
    '{\n  /** Ends *\\/ here. */\n  a: string;\n  b?: number | undefined;\n}',
  ],
];
for (const [name, schema, type] of rows) test(`declarations: ${name}`, () => assert.equal(typeOf(schema, ''), type));

test('declarations: a type that is not public is an error', () =>
  assert.throws(() => typeOf({ $ref: 'Snapshot' }, ''), /no public type is named Snapshot/));
