import { readdirSync, readFileSync } from 'node:fs';

/** The process of a pod's container on this node, by what is in its environment; undefined when there is none. */
export function processWith(program: string, environment: Record<string, string>): number | undefined {
  const wanted = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      const has = new Set(read(`/proc/${pid}/environ`));
      return read(`/proc/${pid}/cmdline`).includes(program) && wanted.every((entry) => has.has(entry));
    });
}

/** Kills it as the kernel would, without a word. */
export function kill(program: string, environment: Record<string, string>): void {
  const pid = processWith(program, environment);
  if (pid === undefined) throw new Error(`no process of ${program} with ${JSON.stringify(environment)}`);
  process.kill(pid, 'SIGKILL');
}

/** A file of strings that end with a zero byte; empty when the process has gone. */
function read(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    return [];
  }
}
