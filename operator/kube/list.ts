import type { Call } from './client.ts';
import type { KubeObject, ObjectMeta } from './types.ts';

/** Page size: the JSON of thousands of objects would take more memory than the objects. */
const PAGE = 250;

/** The annotation in which kubectl apply keeps a copy of the manifest. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Page<T> = { metadata: { resourceVersion: string; continue?: string }; items: T[] };

/** Lists all objects page by page and reduces each with `slim` before the next page. */
export async function listAll<T extends KubeObject>(
  client: { call: (call: Call) => Promise<unknown> },
  { path, query, slim }: { path: string; query: Record<string, string>; slim: (object: T) => void },
): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | undefined;
  for (;;) {
    const asked = { ...query, limit: String(PAGE), ...(next && { continue: next }) };
    const page = (await client.call({ method: 'GET', path, query: asked })) as Page<T>;
    for (const item of page.items) {
      slim(item);
      items.push(item);
    }
    next = page.metadata.continue;
    if (!next) return { metadata: { resourceVersion: page.metadata.resourceVersion }, items };
  }
}

/** Removes metadata that the operator does not read, half of an object's size. Copies, because deleting a field enlarges an object. */
export function slimMetadata<T extends ObjectMeta>(metadata: T): T {
  const { managedFields: _, annotations, ...rest } = metadata as T & { managedFields?: unknown };
  if (annotations === undefined) return rest as unknown as T;
  const { [LAST_APPLIED]: __, ...others } = annotations;
  return { ...rest, annotations: others } as unknown as T;
}
