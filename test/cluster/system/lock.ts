import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive, type ProcessRecord, recordOf } from './processes.ts';
import { until } from './wait.ts';

/** Long enough for a cold build of all binaries by another process. */
const timeoutMs = 45 * 60_000;

/** A process that holds a lock, or waits for it since `sinceMs`, epoch milliseconds. */
type Ticket = ProcessRecord & { sinceMs: number };

let waits = 0;

function read(file: string): Ticket | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The file of this wait. It becomes the lock file by a link, which is atomic, so that no process reads a partial record. */
function takeTicket(file: string): string {
  const ticket = `${file}.${process.pid}-${waits++}`;
  writeFileSync(ticket, JSON.stringify({ ...recordOf('lock', process.pid), sinceMs: Date.now() }));
  return ticket;
}

/** Whether nobody waits for longer. The ticket of a dead process is void. */
function isFirst(file: string, ticket: string): boolean {
  const sinceMs = read(ticket)?.sinceMs ?? 0;
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.`));
  return names.every((name) => {
    const path = join(dirname(file), name);
    const other = read(path);
    if (other === undefined || other.sinceMs >= sinceMs) return true;
    if (isAlive(other)) return false;
    rmSync(path, { force: true });
    return true;
  });
}

function tryLock(file: string, ticket: string): true | undefined {
  if (!isFirst(file, ticket)) return undefined;
  try {
    linkSync(ticket, file);
    return true;
  } catch {
    const record = read(file);
    if (record && !isAlive(record)) rmSync(file, { force: true });
    return undefined;
  }
}

/** Runs `body` while this process holds the lock file, in the order of the calls. The lock of a dead process is void. */
export async function withLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const ticket = takeTicket(file);
  try {
    await until(`lock ${file}`, () => tryLock(file, ticket), { timeoutMs, intervalMs: 50 });
  } finally {
    rmSync(ticket, { force: true });
  }
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}
