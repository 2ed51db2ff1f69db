/** `npm run build`: bundles each program into one file of dist/, which is all that the image needs beside Node. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { builtinsAsTheyAre } from './builtins-as-they-are.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** The program that each file of dist/ holds. Threads have their own, as each begins with a file. */
const PROGRAMS = {
  operator: 'operator/main.ts',
  runner: 'runner/main.ts',
  worker: 'runner/workers/worker.ts',
  'pacing-timer-thread': 'runner/engine/pacing-timer-thread.ts',
  'script-thread': 'runner/script/script-thread.ts',
  loadtest: 'cli/main.ts',
};

/** How a source names the file of a thread. */
const THREAD_URL = /new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g;

/** esbuild leaves URLs as they are; in a bundle, the thread's file lies beside it under its bundle's name. */
const threadUrls: Plugin = {
  name: 'thread-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/runner\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(THREAD_URL, (_, thread: string) => {
        if (!(thread in PROGRAMS)) throw new Error(`${path} starts ${thread}.ts, which is no program of dist/`);
        return `new URL('./${thread}.mjs', import.meta.url)`;
      });
      return { loader: 'ts', contents };
    });
  },
};

/** Parts of prom-client that no program uses: the push gateway's client alone loads https and with it OpenSSL. */
const UNUSED = ['./lib/pushgateway', './lib/cluster'];

/** Leaves {@link UNUSED} out of prom-client. */
const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/lib\// }, ({ path }) =>
      UNUSED.includes(path) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = undefined;' }));
  },
};

/**
 * Bundles one program into `outdir`, its name and that of its parts beginning with `name`; answers with the size of each file in bytes.
 * Each is built by itself, as what programs share would be cut into dozens of small files, whose loading cost a runner a sixth of the CPU
 * that it needs to be ready (docs/design/0032-memory-and-start.md).
 */
async function bundle(name: string, program: string, outdir: string): Promise<[file: string, bytes: number][]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: program },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    // What is imported when it is needed stays apart, and is loaded only then.
    splitting: true,
    chunkNames: `${name}-[hash]`,
    platform: 'node',
    target: 'node26',
    // CommonJS packages in an ES module bundle call a require that the module has to make for itself.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);",
    },
    legalComments: 'inline',
    logLevel: 'warning',
    write: false,
    plugins: [threadUrls, builtinsAsTheyAre, withoutUnused],
  });
  return outputFiles.map(({ path, text }) => {
    const source = inAscii(text);
    writeFileSync(path, source);
    return [basename(path), source.length];
  });
}

/**
 * The same program in ASCII. V8 keeps the source of what runs, with two bytes a character if any of them needs that, which is 7 MiB for the
 * operator; esbuild escapes them in strings, and leaves them in comments.
 */
function inAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Built elsewhere and moved into its place, so that whoever reads dist/ finds all of one build.
const unfinished = join(root, 'node_modules', `.dist-${process.pid}`);
try {
  mkdirSync(unfinished);
  const bundles = Object.entries(PROGRAMS).map(([name, program]) => bundle(name, program, unfinished));
  const files = (await Promise.all(bundles)).flat();
  rmSync(dist, { recursive: true, force: true });
  renameSync(unfinished, dist);
  for (const [file, bytes] of files) console.log(`dist/${file}  ${Math.round(bytes / 1024)} KiB`);
} finally {
  rmSync(unfinished, { recursive: true, force: true });
}
