/** `npm run build`: bundles each program into one file of dist/, which is all that the image needs beside Node. */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** The program that each file of dist/ holds. The worker is one of its own: a thread begins with a file. */
const PROGRAMS = {
  operator: 'operator/main.ts',
  runner: 'runner/main.ts',
  worker: 'runner/worker.ts',
  loadtest: 'cli/main.ts',
};

const WORKER_IN_SOURCE = "new URL('./worker.ts', import.meta.url)";
const WORKER_IN_BUNDLE = "new URL('./worker.mjs', import.meta.url)";

/** esbuild leaves URLs as they are: in a bundle, the worker lies beside it under its bundle's name. */
const workerUrl: Plugin = {
  name: 'worker-url',
  setup({ onLoad }) {
    onLoad({ filter: /\/runner\/crew\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(WORKER_IN_SOURCE)) throw new Error(`${path} no longer says ${WORKER_IN_SOURCE}`);
      return { loader: 'ts', contents: source.replace(WORKER_IN_SOURCE, WORKER_IN_BUNDLE) };
    });
  },
};

// Built elsewhere and moved into its place, so that whoever reads dist/ finds all of one build.
const unfinished = join(root, 'node_modules', `.dist-${process.pid}`);
try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: PROGRAMS,
    outdir: unfinished,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    // CommonJS packages in an ES module bundle call a require that the module has to make for itself.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);",
    },
    legalComments: 'inline',
    logLevel: 'warning',
    metafile: true,
    plugins: [workerUrl],
  });
  rmSync(dist, { recursive: true, force: true });
  renameSync(unfinished, dist);
  for (const [name, output] of Object.entries(metafile.outputs)) {
    console.log(`dist/${name.split('/').at(-1)}  ${Math.round(output.bytes / 1024)} KiB`);
  }
} finally {
  rmSync(unfinished, { recursive: true, force: true });
}
