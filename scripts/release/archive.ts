import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../../test/cluster/system/run.ts';

/** Writes files below a folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Packs paths of a folder with GNU tar and gzip, so that the same files always give the same archive. */
export async function pack(
  folder: string,
  paths: readonly string[],
  archive: string,
  epochSeconds: number,
): Promise<void> {
  const reproducible = [
    '--sort=name',
    `--mtime=@${epochSeconds}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=go=rX,u+rw',
  ];
  await run(['tar', ...reproducible, '--use-compress-program=gzip -n', '-cf', archive, '-C', folder, ...paths]);
}

/** The SHA-256 of a file in hexadecimal digits. */
export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
