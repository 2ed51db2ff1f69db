import type { Resource } from './types.ts';

/**
 * Keeps spec and status of an object as text, from which they are read anew whenever they are asked for. Text takes less memory than what is
 * parsed of it: for objects that there are thousands of, and that are seldom looked at.
 */
export function pack(object: Resource): void {
  const text = JSON.stringify([object.spec ?? null, object.status ?? null]);
  const read = (i: 0 | 1) => ({ get: () => (JSON.parse(text) as unknown[])[i] ?? undefined, enumerable: true });
  Object.defineProperties(object, { spec: read(0), status: read(1) });
}
