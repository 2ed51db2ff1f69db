import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs `use` with the URL of a fresh target in a process of its own. */
export async function withTarget<T>(name: string, use: (url: string) => Promise<T>): Promise<T> {
  const file = join(import.meta.dirname, 'target.ts');
  const child = spawn(process.execPath, [file, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    return await use(`http://127.0.0.1:${port.toString().trim()}/`);
  } finally {
    child.stdin.end();
    await exited;
  }
}
