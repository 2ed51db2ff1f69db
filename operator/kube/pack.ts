import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import type { Resource } from './types.ts';

/**
 * Stores spec and status of an object as text and parses them on each access. Text takes less memory: for thousands of objects that are
 * rarely read.
 */
export function pack(object: Resource): void {
  const text = JSON.stringify([object.spec ?? null, object.status ?? null]);
  const read = (i: 0 | 1) => ({ get: () => (parseExactJson(text) as unknown[])[i] ?? undefined, enumerable: true });
  Object.defineProperties(object, { spec: read(0), status: read(1) });
}
