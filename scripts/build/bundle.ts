import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { builtinsAsTheyAre } from './builtins-as-they-are.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** Source files by the names of their bundles. */
export type Programs = Record<string, string>;

/** The contents of the bundles by file name, and the inputs of each. */
export type Bundles = { files: Map<string, string>; metafile: Metafile };

/** Matches the place where a source names the file of a thread. */
const THREAD_URL = /new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g;

/** Replaces the URL of a thread's source, which esbuild does not change, by that of its bundle in the same folder. */
const threadUrls = (threads: readonly string[]): Plugin => ({
  name: 'thread-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/runner\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(THREAD_URL, (_, thread: string) => {
        if (!threads.includes(thread)) throw new Error(`${path} starts ${thread}.ts, which has no bundle`);
        return `new URL('./${thread}.mjs', import.meta.url)`;
      });
      return { loader: 'ts', contents };
    });
  },
});

/** Bundles `programs` into ES modules, with separate files for shared code and dynamic imports. `threads` names the threads with bundles. */
export async function bundle(
  programs: Programs,
  threads: readonly string[],
  { plugins = [], ...options }: BuildOptions & { target: string; chunkNames: string },
): Promise<Bundles> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: programs,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'node',
    // CommonJS packages in an ES module need a require function, which the module must create.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
    ...options,
    write: false,
    metafile: true,
    plugins: [threadUrls(threads), builtinsAsTheyAre, ...plugins],
  });
  return { files: new Map(outputFiles.map(({ path, text }) => [basename(path), inAscii(text)])), metafile };
}

/**
 * Returns the same program in ASCII. V8 keeps the source of a program, and uses two bytes for every character if any needs two, which costs the
 * operator 7 MiB. esbuild escapes such characters in strings, but not in comments.
 */
function inAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
