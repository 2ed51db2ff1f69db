import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';

type Schema = { properties?: Record<string, Schema>; $ref?: string; description?: string };

/**
 * The text of the chart's values.schema.json with the comments of values.yaml as its descriptions, which Artifact Hub and editors show. People
 * write everything else in the schema.
 */
export function describedSchema(schema: string, values: string): string {
  const root: Schema = JSON.parse(schema);
  const { contents } = parseDocument(values);
  if (isMap(contents)) describe(root, contents);
  return `${JSON.stringify(root, undefined, 2)}\n`;
}

/** Describes the properties by the comments before the keys. The comment before the first key belongs to the map. */
function describe(schema: Schema, map: YAMLMap): void {
  for (const [index, { key, value }] of map.items.entries()) {
    const property = schema.properties?.[String(key)];
    if (!isScalar(key) || property === undefined) continue;
    const comment = [index === 0 ? map.commentBefore : undefined, key.commentBefore]
      .filter((text) => text != null)
      .join(' ');
    delete property.description;
    if (comment !== '') property.description = comment.replace(/\s+/g, ' ').trim();
    if (isMap(value)) describe(property, value);
  }
}
