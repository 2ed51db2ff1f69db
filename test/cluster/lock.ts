import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, type ProcessRecord, recordOf } from './processes.ts';
import { until } from './wait.ts';

/** Long enough for somebody else's cold build of all binaries. */
const patienceMs = 45 * 60_000;

function holder(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function tryLock(file: string): true | undefined {
  // A link appears whole or not at all, so nobody ever reads half a record.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(recordOf('lock', process.pid)));
  try {
    linkSync(mine, file);
    return true;
  } catch {
    const record = holder(file);
    if (record && !isAlive(record)) rmSync(file, { force: true });
    return undefined;
  } finally {
    rmSync(mine);
  }
}

/** Runs `body` while no other process on this machine holds the same lock file. A dead holder's lock is void. */
export async function withLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  await until(`lock ${file}`, () => tryLock(file), { timeoutMs: patienceMs, intervalMs: 50 });
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}
