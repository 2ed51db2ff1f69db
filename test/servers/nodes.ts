import { join } from 'node:path';
import { cached } from '../cluster/build/cache.ts';
import { run } from '../cluster/system/run.ts';

/** The maintained versions of Node that the npm package supports, besides the pinned one. */
export const MAINTAINED = ['22.23.3', '24.21.0'];

/** The binary of a version of Node for this machine, from the npm package that the package `node` would install; cached. */
export async function nodeBinary(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cached(join('nodes', `${version}-${process.platform}-${process.arch}`), async (path) => {
    const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
    await run(['npm', 'install', '--prefix', path, ...options, `${name}@${version}`], { cwd: '/' });
  });
  return join(folder, 'node_modules', name, 'bin/node');
}
