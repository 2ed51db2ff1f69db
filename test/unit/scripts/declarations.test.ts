import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeOf } from '../../../scripts/declarations.ts';

const rows: [name: string, schema: Parameters<typeof typeOf>[0], type: string][] = [
  ['a string is a string', { type: 'string' }, 'string'],
  ['an integer is a number', { type: 'integer' }, 'number'],
  ['an enum is a union', { type: 'string', enum: ['a', 'b'] }, "'a' | 'b'"],
  ['a constant is a literal', { type: 'boolean', const: true }, 'true'],
  ['several types are a union', { type: ['string', 'null'] }, 'string | null'],
  [
    'alternatives are a union, each once',
    { anyOf: [{ type: 'string' }, { type: 'string' }, { type: 'null' }] },
    'string | null',
  ],
  ['an array of a plain type is an array', { type: 'array', items: { type: 'string' } }, 'string[]'],
  ['an array of a union is a generic array', { type: 'array', items: { enum: ['a', 'b'] } }, "Array<'a' | 'b'>"],
  [
    'a map has an index signature',
    { type: 'object', additionalProperties: { type: 'number' } },
    '{ [name: string]: number }',
  ],
  ['a public type is a reference by name', { $ref: 'LoadTestSpec' }, 'LoadTestSpec'],
  ['a schema without a type is unknown', {}, 'unknown'],
  [
    'an object has its fields with descriptions, optional unless required',
    {
      type: 'object',
      properties: { a: { type: 'string', description: 'Ends */ here.' }, b: { type: 'number' } },
      required: ['a'],
    },
    '{\n  /** Ends *\\/ here. */\n  a: string;\n  b?: number | undefined;\n}',
  ],
];
for (const [name, schema, type] of rows) test(`declarations: ${name}`, () => assert.equal(typeOf(schema, ''), type));

test('declarations: a reference to a type that is not public is an error', () =>
  assert.throws(() => typeOf({ $ref: 'Snapshot' }, ''), /no public type is named Snapshot/));
