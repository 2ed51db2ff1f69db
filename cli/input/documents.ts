import * as z from 'zod';
import { API_VERSION } from '../../api/common/group.ts';
import { type Problem, problemsOf } from '../../api/common/problems.ts';
import type { Places } from './yaml/places.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** Any Kubernetes object: the fields that every document must have, whatever its kind. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().nullish(), namespace: z.string().nullish() }).nullish(),
});
type AnyObject = z.infer<typeof objectSchema>;
export type KubeObject = AnyObject & {
  metadata?: { name?: string | undefined; namespace?: string | undefined; [field: string]: unknown } | undefined;
};

const listSchema = z.looseObject({ kind: z.string().endsWith('List'), items: z.array(z.unknown()) });

/** A problem of one object, and where its field stands in the file, such as "3:5". */
export type PlacedProblem = Problem & { position: string };

/** The objects of a file, and the places of their fields. */
export type ParsedObjects = { objects: KubeObject[]; places: Places };

/**
 * Parses a file in the form of `kubectl apply -f` to its Kubernetes objects, of which there is at least one. Problems name `file`, line and
 * column.
 */
export function parseObjects(text: string, file: string): ParsedObjects | { problems: string[] } {
  const { values, places, faults } = readYaml(text);
  if (faults.length > 0)
    return { problems: faults.map(({ offset, message }) => `${file}:${places.lineAndColumn(offset)}: ${message}`) };
  if (values.length === 0) return { problems: [`${file}: it contains no documents`] };

  const objects = values.flatMap(itemsOf);
  const problems = objects.flatMap(({ value, place }) => {
    const { error } = objectSchema.safeParse(value, { reportInput: true });
    return (error === undefined ? [] : problemsOf(error)).map(({ path, message }) => {
      const [root, below] = typeof value === 'object' && value !== null ? [value, path] : place;
      const { position, source } = places.at(root, below);
      return `${file}:${position}: ${[path, quoted(message, source)].filter(Boolean).join(': ')}`;
    });
  });
  return problems.length > 0 ? { problems } : { objects: objects.map(({ value }) => value as KubeObject), places };
}

/** The place of a problem in a file, with the advice for a word that YAML does not read as text. */
export function placed(object: KubeObject, problem: Problem, places: Places): PlacedProblem {
  const { position, source } = places.at(object, problem.path);
  return { ...problem, message: quoted(problem.message, source), position };
}

/** The message for a scalar that is not text, as its words `source` mean something else. */
function quoted(message: string, source: string | undefined): string {
  return source !== undefined && source !== '' && message.startsWith('must be text')
    ? `must be text: write "${source}" in quotes`
    : message;
}

type Item = { value: unknown; place: [root: object, path: string] };

/** The items of a List, the form in which kubectl prints several objects; for any other value, the value itself. */
function itemsOf(value: unknown): Item[] {
  const list = listSchema.safeParse(value);
  const root = Object(value) as object;
  if (!list.success) return [{ value, place: [root, ''] }];
  // The items themselves, whose places are known, and not the copies of the schema.
  return (value as { items: unknown[] }).items.map((item, i) => ({ value: item, place: [root, `items[${i}]`] }));
}

/** Whether an object belongs to this project's API group, in any version. */
export function isOurs(object: KubeObject): boolean {
  return object.apiVersion.split('/')[0] === API_VERSION.split('/')[0];
}
