import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

/** Identifies a process over time: the system reuses process ids, after a reboot at the latest. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** In clock ticks since boot, as the kernel counts them. */
  startTime: string;
  bootId: string;
}

/** A long-running process, with what it takes to start it again. */
export type Started = ProcessRecord & { command: readonly string[] };

export interface ProcessStat {
  state: string;
  parent: number;
  threads: number;
  startTime: string;
}

/** Reads one /proc/PID/stat. The command's name stands in parentheses and may itself hold spaces and parentheses. */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    startTime: fields[19] ?? '',
  };
}

/** True for what is only waiting for its parent to read its exit code; other threads may still hold ports and files. */
function isOver(stat: ProcessStat): boolean {
  return stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1);
}

/** True if the process that now has the recorded id is the recorded one and still runs. */
export function isSameProcess(record: ProcessRecord, stat: ProcessStat | undefined, bootId: string): boolean {
  return stat !== undefined && record.bootId === bootId && record.startTime === stat.startTime && !isOver(stat);
}

/** The kernel's word on a process, undefined if there is none of that id. */
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

/** A record of a process that runs now; undefined if it is gone already. */
export function recordOf(name: string, pid: number): ProcessRecord | undefined {
  const stat = statOf(pid);
  return stat && { name, pid, startTime: stat.startTime, bootId: currentBootId() };
}

export function isAlive(record: ProcessRecord): boolean {
  return isSameProcess(record, statOf(record.pid), currentBootId());
}

/** Ends processes at once and waits until the kernel has let go of them. */
export async function killAndWait(records: readonly ProcessRecord[]): Promise<void> {
  for (const record of records) {
    if (!isAlive(record)) continue;
    try {
      process.kill(record.pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  for (const record of records) {
    await until(`end of ${record.name}`, () => (isAlive(record) ? undefined : true), {
      timeoutMs: 20_000,
      intervalMs: 10,
    });
  }
}

/** The long-running processes of one cluster: started behind a common prefix, recorded in files, ended by those records. */
export class Processes {
  readonly #dir: string;
  readonly #prefix: readonly string[];

  /** `prefix` is a command that execs the rest of its arguments, so that the recorded id is the program's own. */
  constructor(dir: string, prefix: readonly string[]) {
    this.#dir = dir;
    this.#prefix = prefix;
    mkdirSync(dir, { recursive: true });
  }

  /** Starts a program that outlives this one unless the prefix says otherwise. Its output goes to NAME.log. */
  start(name: string, command: readonly string[]): void {
    const [file = '', ...args] = [...this.#prefix, ...command];
    const log = openSync(this.logFile(name), 'a');
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    });
    closeSync(log);
    // Missing programs show up as a process that is not alive; the error itself says which.
    child.on('error', (error) => writeFileSync(this.logFile(name), `${error.message}\n`, { flag: 'a' }));
    child.unref();
    const record = child.pid === undefined ? undefined : recordOf(name, child.pid);
    const started: Started = { ...(record ?? { name, pid: 0, startTime: '', bootId: '' }), command };
    writeFileSync(join(this.#dir, `${name}.json`), JSON.stringify(started));
  }

  /** Ends one at once; it stays known, as one that has ended. */
  async kill(name: string): Promise<void> {
    await killAndWait(this.records().filter((record) => record.name === name));
  }

  /** Starts one that has ended once more, as it was started before. */
  startAgain(name: string): void {
    const found = this.records().find((record) => record.name === name);
    if (found === undefined) throw new Error(`there was no ${name}`);
    this.start(name, found.command);
  }

  logFile(name: string): string {
    return join(this.#dir, `${name}.log`);
  }

  records(): Started[] {
    return readdirSync(this.#dir)
      .filter((file) => file.endsWith('.json'))
      .map((file): Started => JSON.parse(readFileSync(join(this.#dir, file), 'utf8')));
  }

  /** Throws, with the end of its log, if one of the processes is gone. */
  assertAlive(): void {
    for (const record of this.records()) {
      if (isAlive(record)) continue;
      throw new Error(`${record.name} has ended:\n${readFileSync(this.logFile(record.name), 'utf8').slice(-3000)}`);
    }
  }

  /**
   * Ends all. By SIGKILL: nothing of a test cluster is kept, and a graceful API server goes on answering for seconds.
   */
  async stop(): Promise<void> {
    await killAndWait(this.records());
    for (const record of this.records()) rmSync(join(this.#dir, `${record.name}.json`));
  }
}
