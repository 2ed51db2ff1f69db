import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, type ProcessRecord, recordOf } from './processes.ts';
import { until } from './wait.ts';

/** Long enough for a cold build of all binaries by another process. */
const timeoutMs = 45 * 60_000;

function holder(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function tryLock(file: string): true | undefined {
  // Creating a link is atomic, so that no process reads a partial record.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(recordOf('lock', process.pid)));
  try {
    linkSync(own, file);
    return true;
  } catch {
    const record = holder(file);
    if (record && !isAlive(record)) rmSync(file, { force: true });
    return undefined;
  } finally {
    rmSync(own);
  }
}

/** Runs `body` while this process holds the lock file. The lock of a dead process is void. */
export async function withLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  await until(`lock ${file}`, () => tryLock(file), { timeoutMs, intervalMs: 50 });
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}
