import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Measured = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** User and system time of the process and of the children that it waited for. */
  cpuMs: number;
  wallMs: number;
};

export type MeasureOptions = {
  /** Cores that it is pinned to; undefined: all. */
  cores?: readonly number[] | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  cwd?: string;
  /** Time limit; then the process is killed with its children. */
  timeoutMs: number;
};

/**
 * Node does not report the usage of a child's children, and /proc forgets them when they exit; bash's `time` uses the kernel's wait4.
 * Its line has a pipe of its own, apart from the command's output.
 */
const TIMED = 'exec 4>&2 2>&3; TIMEFORMAT=\'%3U %3S\'; time "$@" 2>&4 3>&- 4>&-';

/** Runs a command to its end and measures it. The caller judges the exit code. */
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
