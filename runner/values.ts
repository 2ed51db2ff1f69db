import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadTestSpec } from '../api/loadtest.ts';
import { keyReferences, referencePath } from '../api/references.ts';
import type { Values } from './requests.ts';

/** Reads every key that a spec refers to from files below `directory`; the keys that are not there are named in `missing`. */
export async function readValues(
  spec: LoadTestSpec,
  directory: string,
): Promise<{ values: Values; missing: string[] }> {
  const values = new Map<string, Buffer>();
  const missing: string[] = [];
  for (const reference of keyReferences(spec)) {
    const path = referencePath(reference);
    const bytes = await readFile(join(directory, path)).catch(() => undefined);
    if (bytes === undefined) missing.push(`key "${reference.key}" of ${reference.kind} "${reference.name}"`);
    else values.set(path, bytes);
  }
  return { values, missing };
}
