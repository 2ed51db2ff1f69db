import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The headers in a mounted Secret: each file is one, named by its key. Read for every export, so that a changed Secret counts. Kubernetes' own
 * entries begin with "..". Throws when a file cannot be read.
 */
export async function headersIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  const values = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, i) => [name, values[i]!.trim()]));
}
