import { isRawNumber } from './json.ts';

/** The value that a JSON Pointer (RFC 6901) references; undefined when there is none. `pointer` is empty or begins with a slash. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null || isRawNumber(value)) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value) && !/^(0|[1-9][0-9]*)$/.test(key)) return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
