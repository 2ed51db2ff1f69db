import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../system/lock.ts';

/** The folder that keeps binaries and images between runs; outside of the work tree, so that a fresh clone finds them, too. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.LOADTEST_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'loadtest-operator');
}

/** A short name derived from all inputs of a result, so that different inputs have different names. */
export function cacheKey(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest('hex').slice(0, 16);
}

/** A hash of a file, or of all names and contents below a folder. It includes the executable bit, like git, and no other modes. */
export function contentHash(path: string): string {
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    return createHash('sha256')
      .update(`${(stat.mode & 0o100) !== 0}`)
      .update(readFileSync(path))
      .digest('hex');
  }
  const parts = readdirSync(path)
    .sort()
    .flatMap((name) => [name, contentHash(join(path, name))]);
  return cacheKey(parts);
}

/**
 * The path of a file or folder in the cache, created by `make` if it is missing. It is created under another name and renamed, so that an
 * interrupted run leaves nothing incomplete under the final name, and concurrent runs create it once.
 */
export async function cached(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(cacheDir(), name);
  if (existsSync(path)) return path;
  return withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return path;
    const unfinished = `${path}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(join(path, '..'), { recursive: true });
    await make(unfinished);
    renameSync(unfinished, path);
    return path;
  });
}
