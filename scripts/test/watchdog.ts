/**
 * Loaded before each test file by `node --import`. Ends a process whose file takes longer than LOADTEST_FILE_TIMEOUT_MS, which node:test
 * counts as failed. node:test's --test-timeout bounds tests, but not a file that never ends. The timer runs in a thread, so that it fires
 * even while the file spins.
 */
import { readdirSync, writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { statOf } from '../../test/cluster/system/processes.ts';

const limitMs = Number(process.env.LOADTEST_FILE_TIMEOUT_MS);

/** Distinguishes the watchdog's thread from the threads of a test, which load this file, too. */
const watched: unknown = workerData?.watchedFile;

if (typeof watched === 'string') {
  setTimeout(end, limitMs);
} else if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined && limitMs > 0) {
  new Worker(new URL(import.meta.url), { workerData: { watchedFile: process.argv[1] }, execArgv: [] }).unref();
}

/** The file's child processes end first, because they may hold the pipes that node:test reads to their end. */
function end(): void {
  writeSync(2, `ended after ${limitMs / 1e3} s, it hangs: ${watched}\n`);
  for (const pid of [...descendants(process.pid), process.pid]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has already ended.
    }
  }
}

/** The descendants of a process; none without /proc. */
function descendants(ancestor: number): number[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').map(Number).filter(Number.isInteger) : [];
  const below = (parent: number): number[] =>
    pids.filter((pid) => statOf(pid)?.parent === parent).flatMap((pid) => [pid, ...below(pid)]);
  return below(ancestor);
}
