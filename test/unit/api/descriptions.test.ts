import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { customResourceDefinition, DEFINITIONS } from '../../../scripts/crd/definition.ts';
import type { Schema } from '../../../scripts/crd/structural.ts';

/** Kubernetes describes the metadata itself, and allows no other description. */
const OF_KUBERNETES = '.metadata';

/** The paths of the fields without a description. An entry of a list or a map is described with the list or the map. */
function undescribed(schema: Schema, path = ''): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      ...(field.description || `${path}.${name}` === OF_KUBERNETES ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
    ...(items ? undescribed(items, `${path}[]`) : []),
    ...(additionalProperties ? undescribed(additionalProperties, `${path}.*`) : []),
  ];
}

describe('kubectl explain', () => {
  for (const definition of DEFINITIONS)
    it(`has a description of every field of a ${definition.names.kind}`, () => {
      const [version] = customResourceDefinition(definition).spec.versions;
      assert.deepEqual(undescribed(version?.schema.openAPIV3Schema as Schema), []);
    });
});
