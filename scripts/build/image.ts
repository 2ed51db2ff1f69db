import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { baseOfDockerfile } from './base.ts';
import { bundle, type Programs, ROOT } from './bundle.ts';
import { LICENCES, licencesOf } from './licences.ts';
import { bundledPackages } from './packages.ts';
import { SBOM, sbomOf } from './sbom.ts';

/** The programs of the image. Threads are programs, too, because each starts with a file. */
const PROGRAMS: Programs = {
  operator: 'operator/main.ts',
  runner: 'runner/main.ts',
  worker: 'runner/workers/worker.ts',
  'pacing-timer-thread': 'runner/engine/pacing-timer-thread.ts',
  'script-process': 'runner/script/process/script-process.ts',
};

/** Optional parts of prom-client with the program that uses each. For example, the push gateway's client loads https and with it OpenSSL. */
const OF_PROM_CLIENT: Record<string, string | undefined> = {
  './lib/pushgateway': undefined,
  './lib/cluster': undefined,
  './lib/defaultMetrics': 'operator',
};

/** Leaves out of prom-client the parts that the program does not use. */
const withoutUnused = (program: string): Plugin => ({
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/lib\// }, ({ path }) =>
      path in OF_PROM_CLIENT && OF_PROM_CLIENT[path] !== program ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = undefined;' }));
  },
});

/**
 * The files of the image: a bundle for each program, our licence, those of the packages in the bundles, and their list. Programs share no files,
 * because esbuild would split the common code into dozens of small ones; loading them took a sixth of the CPU of a runner's start
 * (docs/design/0032-memory-and-start.md). `created`: the time in the list, by default that of SOURCE_DATE_EPOCH in seconds.
 */
export async function imageFiles(created = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000)) {
  const bundles = Object.entries(PROGRAMS).map(([name, program]) =>
    bundle({ [name]: program }, Object.keys(PROGRAMS), {
      target: 'node26',
      chunkNames: `${name}-[hash]`,
      legalComments: 'inline',
      plugins: [withoutUnused(name)],
    }),
  );
  const built = await Promise.all(bundles);
  const packages = bundledPackages(built.map(({ metafile }) => metafile));
  const lock: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const integrities = Object.fromEntries(
    Object.entries(lock.packages).map(([folder, { integrity }]) => [folder, integrity]),
  );
  const files = new Map(built.flatMap((b) => [...b.files]));
  files.set('LICENSE', readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  files.set(LICENCES, licencesOf(packages));
  return files.set(SBOM, sbomOf({ version: lock.version, created, packages, integrities, base: baseOfDockerfile() }));
}

type Lock = { version: string; packages: Record<string, { integrity?: string }> };
