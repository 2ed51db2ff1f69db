import type { KubeObject } from '../documents.ts';
import type { Places } from '../yaml/places.ts';

/** The most bytes of an object's annotations, in one of which kubectl apply keeps the object. */
const MOST_BYTES = 256 * 1024;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Notes on objects that are valid, and too large for kubectl apply without --server-side. */
export function sizeNotes(objects: readonly KubeObject[], file: string, places: Places): string[] {
  return objects.flatMap((object) => {
    const bytes = annotationBytes(object);
    if (bytes <= MOST_BYTES) return [];
    const what = `${object.kind} ${object.metadata?.name ?? ''}`;
    return [
      `${file}:${places.at(object, '').position}: ${what} has ${bytes} bytes: kubectl apply takes ${MOST_BYTES} at most, and kubectl apply --server-side all of it`,
    ];
  });
}

/** The bytes of an object's annotations after kubectl apply, which adds the object as Go writes it in JSON. */
function annotationBytes({ metadata, ...object }: KubeObject): number {
  const annotations = { ...(metadata?.annotations as Record<string, unknown> | undefined) };
  delete annotations[LAST_APPLIED];
  const applied = { ...object, metadata: { namespace: 'default', ...metadata, annotations } };
  const json = JSON.stringify(applied).replaceAll(/[<>&\u2028\u2029]/g, '\\u0000');
  const own = Object.entries(annotations).map(([key, value]) => `${key}${value}`);
  return Buffer.byteLength([...own, LAST_APPLIED, json, '\n'].join(''));
}
