import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ReportFiles } from '../arguments/command.ts';
import { reasonOf } from '../input/files.ts';

/** A problem for each file that cannot be written, so that a run is refused before it begins; creates and changes nothing. */
export function unwritable(files: ReportFiles): string[] {
  return Object.values(files).flatMap((path) => {
    try {
      if (path !== '-') checkWritable(path);
      return [];
    } catch (error) {
      return [cannotBeWritten(path, error)];
    }
  });
}

function checkWritable(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new Error('it is a folder');
  // With the dot, a file instead of the folder is an error.
  accessSync(found === undefined ? `${dirname(path)}/.` : path, constants.W_OK);
}

/** The sentence for a file that cannot be written. */
export function cannotBeWritten(path: string, error: unknown): string {
  return `${path} cannot be written: ${reasonOf(error)}`;
}
