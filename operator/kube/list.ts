import type { Call } from './client.ts';
import type { KubeObject, ObjectMeta } from './types.ts';

/** Objects asked for at once: the text of thousands would take more memory than they take themselves. */
const PAGE = 250;

/** Where kubectl apply keeps a copy of all that it was given. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Page<T> = { metadata: { resourceVersion: string; continue?: string }; items: T[] };

/** All objects of a list, page by page, each as `slim` leaves it before the next page is asked for. */
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

/** Without what nobody reads here, which is half of an object's size. A new object: one that has lost a field takes more room. */
export function slimMetadata<T extends ObjectMeta>(metadata: T): T {
  const { managedFields: _, annotations, ...rest } = metadata as T & { managedFields?: unknown };
  if (annotations === undefined) return rest as unknown as T;
  const { [LAST_APPLIED]: __, ...others } = annotations;
  return { ...rest, annotations: others } as unknown as T;
}
