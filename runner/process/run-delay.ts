import { openSync, readSync } from 'node:fs';

/** "time on a CPU, time of waiting for one, time slices", the times in nanoseconds; see the kernel's Documentation/scheduler/sched-stats. */
const FILE = '/proc/thread-self/schedstat';
const NS_PER_US = 1e3;
const SPACE = 0x20;
const ZERO = 0x30;

/**
 * A function that reads for how long the calling thread has waited for a CPU since it began, in microseconds, in about half a microsecond.
 * Undefined where the kernel does not tell.
 */
export function runDelayReader(): (() => number) | undefined {
  const line = Buffer.alloc(64);
  try {
    const file = openSync(FILE, 'r');
    const read = () => {
      readSync(file, line, 0, line.length, 0);
      return secondNumber(line) / NS_PER_US;
    };
    read();
    return read;
  } catch {
    return undefined;
  }
}

/** Without a string: this is called for each request of a slow load. */
function secondNumber(line: Buffer): number {
  const from = line.indexOf(SPACE) + 1;
  let number = 0;
  for (let i = from; i < line.length && line[i] !== SPACE; i++) number = number * 10 + line[i]! - ZERO;
  return number;
}
