import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { ROOT } from './bundle.ts';

/** An npm package whose code is in a bundle. */
export type BundledPackage = { folder: string; name: string; version: string; license: string };

/** The packages in bundles, by the inputs that esbuild lists, in the order of their folders. */
export function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return { folder, name, version, license };
  });
}
