import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { builtinsAsTheyAre } from '../../../scripts/build/builtins-as-they-are.ts';

const root = join(import.meta.dirname, '../../..');

type Loaded = { inputs: string[]; builtins: string[] };

/** The modules that a program loads at its start, without later dynamic imports. */
async function loadedBy(program: string): Promise<Loaded> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [program],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'nowhere',
    write: false,
    metafile: true,
    plugins: [builtinsAsTheyAre],
  });
  const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === program);
  const reached = new Set<string>();
  const builtins = new Set<string>();
  const walk = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const imported of metafile.outputs[path]!.imports) {
      if (imported.kind !== 'import-statement') continue;
      if (imported.external) builtins.add(imported.path);
      else walk(imported.path);
    }
  };
  walk(entry![0]);
  const inputs = [...reached].flatMap((path) => Object.keys(metafile.outputs[path]!.inputs));
  return { inputs, builtins: [...builtins] };
}

async function packagesOf(program: string): Promise<string[]> {
  const { inputs } = await loadedBy(program);
  return [...new Set(inputs.flatMap((input) => input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []))].sort();
}

test('a thread of a runner loads no package, because each costs CPU before every runner is ready', async () => {
  assert.deepEqual(await packagesOf('runner/workers/worker.ts'), []);
  assert.deepEqual(await packagesOf('runner/engine/pacing-timer-thread.ts'), []);
});

test('a runner loads neither undici nor the Kubernetes client', async () => {
  const packages = await packagesOf('runner/main.ts');
  assert.ok(packages.includes('zod'), 'external input is validated');
  assert.deepEqual(
    packages.filter((name) => name === 'undici' || name.startsWith('@kubernetes')),
    [],
  );
});

test('a runner for plain HTTP does not load OpenSSL, which takes 7 MiB', async () => {
  for (const program of ['runner/main.ts', 'runner/workers/worker.ts', 'runner/transport/http1/transport.ts']) {
    const { builtins } = await loadedBy(program);
    const heavy = builtins.filter((name) => ['node:tls', 'node:crypto', 'node:https', 'node:http'].includes(name));
    assert.deepEqual(heavy, [], program);
  }
});
