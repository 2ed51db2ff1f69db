import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Measured = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** User and system time of the process and of all its children that it waited for. */
  cpuMs: number;
  wallMs: number;
};

export type MeasureOptions = {
  /** That it is pinned to; undefined for all. */
  cores?: readonly number[] | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  cwd?: string;
  /** It is killed, with its children, when it takes longer. */
  timeoutMs: number;
};

/**
 * Node does not tell what a child's children used, and /proc forgets them with their ends; bash's `time` is the kernel's wait4.
 * Its line comes by a pipe of its own, so that the command's output stays the command's.
 */
const TIMED = 'exec 4>&2 2>&3; TIMEFORMAT=\'%3U %3S\'; time "$@" 2>&4 3>&- 4>&-';

/** Runs a command to its end and measures it. An exit code other than 0 is the caller's to judge. */
export async function measured(command: readonly string[], options: MeasureOptions): Promise<Measured> {
  const pinned = options.cores === undefined ? command : ['taskset', '-c', options.cores.join(','), ...command];
  const began = performance.now();
  const child = spawn('bash', ['-c', TIMED, 'bash', ...pinned], {
    detached: true,
    cwd: options.cwd,
    env: { ...process.env, ...options.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((done, fail) => child.once('exit', done).once('error', fail));
  const killer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), options.timeoutMs);
  const [, out, errors, times] = child.stdio;
  const [code, stdout, stderr, time] = await Promise.all([
    exited,
    text(out!),
    text(errors!),
    text(times as typeof out & {}),
  ]);
  clearTimeout(killer);
  const [user, system] = time.trim().split('\n').at(-1)!.split(' ').map(Number);
  const cpuMs = ((user ?? Number.NaN) + (system ?? Number.NaN)) * 1e3;
  return { code, stdout, stderr, cpuMs, wallMs: performance.now() - began };
}
