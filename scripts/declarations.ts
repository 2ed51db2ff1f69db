import * as z from 'zod';
import { loadTestSchema, loadTestSpecSchema } from '../api/loadtest/loadtest.ts';
import { reportDocumentSchema } from '../api/report/report-document.ts';
import { loadTestStatusSchema } from '../api/status/loadtest-status.ts';

/** The public types of the npm package, by name. Other types refer to them by these names. */
const TYPES = {
  LoadTest: loadTestSchema,
  LoadTestSpec: loadTestSpecSchema,
  LoadTestStatus: loadTestStatusSchema,
  LoadTestReport: reportDocumentSchema,
};

const HEADER = `// Generated from api/ by \`npm run generate\`; do not edit.
// The types of a LoadTest in a manifest: fields with a default are optional.

/** Any JSON value. An integer beyond 2^53 is a bigint. */
export type Json = null | boolean | number | string | bigint | Json[] | { [name: string]: Json };
`;

/** Means a value of any form, unless the schema has a type. */
const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

/** A JSON schema, as far as the schemas of api/ use it. */
type JsonSchema = {
  [PRESERVE]?: boolean;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | readonly string[];
  description?: string;
  const?: string | number | boolean;
  enum?: readonly (string | number)[];
  anyOf?: readonly JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
};

/** The declaration file of the resource's types. It needs no other package, so that zod remains internal. */
export function resourceDeclarations(): string {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(TYPES)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => id,
    io: 'input',
    unrepresentable: 'any',
    override: withDates,
  });
  const declarations = Object.keys(TYPES).map((name) => {
    const schema = schemas[name] as JsonSchema;
    return `${comment(schema.description, '')}export type ${name} = ${typeOf(schema, '')};\n`;
  });
  return [HEADER, ...declarations].join('\n');
}

/** The TypeScript type of a date in the schemas; JSON has no dates. */
const withDates: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === 'date') (jsonSchema as JsonSchema).type = 'Date';
};

/** The TypeScript type of the valid values of `schema`; nested lines start with `indent`. */
export function typeOf(schema: JsonSchema, indent: string): string {
  const { $ref, const: value, enum: values, anyOf, properties, additionalProperties, items } = schema;
  if ($ref !== undefined) return named($ref);
  if (schema[PRESERVE] && schema.type === undefined) return 'Json';
  if (schema[PRESERVE] && schema.type === 'object' && properties === undefined) return '{ [name: string]: Json }';
  if (value !== undefined) return literal(value);
  if (values !== undefined) return values.map(literal).join(' | ');
  if (properties !== undefined) return objectType(schema, indent);
  if (anyOf !== undefined && schema.type === undefined)
    return [...new Set(anyOf.map((s) => typeOf(s, indent)))].join(' | ');
  if (items !== undefined) return listType(typeOf(items, indent));
  if (typeof additionalProperties === 'object') return `{ [name: string]: ${typeOf(additionalProperties, indent)} }`;
  return [schema.type ?? '']
    .flat()
    .map((type) => SIMPLE[type] ?? 'unknown')
    .join(' | ');
}

const SIMPLE: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  Date: 'Date',
};

function named(ref: string): string {
  if (ref in TYPES) return ref;
  throw new Error(`no public type is named ${ref}`);
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function listType(item: string): string {
  return /[|{]/.test(item) ? `Array<${item}>` : `${item}[]`;
}

function objectType({ properties = {}, required = [], additionalProperties }: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const isRequired = required.includes(name);
    const type = typeOf(field, inner);
    const optional = isRequired || type === 'unknown' ? type : `${type} | undefined`;
    return `${comment(field.description, inner)}${inner}${name}${isRequired ? '' : '?'}: ${optional};\n`;
  });
  const others = typeof additionalProperties === 'object' ? `${inner}[name: string]: unknown;\n` : '';
  return `{\n${fields.join('')}${others}${indent}}`;
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
}
