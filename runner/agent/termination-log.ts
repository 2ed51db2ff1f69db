import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { encodeTerminationMessage } from '../../model/wire/termination-message.ts';

/** The file from which the kubelet reads a container's termination message. */
export const TERMINATION_LOG = '/dev/termination-log';

/**
 * Returns a function that writes a runner's newest update to the file, which outlives the container. Each write replaces the whole previous
 * text, padded to its length: the file is a mount that cannot be replaced, and a killed process must leave a complete text behind.
 */
export function terminationLogFile(path: string, log: (message: string) => void): (update: RunnerUpdate) => void {
  let length = 0;
  let works = true;
  return (update) => {
    const text = works ? encodeTerminationMessage(update) : undefined;
    if (text === undefined) return;
    length = Math.max(length, text.length);
    try {
      const file = openSync(path, 'r+');
      try {
        writeSync(file, text.padEnd(length), 0, 'latin1');
      } finally {
        closeSync(file);
      }
    } catch (error) {
      works = false;
      log(`cannot write the termination message: ${(error as Error).message}`);
    }
  };
}
