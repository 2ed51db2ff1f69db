import { referencePath } from '../../api/loadtest/references.ts';
import { type Surroundings, valueOfArgument } from './value-argument.ts';

/** The Secret of the headers. */
export const HEADERS = 'headers';

/** A header in a LoadTest. */
export type Header = { name: string; value?: string; valueFrom?: object };
/** The value of a header that is in no object, and the argument that it came from. */
type Secret = { key: string; bytes: Buffer; argument: string };

/** A header of the command line, "Name: value". A value of env: or file: is a secret, and the header refers to it. */
export function headerOf(
  text: string,
  surroundings: Surroundings,
): { header: Header; value?: Secret } | { problem: string } {
  const [, name, value = ''] = /^([^:]+):\s*(.*?)\s*$/s.exec(text) ?? [];
  if (name === undefined) return { problem: '--header must be "Name: value"' };
  if (!/^(env|file):/.test(value)) return { header: { name, value } };
  const found = valueOfArgument(value, surroundings);
  if ('problem' in found) return { problem: `--header ${name}: ${found.problem}` };
  const key = name.toLowerCase();
  const valueFrom = { secretKeyRef: { name: HEADERS, key } };
  return { header: { name, valueFrom }, value: { key, bytes: found.value, argument: value } };
}

/** The referencePath of a secret header. */
export function pathOf(key: string): string {
  return referencePath({ kind: 'Secret', name: HEADERS, key });
}
