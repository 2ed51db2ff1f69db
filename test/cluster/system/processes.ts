import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

/** Identifies a process over time: the system reuses process ids, after a reboot at the latest. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** In the kernel's clock ticks since boot. */
  startTime: string;
  bootId: string;
}

/** A long-running process with the command that restarts it. */
export type ServiceRecord = ProcessRecord & { command: readonly string[] };

export interface ProcessStat {
  state: string;
  parent: number;
  threads: number;
  startTime: string;
}

/** Parses /proc/PID/stat. The command's name is in parentheses, and may itself contain spaces and parentheses. */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    startTime: fields[19] ?? '',
  };
}

/** True for a process that has exited and released its ports and files; it may wait for its parent to read the exit code. */
function hasExited(stat: ProcessStat): boolean {
  return stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1);
}

/** True if the process with the recorded id is the recorded one and still runs. */
export function isSameProcess(record: ProcessRecord, stat: ProcessStat | undefined, bootId: string): boolean {
  return stat !== undefined && record.bootId === bootId && record.startTime === stat.startTime && !hasExited(stat);
}

/** The kernel's record of a process; undefined without a process of that id. */
export function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

export function currentBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** A record of a running process; undefined if it is gone. */
export function recordOf(name: string, pid: number): ProcessRecord | undefined {
  const stat = statOf(pid);
  return stat && { name, pid, startTime: stat.startTime, bootId: currentBootId() };
}

export function isAlive(record: ProcessRecord): boolean {
  return isSameProcess(record, statOf(record.pid), currentBootId());
}

/** Kills processes and waits until they have exited. */
export async function killAndWait(records: readonly ProcessRecord[]): Promise<void> {
  for (const record of records) {
    if (!isAlive(record)) continue;
    try {
      process.kill(record.pid, 'SIGKILL');
    } catch {
      // It has just exited by itself.
    }
  }
  for (const record of records) {
    await until(`end of ${record.name}`, () => (isAlive(record) ? undefined : true), {
      timeoutMs: 20_000,
      intervalMs: 10,
    });
  }
}

/** The long-running processes of one cluster, started with a common prefix and recorded in files. */
export class Processes {
  readonly #dir: string;
  readonly #prefix: readonly string[];

  /** `prefix` is a command that execs the rest of its arguments, so that the recorded id is that of the program. */
  constructor(dir: string, prefix: readonly string[]) {
    this.#dir = dir;
    this.#prefix = prefix;
    mkdirSync(dir, { recursive: true });
  }

  /** Starts a program that outlives this process unless the prefix prevents it. Its output goes to NAME.log. */
  start(name: string, command: readonly string[]): void {
    const [file = '', ...args] = [...this.#prefix, ...command];
    const log = openSync(this.logFile(name), 'a');
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    });
    closeSync(log);
    // A missing program appears as a process that is not alive, with the error in its log.
    child.on('error', (error) => writeFileSync(this.logFile(name), `${error.message}\n`, { flag: 'a' }));
    child.unref();
    const record = child.pid === undefined ? undefined : recordOf(name, child.pid);
    const started: ServiceRecord = { ...(record ?? { name, pid: 0, startTime: '', bootId: '' }), command };
    writeFileSync(join(this.#dir, `${name}.json`), JSON.stringify(started));
  }

  /** Kills a process and keeps its record. */
  async kill(name: string): Promise<void> {
    await killAndWait(this.records().filter((record) => record.name === name));
  }

  /** Restarts a killed process with the same command. */
  restart(name: string): void {
    const found = this.records().find((record) => record.name === name);
    if (found === undefined) throw new Error(`${name} was never started`);
    this.start(name, found.command);
  }

  logFile(name: string): string {
    return join(this.#dir, `${name}.log`);
  }

  records(): ServiceRecord[] {
    return readdirSync(this.#dir)
      .filter((file) => file.endsWith('.json'))
      .map((file): ServiceRecord => JSON.parse(readFileSync(join(this.#dir, file), 'utf8')));
  }

  /** Throws, with the end of its log, if one of the processes is gone. */
  assertAlive(): void {
    for (const record of this.records()) {
      if (isAlive(record)) continue;
      throw new Error(`${record.name} has ended:\n${readFileSync(this.logFile(record.name), 'utf8').slice(-3000)}`);
    }
  }

  /** Kills all processes. A graceful end would take the API server seconds, and a test cluster keeps nothing. */
  async stop(): Promise<void> {
    await killAndWait(this.records());
    for (const record of this.records()) rmSync(join(this.#dir, `${record.name}.json`));
  }
}
