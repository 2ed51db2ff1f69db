import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describedSchema } from '../../../scripts/chart-schema.ts';

const SCHEMA = JSON.stringify({
  properties: {
    image: { properties: { tag: { type: 'string' }, digest: { $ref: '#/definitions/text', description: 'old' } } },
    replicas: { type: 'integer', description: 'no longer in values.yaml' },
  },
});
const VALUES = `# A heading.

image:
  # Default: the newest.
  tag: ""
  # Pins the image
  # for good.
  digest: ""
replicas: 1
`;

describe('the schema of the values', () => {
  const described = describedSchema(SCHEMA, VALUES);
  const { properties } = JSON.parse(described);
  it('has the comment before a value as its description, also of the first one in a group', () =>
    assert.deepEqual(properties.image.properties, {
      tag: { type: 'string', description: 'Default: the newest.' },
      digest: { $ref: '#/definitions/text', description: 'Pins the image for good.' },
    }));
  it('loses a description whose comment is gone', () => assert.deepEqual(properties.replicas, { type: 'integer' }));
  it('is the same when it is described again', () => assert.equal(describedSchema(described, VALUES), described));
});
