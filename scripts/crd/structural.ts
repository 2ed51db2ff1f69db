import * as z from 'zod';

/** A node of a Kubernetes structural schema: the part of OpenAPI v3 that a CRD may contain, with Kubernetes' extensions. */
export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  not?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-validations'?: { rule: string; message: string; fieldPath?: string }[];
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
}

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

/** Keywords that are copied unchanged, in reading order. */
const PLAIN_KEYS = [
  'description',
  'type',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
  PRESERVE,
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
  'anyOf',
  'required',
] as const;

/** Keywords that a structural schema expresses differently or implies. */
const DROPPED_KEYS = new Set(['properties', 'additionalProperties', 'propertyNames', 'items', 'definitions']);

type Json = Record<string, unknown>;

/**
 * The structural schema of the input of a zod schema, in which fields with defaults are optional.
 * Throws if the zod schema uses something that a structural schema cannot express.
 */
export function structuralSchema(schema: z.ZodType): Schema {
  return clean(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as Json, '');
}

function clean(node: Json, path: string): Schema {
  // A value with preserved unknown fields may have only the type object, and not zod's union of JSON types.
  if (node[PRESERVE] === true) return pick(node, ['description', 'type', PRESERVE]);
  const unknown = Object.keys(node).filter(
    (key) => !DROPPED_KEYS.has(key) && !(PLAIN_KEYS as readonly string[]).includes(key),
  );
  if (unknown.length > 0)
    throw new Error(`${path || 'the schema'} uses ${unknown.join(', ')}, which a structural schema lacks`);

  if (node.type === undefined)
    throw new Error(`${path || 'the schema'} has no single type, as a structural schema needs`);

  const cleaned = pick(node, PLAIN_KEYS);
  // zod bounds every integer to the exact range of a double; the API server uses 64 bits.
  if (cleaned.minimum === Number.MIN_SAFE_INTEGER) delete cleaned.minimum;
  if (cleaned.maximum === Number.MAX_SAFE_INTEGER) delete cleaned.maximum;
  if (cleaned.type === 'integer') cleaned.format = 'int64';

  const { properties, additionalProperties, items } = node;
  if (properties !== undefined)
    cleaned.properties = Object.fromEntries(
      Object.entries(properties as Record<string, Json>).map(([name, child]) => [
        name,
        clean(child, `${path}.${name}`),
      ]),
    );
  // A structural schema needs no additionalProperties: false, because the API server rejects or prunes unknown fields.
  else if (typeof additionalProperties === 'object')
    cleaned.additionalProperties = clean(additionalProperties as Json, `${path}.*`);
  if (items !== undefined) cleaned.items = clean(items as Json, `${path}[]`);
  return cleaned;
}

function pick(node: Json, keys: readonly string[]): Schema {
  return Object.fromEntries(keys.filter((key) => node[key] !== undefined).map((key) => [key, node[key]])) as Schema;
}
