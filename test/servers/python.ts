import { join } from 'node:path';
import { cached } from '../cluster/build/cache.ts';
import { run } from '../cluster/system/run.ts';

/** The Python of a cached virtual environment with packages from PyPI, such as `httpbin==0.10.2`. */
export async function pythonWith(name: string, packages: readonly string[]): Promise<string> {
  const environment = await cached(`${name}-${packages.join('-')}`, async (path) => {
    await run(['python3', '-m', 'venv', path]);
    await run([join(path, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', ...packages]);
  });
  return join(environment, 'bin', 'python');
}
