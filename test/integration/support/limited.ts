import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
const CLI = join(import.meta.dirname, '../../../cli/main.ts');

/** The contents to write to each file of a cgroup. */
type Settings = Readonly<Record<string, string>>;

/** Creates a cgroup with a limit, by the files of either version; undefined if it cannot be created. */
export function limitedGroup(controller: 'cpu' | 'memory', limit: { v1: Settings; v2: Settings }): string | undefined {
  const controllers = join(ROOT, 'cgroup.subtree_control');
  const isV2 = existsSync(controllers) && readFileSync(controllers, 'utf8').includes(controller);
  const directory = join(isV2 ? ROOT : join(ROOT, controller), `loadtest-${controller}-${process.pid}`);
  try {
    mkdirSync(directory);
  } catch {
    return undefined;
  }
  try {
    for (const [file, text] of Object.entries(isV2 ? limit.v2 : limit.v1)) writeFileSync(join(directory, file), text);
    return directory;
  } catch {
    rmdirSync(directory);
    return undefined;
  }
}

/** Removes the cgroup as soon as it is empty. */
export async function removeGroup(directory: string): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(100)) {
    try {
      rmdirSync(directory);
      return;
    } catch {
      // A process that has just ended is still in the cgroup.
    }
  }
}

/** The outcome of a `loadtest run`; `signal` is null if it exited by itself, with any verdict. */
export type RunOutcome = { signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** Runs the test in `file` inside the cgroup, with JSON as output. */
export function runIn(directory: string, file: string): Promise<RunOutcome> {
  const enter = `echo $$ > "$0/cgroup.procs" && exec "$@"`;
  const args = ['-c', enter, directory, process.execPath, CLI, 'run', file, '-o', 'json'];
  return new Promise((done) => {
    const child = execFile('/bin/sh', args, { timeout: 120_000 }, (_, stdout, stderr) =>
      done({ signal: child.signalCode, stdout, stderr }),
    );
  });
}
