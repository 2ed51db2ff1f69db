import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { bundle, type Programs, ROOT } from './bundle.ts';

/** The command, the library, and the threads that both start. */
const PROGRAMS: Programs = {
  loadtest: 'cli/main.ts',
  worker: 'runner/workers/worker.ts',
  'pacing-timer-thread': 'runner/engine/pacing-timer-thread.ts',
  'script-thread': 'runner/script/script-thread.ts',
};

/** The dependency that is most of the code, and that only some load tests use: all programs import one bundle of it. */
const SHARED = 'undici';

const sharedApart: Plugin = {
  name: 'shared-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${SHARED}$`) }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${SHARED}.mjs`, external: true },
    );
  },
};

/**
 * The files of dist/package: bundles that need no other package, and the licences of the packages in them. Programs share no files but
 * {@link SHARED}'s: the common code in 60 small files cost 35 ms more of CPU until the first request than a bundle for each program.
 */
export async function packageFiles(): Promise<Map<string, string>> {
  const bundles = await Promise.all(
    Object.entries({ ...PROGRAMS, [SHARED]: SHARED }).map(([name, program]) =>
      bundle({ [name]: program }, Object.keys(PROGRAMS), {
        target: 'node22.19',
        chunkNames: `${name}-[hash]`,
        // Parsing costs CPU at each start. Names stay, so that stack traces can be read.
        minifyWhitespace: true,
        minifySyntax: true,
        legalComments: 'none',
        plugins: [sharedApart],
      }),
    ),
  );
  const files = new Map(bundles.flatMap((b) => [...b.files]));
  return files.set('LICENSES.txt', licencesOf(bundles.map(({ metafile }) => metafile)));
}

/** The licences of the packages whose code is in the bundles: all of them require their text to be shipped. */
function licencesOf(metafiles: readonly Metafile[]): string {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort().map(licenceOf).join('\n');
}

function licenceOf(folder: string): string {
  const path = join(ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(path, file), 'utf8').trim()}\n`;
}
