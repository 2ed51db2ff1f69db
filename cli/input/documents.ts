import { LineCounter, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { API_VERSION } from '../../api/common/group.ts';

/** Any Kubernetes object: the fields that every document must have, whatever its kind. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), namespace: z.string().optional() }).optional(),
});
export type KubeObject = z.infer<typeof objectSchema>;

const listSchema = z.looseObject({ kind: z.string().endsWith('List'), items: z.array(z.unknown()) });

/** Parses a file in the form of `kubectl apply -f` to its Kubernetes objects. Problems name `file`. */
export function parseObjects(text: string, file: string): { objects: KubeObject[] } | { problems: string[] } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const broken = documents.flatMap((document) =>
    document.errors.map(
      (e) => `${file}:${lines.linePos(e.pos[0]).line}: ${e.message.split('\n')[0]?.replace(/:$/, '')}`,
    ),
  );
  if (broken.length > 0) return { problems: broken };

  const values = documents.map((document) => document.toJS() as unknown).filter((value) => value !== null);
  const results = values.flatMap(itemsOf).map((value) => objectSchema.safeParse(value));
  const problems = results.flatMap((r, i) => (r.success ? [] : [`${file}: document ${i + 1}: ${issues(r.error)}`]));
  if (problems.length > 0) return { problems };
  return { objects: results.flatMap((r) => (r.success ? [r.data] : [])) };
}

/** The items of a List, the form in which kubectl prints several objects; for any other value, the value itself. */
function itemsOf(value: unknown): unknown[] {
  const list = listSchema.safeParse(value);
  return list.success ? list.data.items : [value];
}

function issues(error: z.ZodError): string {
  return error.issues.map((i) => [i.path.join('.'), i.message].filter(Boolean).join(': ')).join('; ');
}

/** Whether an object belongs to this project's API group, in any version. */
export function isOurs(object: KubeObject): boolean {
  return object.apiVersion.split('/')[0] === API_VERSION.split('/')[0];
}
