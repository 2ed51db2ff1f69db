import { isUtf8 } from 'node:buffer';
import type { NamedValue } from '../../api/common/value-source.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type KeyReference, keyReference } from '../../api/loadtest/references.ts';
import { bytesOf, type Values } from './referenced-values.ts';

/** The bytes of a Secret or ConfigMap as text, without a byte order mark; a problem names the first line that is not UTF-8. */
export function utf8Text(bytes: Buffer): string | { problem: string } {
  if (isUtf8(bytes)) return bytes.toString().replace(/^\ufeff/, '');
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return {
    problem: isUtf16 ? 'is UTF-16: save it as UTF-8' : `is not UTF-8 in line ${lineOfFault(bytes)}: save it as UTF-8`,
  };
}

/** Why a script, a variable of its environment or a form field cannot have its value, which is not text; undefined when all can. */
export function notTextProblem({ script, requests }: LoadTestSpec, values: Values): string | undefined {
  const references: [field: string, key: KeyReference][] = [
    ...(script === undefined
      ? []
      : [['script', { kind: 'ConfigMap', ...script.configMapKeyRef }] as [string, KeyReference]]),
    ...referencesOf('script.env', script?.env),
    ...requests.flatMap(({ name, body }) => referencesOf(`request "${name}", form`, body?.form)),
  ];
  for (const [field, key] of references) {
    const text = utf8Text(bytesOf(key, values));
    if (typeof text !== 'string') return `${field}: key "${key.key}" of ${key.kind} "${key.name}" ${text.problem}`;
  }
  return undefined;
}

function referencesOf(field: string, named: readonly NamedValue[] = []): [string, KeyReference][] {
  return named.flatMap(({ name, valueFrom }): [string, KeyReference][] =>
    valueFrom === undefined ? [] : [[`${field} ${name}`, keyReference(valueFrom)]],
  );
}

/** The first line that is not UTF-8. No character of several bytes contains a line end. */
function lineOfFault(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const found = bytes.indexOf('\n', from);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
  return line;
}
