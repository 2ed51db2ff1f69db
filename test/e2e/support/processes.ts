import { readdirSync, readFileSync } from 'node:fs';

/** Finds the process of a pod's container on this node by its environment; undefined if there is none. */
export function processWith(program: string, environment: Record<string, string>): number | undefined {
  const wanted = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      // The command first: it is short, and the kernel reads an environment from the process's memory.
      if (!read(`/proc/${pid}/cmdline`).includes(program)) return false;
      const has = new Set(read(`/proc/${pid}/environ`));
      return wanted.every((entry) => has.has(entry));
    });
}

/** Reads a file of NUL-terminated strings; empty if the process is gone. */
function read(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    return [];
  }
}
