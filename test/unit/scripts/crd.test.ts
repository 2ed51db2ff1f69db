import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { keyedList, textOf, withRules } from '../../../api/common/rule.ts';
import { DEFINITIONS } from '../../../scripts/crd/definition.ts';
import { fieldsOf } from '../../../scripts/crd/reference.ts';
import { structuralSchema } from '../../../scripts/crd/structural.ts';
import { staleFiles } from '../../../scripts/generate.ts';

describe('generated files', () => {
  it('are up to date with the schemas', () => assert.deepEqual(staleFiles(), []));
});

describe('the fields of a spec', () => {
  for (const { names, spec } of DEFINITIONS) {
    it(`have descriptions in ${names.kind}`, () => {
      const undescribed = fieldsOf(spec, 'spec').filter(({ schema }) => !schema.description);
      assert.deepEqual(
        undescribed.map((field) => field.path),
        [],
      );
    });

    // The API server refuses rules whose estimated cost is too high, and estimates unbounded fields at their worst case.
    it(`have bounds in ${names.kind}`, () => {
      const unbounded = fieldsOf(spec, 'spec').filter(
        ({ schema }) =>
          (schema.type === 'array' && schema.maxItems === undefined) ||
          (schema.type === 'string' && schema.enum === undefined && schema.maxLength === undefined) ||
          (schema.additionalProperties !== undefined && schema.maxProperties === undefined),
      );
      assert.deepEqual(
        unbounded.map((field) => field.path),
        [],
      );
    });
  }
});

describe('a structural schema', () => {
  it('lists the fields, without additionalProperties: false', () => {
    assert.deepEqual(structuralSchema(z.strictObject({ a: z.boolean(), b: z.boolean().default(true) })), {
      type: 'object',
      properties: { a: { type: 'boolean' }, b: { type: 'boolean', default: true } },
      required: ['a'],
    });
  });

  it('has 64-bit integers without the bounds of safe integers', () => {
    assert.deepEqual(structuralSchema(z.int().min(0)), { type: 'integer', format: 'int64', minimum: 0 });
  });

  it('preserves any JSON value, without a type', () => {
    const schema = z.json().meta({ 'x-kubernetes-preserve-unknown-fields': true });
    assert.deepEqual(structuralSchema(schema), { 'x-kubernetes-preserve-unknown-fields': true });
  });

  it('preserves the unknown fields of an object', () => {
    const schema = z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });
    assert.deepEqual(structuralSchema(schema), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  });

  it('has the rules of all layers, and the outer description', () => {
    const rule = (cel: string) => ({ cel, message: cel, test: () => true });
    const schema = withRules(withRules(textOf(/^a/, 'a', { max: 3 }), rule('one')), { ...rule('two'), field: 'x.y' });
    assert.deepEqual(structuralSchema(schema.default('a').describe('A text.')), {
      description: 'A text.',
      type: 'string',
      default: 'a',
      pattern: '^a',
      maxLength: 3,
      'x-kubernetes-validations': [
        { rule: 'one', message: 'one' },
        { rule: 'two', message: 'two', fieldPath: '.x.y' },
      ],
    });
  });

  it('has map lists, whose entries server-side apply merges by their key', () => {
    assert.deepEqual(structuralSchema(keyedList(z.strictObject({ name: z.string() }), 'name', 3)), {
      type: 'array',
      maxItems: 3,
      items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    });
  });

  it('cannot be built from a union of types', () => {
    assert.throws(
      () => structuralSchema(z.strictObject({ a: z.union([z.string(), z.boolean()]) })),
      /\.a has no single type/,
    );
  });
});
