import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { RUNNER_NODE_OPTIONS } from '../../../operator/loadtest/resources/runner-container.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/** The quoted options for Node in the matching line of a file. */
function quotedOptions(file: string, line: RegExp): string[] {
  const [text = ''] = line.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  return [...text.matchAll(/['"](--[^'"]+)['"]/g)].map(([, option]) => option!);
}

/** Sends itself the signal, and prints "open" when its inspector listens within a second, otherwise "closed". */
const PROGRAM = `
  const { url } = require('node:inspector');
  const until = Date.now() + 1000;
  process.kill(process.pid, 'SIGUSR1');
  (function poll() {
    if (url() === undefined && Date.now() < until) setTimeout(poll, 5);
    else { console.log(url() === undefined ? 'closed' : 'open'); process.exit(); }
  })();`;

const starts: [title: string, options: readonly string[], inspector: string][] = [
  ['plain Node', [], 'open'],
  ['a runner pod', RUNNER_NODE_OPTIONS, 'closed'],
  ['the image', quotedOptions('Dockerfile', /^CMD .*/m), 'closed'],
  ['the command line', quotedOptions('scripts/from-sources.mjs', /^const child = spawn.*/m), 'closed'],
  ['npm start', quotedOptions('scripts/start.ts', /const run = spawn.*/), 'closed'],
];
for (const [title, options, inspector] of starts)
  test(`SIGUSR1 leaves the inspector ${inspector} in a process started like ${title}`, async () => {
    const { stdout } = await run(process.execPath, [...options, '--inspect-port=0', '-e', PROGRAM]);
    assert.equal(stdout, `${inspector}\n`);
  });
