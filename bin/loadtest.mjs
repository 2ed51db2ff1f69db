#!/usr/bin/env node
// Plain JavaScript: it runs on whatever Node started it and hands over to the Node that the project pins.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, root, setup } from '../scripts/setup.mjs';

if (!setup()) process.exit(1);

// Scripts of load tests run in that process: no signal may open an inspector in it, nor in this one.
process.on('SIGUSR1', () => {});
const child = spawn(pinnedNode, ['--disable-sigusr1', join(root, 'cli', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// The program decides what a signal means; this process passes it on and waits.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`loadtest: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
