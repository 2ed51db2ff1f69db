/** `npm run build [-- image|package]`: bundles the image's programs into dist/image, and the npm package's into dist/package. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build/bundle.ts';
import { imageFiles } from './build/image.ts';
import { packageFiles } from './build/package.ts';

const PARTS: Record<string, () => Promise<Map<string, string>>> = { image: imageFiles, package: packageFiles };

/** Builds a part in another folder and renames it, so that no process reads files of two builds. */
async function buildPart(part: string, files: Map<string, string>): Promise<void> {
  const place = join(ROOT, 'dist', part);
  const unfinished = join(ROOT, 'node_modules', `.dist-${part}-${process.pid}`);
  try {
    mkdirSync(unfinished);
    for (const [file, text] of files) writeFileSync(join(unfinished, file), text);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    renameSync(unfinished, place);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  for (const [file, { length }] of files) console.log(`dist/${part}/${file}  ${Math.round(length / 1024)} KiB`);
}

const parts = process.argv.slice(2);
const unknown = parts.find((part) => !(part in PARTS));
if (unknown === undefined) {
  for (const part of parts.length > 0 ? parts : Object.keys(PARTS)) await buildPart(part, await PARTS[part]!());
} else {
  console.error(`unknown part ${unknown}; the parts are ${Object.keys(PARTS).join(' and ')}`);
  process.exitCode = 64;
}
