import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { until } from '../../../cluster/system/wait.ts';
import { setupOf } from '../../../support/script-setup.ts';

/** The functions of `process` that a script can call. Review any that a new version of Node adds. */
const CALLABLE = `
  _fatalException _tickCallback addUncaughtExceptionCaptureCallback availableMemory constrainedMemory cpuUsage cwd emitWarning exit
  getActiveResourcesInfo getegid geteuid getgid getgroups getuid hasUncaughtExceptionCaptureCallback hrtime memoryUsage nextTick reallyExit
  ref resourceUsage setSourceMapsEnabled setUncaughtExceptionCaptureCallback threadCpuUsage unref uptime`;

test('of process, a script has only functions that inform, or that affect its own process', async () => {
  const names = await setupOf(
    "return Object.keys(Object.getOwnPropertyDescriptors(process)).filter((n) => typeof process[n] === 'function').sort();",
  );
  assert.deepEqual(JSON.parse(names), CALLABLE.trim().split(/\s+/));
});

test('a script can compute with modules of Node', async () => {
  const body = `return (await import('node:crypto')).createHmac('sha1', 'k').update('x').digest('hex').length;`;
  assert.equal(await setupOf(body), '40');
});

const ends: [what: string, body: string, problem: string][] = [
  ['exits', 'process.exit(3);', 'setup: the script ended its process with exit code 3'],
  [
    'throws where nothing catches it',
    "setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});",
    'setup: hooks.js:2: Error: late',
  ],
  [
    'rejects where nothing catches it',
    "Promise.reject(new Error('late')); await new Promise(() => {});",
    'setup: hooks.js:2: Error: late',
  ],
];
for (const [what, body, problem] of ends)
  test(`a script that ${what} ends with the reason`, async () => assert.equal(await setupOf(body), problem));

test('the console writes whole lines to the runner, and so does standard output', async () => {
  const lines: string[] = [];
  await setupOf(
    `console.log('%s and %j', 'text', { a: 1 }); process.stdout.write('one '); console.error('line\\nmore');`,
    {
      write: (line) => lines.push(line),
    },
  );
  assert.deepEqual(lines, ['text and {"a":1}', 'one line', 'more']);
});

/** The files of a process that are neither its pipes nor its event loop's own. */
function filesOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((fd) => readlinkSync(join(folder, fd)));
  return targets.filter((target) => !/^(socket|pipe|anon_inode):|^\/dev\/null$/.test(target));
}

test('the process of a script has no files, and ends with its runner even while the script blocks it', {
  skip: process.platform !== 'linux',
}, async () => {
  const module = JSON.stringify(new URL('../../../support/script-setup.ts', import.meta.url).href);
  const source = `import { setupOf } from ${module};
    await setupOf('console.log(process.pid); await null; for (;;);', { write: (line) => console.log(line) });`;
  const runner = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(runner.stdout), 'line');
  const pid = Number(line);
  // A file that it holds stays. The C library opens one for a moment, to count the CPUs.
  await until('no file', async () => filesOf(pid).length === 0 || undefined, { timeoutMs: 5000 });
  process.kill(pid, 0);
  runner.kill('SIGKILL');
  // It ends without further ado; the limit of the test is that of the runner.
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((done) => setTimeout(done, 10));
  }
});
