import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import { encodeTerminationMessage } from '../../model/wire/termination-message.ts';

/** Where the kubelet takes a container's termination message from. */
export const TERMINATION_LOG = '/dev/termination-log';

/**
 * Writes a runner's newest report where it outlives the container. Each time by one write over the whole of the one before, padded
 * to its length: the file is a mount that cannot be replaced, and a process that is killed must leave a whole text behind.
 */
export function terminationLogFile(path: string, log: (message: string) => void): (report: RunnerUpdate) => void {
  let length = 0;
  let works = true;
  return (report) => {
    const text = works ? encodeTerminationMessage(report) : undefined;
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
      log(`the last second will not outlive this pod: ${(error as Error).message}`);
    }
  };
}
