import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedValue } from '../../api/common/value-source.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type KeyReference, keyReference, keyReferences, referencePath } from '../../api/loadtest/references.ts';
import { type Part, partsOf } from '../../model/request/template.ts';

/** The bytes of every key that a spec refers to, by `referencePath`. */
export type Values = ReadonlyMap<string, Buffer>;

/** Reads every key that a spec refers to from files below `directory`; `missing` names the absent ones. */
export function readValues(spec: LoadTestSpec, directory: string): { values: Values; missing: string[] } {
  const values = new Map<string, Buffer>();
  const missing: string[] = [];
  for (const reference of keyReferences(spec)) {
    const path = referencePath(reference);
    try {
      values.set(path, readFileSync(join(directory, path)));
    } catch {
      missing.push(`key "${reference.key}" of ${reference.kind} "${reference.name}"`);
    }
  }
  return { values, missing };
}

/** The bytes of a key that the spec refers to. Throws when `values` lacks it, which is a bug. */
export function bytesOf(key: KeyReference, values: Values): Buffer {
  const bytes = values.get(referencePath(key));
  if (bytes === undefined) throw new Error(`bug: ${referencePath(key)} was not looked up`);
  return bytes;
}

/** A value of the spec in template parts. A value of a Secret or ConfigMap, converted by `read`, is literal text and never a template. */
export function valueParts(
  { value, valueFrom }: NamedValue,
  values: Values,
  columns: readonly string[],
  read: (bytes: Buffer) => string = String,
): Part[] {
  return valueFrom === undefined ? partsOf(value ?? '', columns) : [read(bytesOf(keyReference(valueFrom), values))];
}
