import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { API_VERSION } from '../api/common/group.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../api/loadtest/loadtest.ts';

/** Parses the spec of a LoadTest with its defaults; throws if it is invalid. */
export function specOf(spec: unknown): LoadTestSpec {
  return loadTestSpecSchema.parse(spec);
}

/** Writes a LoadTest to a file and returns its path. */
export function writeLoadTest(dir: string, spec: unknown): string {
  const file = join(dir, 'loadtest.yaml');
  writeFileSync(file, stringify({ apiVersion: API_VERSION, kind: 'LoadTest', metadata: { name: 'bench' }, spec }));
  return file;
}
