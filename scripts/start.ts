/**
 * `npm start`: a first load test. Starts the demo target on loopback, runs the quickstart against it, and stops the target.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
const QUICKSTART = 'examples/quickstart.yaml';
/** The port in the quickstart's URL. */
const PORT = 18080;

type Target = { process: ChildProcess; url: string };

/** Starts the demo target on `port`; undefined if it could not start there. */
async function startTarget(port: number): Promise<Target | undefined> {
  const child = spawn(process.execPath, [join(root, 'examples/demo-target.mjs'), String(port)], {
    // The channel closes when this process ends, even by SIGKILL, and the target ends with it.
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    // A terminal's Ctrl-C must not reach it, because the load test ends first.
    detached: true,
  });
  for await (const url of createInterface(child.stdout!)) return { process: child, url };
  return undefined;
}

async function main(): Promise<number> {
  const fixed = await startTarget(PORT);
  const target = fixed ?? (await startTarget(0));
  if (target === undefined) {
    console.error('the demo target did not start');
    return 1;
  }
  const moved = fixed === undefined ? ['--set', `target.url=${target.url}/shop`] : [];
  const command = ['loadtest', 'run', QUICKSTART, ...moved, ...process.argv.slice(2)];
  console.error(`\ndemo target: ${target.url}\n$ bin/loadtest.cjs ${command.slice(1).join(' ')}\n`);
  // npm passes signals on to this process, which waits while the load test shows its result so far.
  const run = spawn(process.execPath, ['--disable-sigusr1', join(root, 'cli/main.ts'), ...command.slice(1)], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => run.kill(signal));
  const [code] = await once(run, 'exit');
  target.process.kill();
  return code ?? 1;
}

process.exitCode = await main();
