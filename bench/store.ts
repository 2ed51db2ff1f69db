import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Log } from './install.ts';

/** Properties of the machine on which figures depend. */
export function machine() {
  const [first] = cpus();
  return {
    time: new Date().toISOString(),
    cores: cpus().length,
    cpu: first?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  };
}
export type Machine = ReturnType<typeof machine>;

export function describeMachine({ time, cores, cpu, memoryGiB, kernel, node }: Machine): string {
  return `Measured ${time.slice(0, 10)} on ${cores} cores (${cpu}), ${memoryGiB} GiB, Linux ${kernel}, Node ${node}.`;
}

/** Prints a report and stores it in `out` with its figures. */
export function store(out: string, name: string, result: unknown, report: string, log: Log): void {
  mkdirSync(out, { recursive: true });
  const file = join(out, name);
  writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 1)}\n`);
  writeFileSync(`${file}.md`, `${report}\n`);
  console.log(`\n${report}\n`);
  log(`stored in ${file}.json and ${file}.md`);
}
