import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A running process: the id of the process that started it, and its command line. */
export type Ancestor = { parent: number; command: string };

/** The longest way up to npm: the launcher or `npm start`, a shell, npm. */
const LEVELS = 4;
const POLL_MS = 250;
/** A program, or the script of a Node, that is a package manager. */
const PACKAGE_MANAGER = /^(\S*[/\\])?(npm|npx|pnpm|yarn|bun)([-.]\S*)?$/;

/**
 * Ends this process when the one that started it is gone, even by SIGKILL, so that no load goes on without its command. The channel to the
 * launcher of a clone closes with the launcher. Package managers have no channel, so the processes up to them are observed. Any other
 * parent may end first, as a shell does whose command runs in the background.
 */
export function endWithStarter(): void {
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
  if (process.env.npm_lifecycle_event === undefined) return;
  const starters = upToPackageManager(process.ppid, ancestorOf);
  if (starters.length === 0) return;
  const poll = setInterval(() => {
    if (!starters.every(isRunning)) process.exit();
  }, POLL_MS);
  poll.unref();
}

/** The ids from `parent` up to the package manager that started it; none if no package manager is near. */
export function upToPackageManager(parent: number, look: (pid: number) => Ancestor | undefined): number[] {
  const pids: number[] = [];
  let pid = parent;
  while (pids.length < LEVELS) {
    const found = look(pid);
    if (found === undefined) return [];
    pids.push(pid);
    if (found.command.split(/\s+/, 2).some((word) => PACKAGE_MANAGER.test(word))) return pids;
    pid = found.parent;
  }
  return [];
}

function ancestorOf(pid: number): Ancestor | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

function fromProc(pid: number): Ancestor {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return { parent: Number(statOf(pid)[1]), command };
}

/** The fields behind the name of a process: state, parent and others. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

function fromPs(pid: number): Ancestor {
  const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  const [parent = '', ...command] = line.split(/\s+/);
  return { parent: Number(parent), command: command.join(' ') };
}

/** Whether a process runs. On Linux a killed one that nobody has waited for still takes signals. */
function isRunning(pid: number): boolean {
  try {
    if (process.platform === 'linux') return statOf(pid)[0] !== 'Z';
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
