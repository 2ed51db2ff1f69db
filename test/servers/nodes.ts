import { join } from 'node:path';
import { cached } from '../cluster/cache.ts';
import { run } from '../cluster/run.ts';

/** The maintained versions of Node beside the pinned one, on which the npm package runs. */
export const MAINTAINED = ['22.23.3', '24.21.0'];

/** The binary of a version of Node for this machine: the npm package that the package `node` would install, kept in the cache. */
export async function nodeBinary(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const place = await cached(join('nodes', `${version}-${process.platform}-${process.arch}`), async (path) => {
    const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
    await run(['npm', 'install', '--prefix', path, ...options, `${name}@${version}`], { cwd: '/' });
  });
  return join(place, 'node_modules', name, 'bin/node');
}
