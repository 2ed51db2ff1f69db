import type { Plugin } from 'esbuild';
import { type Bundles, bundle, type Programs } from './bundle.ts';
import { LICENCES, licencesOf } from './licences.ts';
import { bundledPackages } from './packages.ts';

/** The threads of the command and of the library. */
const THREADS: Programs = {
  worker: 'runner/workers/worker.ts',
  'pacing-timer-thread': 'runner/engine/pacing-timer-thread.ts',
  'script-process': 'runner/script/process/script-process.ts',
};

/** The largest dependency, which only some load tests use: all programs import one bundle of it. */
const SHARED = 'undici';

/** Its bundle exports one object, like CommonJS; an import reads the object's properties by name. */
const sharedApart: Plugin = {
  name: 'shared-apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${SHARED}$`) }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: SHARED, namespace: 'shared' },
    );
    onResolve({ filter: /./, namespace: 'shared' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: 'shared' }, async () => {
      const names = Object.keys(await import(SHARED)).filter((name) => /^[A-Z]\w+$/i.test(name) && name !== 'default');
      const exported = names.map((name) => `export const ${name} = /* @__PURE__ */ property('${name}');`);
      const object = `import object from './${SHARED}.mjs';\nconst property = (name) => object[name];`;
      return { contents: [object, ...exported].join('\n') };
    });
  },
};

/** Programs of one build share files. The command and the library share most of their code. */
const BUILDS: readonly Programs[] = [
  { loadtest: 'cli/main.ts', index: 'lib/index.ts' },
  ...Object.entries(THREADS).map(([name, file]) => ({ [name]: file })),
  { [SHARED]: SHARED },
];

/**
 * The files of dist/package: bundles that need no other package, and the licences of the packages in them. A thread shares only
 * {@link SHARED} with the rest: common code in 60 small files cost 35 ms more of CPU until the first request.
 */
export async function packageFiles(): Promise<Map<string, string>> {
  const bundles = await Promise.all(BUILDS.map(build));
  const files = new Map(bundles.flatMap((b) => [...b.files]));
  return files.set(LICENCES, licencesOf(bundledPackages(bundles.map(({ metafile }) => metafile))));
}

function build(programs: Programs): Promise<Bundles> {
  return bundle(programs, Object.keys(THREADS), {
    target: 'node22.19',
    chunkNames: `${Object.keys(programs)[0]}-[hash]`,
    // Minified, because parsing costs CPU at every start. Names stay, so that stack traces remain readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    plugins: [sharedApart],
  });
}
