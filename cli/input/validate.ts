import type * as z from 'zod';
import { API_VERSION, GROUP, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { didYouMean } from '../../api/common/misspelt/closest.ts';
import { type Problem, problemsOf } from '../../api/common/problems.ts';
import { type LoadTest, loadTestSchema } from '../../api/loadtest/loadtest.ts';
import { type ScheduledLoadTest, scheduledLoadTestSchema } from '../../api/scheduled/scheduled-loadtest.ts';
import { type KubeObject, type ParsedObjects, parseObjects, placed } from './documents.ts';
import { HOLDER_SCHEMAS } from './holders.ts';
import { readingNotes } from './notes/reading-notes.ts';
import { sizeNotes } from './notes/size-notes.ts';
import { metadataProblems } from './object-meta.ts';

/** A valid document of a file, with defaults, as the API server would return it. */
export type Document =
  | { kind: 'LoadTest'; test: LoadTest; positionOf?: PositionOf }
  | { kind: 'ScheduledLoadTest'; scheduled: ScheduledLoadTest; positionOf?: PositionOf }
  | { kind: 'Secret' | 'ConfigMap'; object: KubeObject; positionOf?: PositionOf };

/** Line and column of the field at a path in the file of its document. */
export type PositionOf = (path: string) => string;

/** A problem of one document of a file. `position`: line and column of the field, such as "3:5". */
export type DocumentProblem = Problem & { file: string; position?: string | undefined; kind: string; name: string };

/**
 * Validates one object as the API server does on `kubectl apply`, without a cluster: returns the object with its defaults, or every
 * problem with the path of its field. Secrets and ConfigMaps that tests refer to are valid too.
 */
export function validateObject(object: KubeObject): { document: Document } | { problems: Problem[] } {
  const result = validateByKind(object);
  const ofMetadata = metadataProblems(object.metadata);
  if (ofMetadata.length === 0) return result;
  const known = 'problems' in result ? result.problems : [];
  return { problems: [...known, ...ofMetadata.filter((p) => known.every(({ path }) => path !== p.path))] };
}

const KINDS = [LOAD_TEST.kind, SCHEDULED_LOAD_TEST.kind, 'Secret', 'ConfigMap'];

function kindFault(kind: string): string {
  const hint = didYouMean(kind, KINDS);
  return `${kind} is not supported${hint || ': a file contains LoadTests, ScheduledLoadTests, Secrets and ConfigMaps'}`;
}

function validateByKind(object: KubeObject): { document: Document } | { problems: Problem[] } {
  const { kind, apiVersion } = object;
  if (kind === 'Secret' || kind === 'ConfigMap') {
    const { error } = parseWithoutNulls(HOLDER_SCHEMAS[kind], object);
    return error === undefined ? { document: { kind, object } } : { problems: problemsOf(error, HOLDER_SCHEMAS[kind]) };
  }
  if (kind !== LOAD_TEST.kind && kind !== SCHEDULED_LOAD_TEST.kind) return problem('kind', kindFault(kind));
  if (apiVersion !== API_VERSION)
    return problem(
      'apiVersion',
      `must be ${API_VERSION}${apiVersion.startsWith(`${GROUP}/`) ? ', the only version' : ''}`,
    );
  if (!object.metadata?.name && !object.metadata?.generateName)
    return problem('metadata.name', 'name or generateName is required');

  if (kind === LOAD_TEST.kind) {
    const { data, error } = parseWithoutNulls(loadTestSchema, object);
    return error === undefined
      ? { document: { kind: 'LoadTest', test: data } }
      : { problems: problemsOf(error, loadTestSchema) };
  }
  const { data, error } = parseWithoutNulls(scheduledLoadTestSchema, object);
  return error === undefined
    ? { document: { kind: 'ScheduledLoadTest', scheduled: data } }
    : { problems: problemsOf(error, scheduledLoadTestSchema) };
}

/**
 * Parses a value, and treats a null where the schema allows none as an absent field, as the API server does: `thresholds:` with all its
 * lines commented out is valid.
 */
function parseWithoutNulls<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const result = schema.safeParse(value, { reportInput: true });
  const nulls =
    result.error?.issues.filter(({ input, path }) => input === null && typeof path.at(-1) === 'string') ?? [];
  if (nulls.length === 0) return result;
  const copy = structuredClone(value);
  for (const { path } of nulls) {
    const holder = path
      .slice(0, -1)
      .reduce<unknown>((node, step) => (node as Record<PropertyKey, unknown>)[step], copy);
    delete (holder as Record<PropertyKey, unknown>)[path.at(-1)!];
  }
  return parseWithoutNulls(schema, copy);
}

function problem(path: string, message: string): { problems: Problem[] } {
  return { problems: [{ path, message }] };
}

/**
 * Every valid document of `text` (YAML or JSON), all problems, which name `file`, and notes on what is valid. Each syntax error is one
 * problem.
 */
export function validateText(
  text: string,
  file: string,
): { documents: Document[]; problems: DocumentProblem[]; notes: string[] } {
  const parsed = parseObjects(text, file);
  if ('problems' in parsed) {
    const problems = parsed.problems.map((message) => ({ file, kind: '', name: '', path: '', message }));
    return { documents: [], problems, notes: [] };
  }
  const documents: Document[] = [];
  const problems: DocumentProblem[] = [];
  for (const object of parsed.objects) {
    const result = validateObject(object);
    const positionOf = (path: string) => parsed.places.at(object, path).position;
    if ('document' in result) documents.push({ ...result.document, positionOf });
    else
      problems.push(
        ...result.problems.map((p) => ({ file, ...identify(object), ...placed(object, p, parsed.places) })),
      );
  }
  problems.push(...twiceProblems(parsed, file));
  const notes = [
    ...readingNotes(parsed.objects, file, parsed.places),
    ...sizeNotes(parsed.objects, file, parsed.places),
  ];
  return { documents, problems, notes };
}

const TWICE =
  'another document of the file has this kind, name and namespace, and kubectl would apply one over the other';

/** A problem for each object that has kind, name and namespace of an earlier one. */
export function twiceProblems({ objects, places }: ParsedObjects, file: string): DocumentProblem[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    const name = JSON.stringify([kind, metadata?.name, metadata?.namespace ?? 'default']);
    const isTwice = Boolean(metadata?.name) && seen.has(name);
    seen.add(name);
    const problem = { path: 'metadata.name', message: TWICE };
    return isTwice ? [{ file, ...identify(object), ...placed(object, problem, places) }] : [];
  });
}

/** The kind and name of an object, for problems. */
export function identify({ kind, metadata }: KubeObject): { kind: string; name: string } {
  return { kind, name: metadata?.name ?? (typeof metadata?.generateName === 'string' ? metadata.generateName : '') };
}

/** For example `checkout.yaml:12:5: LoadTest checkout: spec.load.type: must be "Open" or "Closed"`. */
export function formatProblem({ file, position, kind, name, path, message }: DocumentProblem): string {
  // The message of a syntax error contains the file and the line.
  if (kind === '') return message;
  return [[file, position].filter(Boolean).join(':'), [kind, name].filter(Boolean).join(' '), path, message]
    .filter(Boolean)
    .join(': ');
}
