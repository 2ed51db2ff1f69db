import type { z } from 'zod';
import { closest, question } from './misspelt/closest.ts';
import { fieldNames, fieldSchema, placesOf } from './misspelt/field-names.ts';
import { related } from './misspelt/related.ts';

/** One violation: the path in the API server's notation (`spec.load.open.stages[0].rate`) and the message. */
export type Problem = { path: string; message: string };

/**
 * Translates `error` for the author of the object. Keeps only the first problem per field, because the others usually follow from it. With
 * the `schema`, an unknown field comes with the one that may be meant, and a number in place of text with what is wrong with it as text.
 */
export function problemsOf(error: z.ZodError, schema?: z.ZodType): Problem[] {
  const meant = (path: readonly PropertyKey[], key: string) =>
    schema === undefined ? '' : question(fieldsMeant(schema, path, key));
  const problems = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: fieldPath([...issue.path, key]),
          message: `unknown field${meant(issue.path, key)}`,
        }))
      : [{ path: fieldPath(issue.path), message: faultAsText(issue, schema) ?? messageOf(issue) }],
  );
  return problems.filter((p, i) => problems.findIndex((q) => q.path === p.path) === i);
}

/** The fields that an unknown one of the object at `path` may stand for: one of a similar name, or one of this name in another place. */
function fieldsMeant(schema: z.ZodType, path: readonly PropertyKey[], key: string): string[] {
  const names = fieldNames(schema, path);
  const near = closest(key, names);
  if (near !== undefined) return [near];
  const object = fieldPath(path).replace(/\[\d+\]/g, '[]') || 'spec';
  const deeper = placesOf(schema, key, object);
  if (deeper.length > 0) return deeper;
  const alike = related(key, names);
  return alike.length > 0 ? alike : placesOf(schema, key, 'spec');
}

/** What is wrong with a number or truth value as text, such as 5 as a duration: quotes alone would not help. */
function faultAsText(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): string | undefined {
  const { input } = issue;
  if (issue.code !== 'invalid_type' || issue.expected !== 'string' || schema === undefined) return undefined;
  if (typeof input !== 'number' && typeof input !== 'boolean') return undefined;
  const { error } = fieldSchema(schema, issue.path)?.safeParse(String(input)) ?? {};
  return error && messageOf(error.issues[0]!);
}

/** `['spec', 'stages', 0, 'rate']` -> `spec.stages[0].rate`, the form of the API server's messages. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

const TYPES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text (in quotes when it looks like a number)',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must ${sized(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', Number(issue.maximum))}`;
    default:
      return issue.message;
  }
}

function sized(origin: string, bound: string, limit: number): string {
  if (origin === 'string') return `have ${bound} ${limit} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array') return `have ${bound} ${limit} entr${limit === 1 ? 'y' : 'ies'}`;
  return `be ${bound} ${limit}`;
}
