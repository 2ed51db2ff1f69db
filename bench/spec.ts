import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { API_VERSION } from '../api/common/group.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../api/loadtest/loadtest.ts';

/** The spec of a load test with its defaults; throws when it is not one. */
export function specOf(spec: unknown): LoadTestSpec {
  return loadTestSpecSchema.parse(spec);
}

/** Writes a LoadTest as a person would have it in a file, and gives the file. */
export function writeLoadTest(dir: string, spec: unknown): string {
  const file = join(dir, 'loadtest.yaml');
  writeFileSync(file, stringify({ apiVersion: API_VERSION, kind: 'LoadTest', metadata: { name: 'bench' }, spec }));
  return file;
}
