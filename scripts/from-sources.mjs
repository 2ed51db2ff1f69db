// The command `loadtest` in a clone. Plain JavaScript: it runs on any Node, and starts the one that the project pins.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, root, setup } from './setup.mjs';

if (!setup()) process.exit(1);

// Scripts of load tests run in that process: no signal may open an inspector in it, nor in this one.
process.on('SIGUSR1', () => {});
const child = spawn(pinnedNode, ['--disable-sigusr1', join(root, 'cli', 'main.ts'), ...process.argv.slice(2)], {
  // The channel closes when this process ends, even by SIGKILL, and the command ends with it.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// The command decides the meaning of a signal; this process passes it on and waits.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`loadtest: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
