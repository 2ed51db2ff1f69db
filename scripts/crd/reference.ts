import { API_VERSION } from '../../api/common/group.ts';
import { patternMessage } from '../../api/common/rule.ts';
import type { Definition } from './definition.ts';
import type { Schema } from './structural.ts';

const INTRODUCTION = `# API reference

Every field of every kind in \`${API_VERSION}\`, generated from the schemas in \`api/\` by \`npm run generate\`.
The API server checks types, limits and rules at \`kubectl apply\`; \`loadtest validate FILE\` reports the same without a cluster.
Durations are strings such as \`250ms\`, \`2s\` or \`1m30s\`, with units us, ms, s, m and h.
`;

/** The reference page of all kinds, as Markdown. */
export function referencePage(definitions: readonly Definition[]): string {
  return [INTRODUCTION, ...definitions.map(kindSection)].join('\n');
}

function kindSection(definition: Definition): string {
  const { names, description, maxName, spec, status, rules } = definition;
  return [
    `## ${names.kind}`,
    `${description} Short name: \`${names.shortName}\`. A name has at most ${maxName} characters.`,
    '### Spec',
    fieldTable(spec, 'spec', names.kind),
    ...ruleList(spec, 'spec'),
    ...(rules.length > 0 ? ['Rules of the whole object:', rules.map((rule) => `- ${rule.message}`).join('\n')] : []),
    '### Status',
    fieldTable(status, 'status', names.kind),
    '### Columns of `kubectl get`',
    '| column | shows |\n| --- | --- |\n' +
      definition.columns
        .map((c) => `| ${c.name}${c.priority === undefined ? '' : ' (`-o wide`)'} | ${c.description} |`)
        .join('\n'),
    '',
  ].join('\n\n');
}

/** One field of a schema: its path, and whether its parent object requires it. */
interface Field {
  path: string;
  schema: Schema;
  required: boolean;
}

/** All fields below `schema`, in the order of their declaration. */
export function fieldsOf(schema: Schema, path: string): Field[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const childPath = `${path}.${name}`;
    return [
      { path: childPath, schema: child, required: schema.required?.includes(name) ?? false },
      ...fieldsOf(child, childPath),
    ];
  });
  return [...properties, ...(schema.items === undefined ? [] : fieldsOf(schema.items, `${path}[]`))];
}

function fieldTable(schema: Schema, path: string, kind: string): string {
  const rows = fieldsOf(schema, path)
    // The template of a ScheduledLoadTest repeats the spec of a LoadTest, which the page lists once.
    .filter((field) => !field.path.startsWith('spec.loadTestTemplate.spec.'))
    .map(({ path: fieldPath, schema: field, required }) =>
      [`\`${fieldPath}\``, typeOf(field), defaultOf(field, required), describe(field, fieldPath, kind)].join(' | '),
    );
  return ['| field | type | default | meaning |', '| --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join(
    '\n',
  );
}

function describe(schema: Schema, path: string, kind: string): string {
  const template = kind !== 'LoadTest' && path === 'spec.loadTestTemplate.spec' ? 'All fields of the spec above.' : '';
  const rules = [schema, schema.items, schema.additionalProperties].flatMap(
    (s) => s?.['x-kubernetes-validations'] ?? [],
  );
  const texts = rules.map(({ fieldPath = '', message }) =>
    fieldPath === '' || message.startsWith(fieldPath.slice(1)) ? message : `\`${fieldPath.slice(1)}\`: ${message}`,
  );
  return [schema.description, template, limitsOf(schema), texts.length > 0 ? `Rules: ${texts.join('; ')}.` : '']
    .filter(Boolean)
    .join(' ')
    .replaceAll('|', '\\|');
}

function ruleList(schema: Schema, path: string): string[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  return [
    'Rules between fields:',
    rules.map(({ fieldPath = '', message }) => `- \`${path}${fieldPath}\`: ${message}`).join('\n'),
  ];
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.additionalProperties !== undefined) return `map of ${typeOf(schema.additionalProperties)}`;
  if (schema.format === 'date-time') return 'time';
  return schema.type ?? 'any';
}

function defaultOf(schema: Schema, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return required ? '*required*' : '';
}

function limitsOf(schema: Schema): string {
  const limits = [
    schema.items === undefined ? '' : formOf(schema.items),
    range('', schema.minimum, schema.maximum),
    range(' entries', schema.minItems, schema.maxItems ?? schema.maxProperties),
    range(' characters', schema.minLength, schema.maxLength),
    schema['x-kubernetes-list-map-keys'] === undefined
      ? ''
      : `one entry per ${schema['x-kubernetes-list-map-keys'].join(', ')}`,
    formOf(schema),
  ].filter(Boolean);
  return limits.length > 0 ? `(${limits.join('; ')})` : '';
}

function formOf({ pattern = '' }: Schema): string {
  return patternMessage(pattern) ?? pattern;
}

function range(what: string, min: number | undefined, max: number | undefined): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `at least ${min}${what}`;
  return min === undefined ? `at most ${max}${what}` : `${min} to ${max}${what}`;
}
