import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { scriptThread } from '../../../../runner/script/sandbox/permissions.ts';
import { beginScript } from '../../../../runner/script/script-host.ts';

const directory = mkdtempSync(join(tmpdir(), 'script-limits-'));
after(() => rmSync(directory, { recursive: true }));
const file = JSON.stringify(join(directory, 'file'));

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://127.0.0.1:9' },
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
});
const assignment = { test: { namespace: 'shop', name: 'x', uid: 'u' }, spec, index: 0, replicas: 1 };

/** The result or the problem of a script with `body` as its setup. */
async function setup(body: string): Promise<string> {
  const source = `export async function setup() {\n${body}\n}`;
  const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.from(source)]]);
  const outcome = await beginScript(assignment, values);
  return 'problem' in outcome ? outcome.problem : outcome.host!.setup;
}

/** A process of the same user, which a script must not be able to end. */
const victim = spawn('sleep', ['600']);
after(() => victim.kill());

const attempts: [what: string, body: string, expected: RegExp][] = [
  ['write a file', `(await import('node:fs')).writeFileSync(${file}, '');`, /cannot import node:fs/],
  ['write a file by the bare module name', `(await import('fs')).writeFileSync(${file}, '');`, /cannot import fs/],
  ['write a file by promises', `await (await import('node:fs/promises')).writeFile(${file}, '');`, /cannot import/],
  ['start a process', `(await import('node:child_process')).execSync('id');`, /cannot import node:child_process/],
  ['make a thread', `new (await import('node:worker_threads')).Worker('', { eval: true });`, /cannot import/],
  ['fork', `(await import('node:cluster')).fork();`, /cannot import node:cluster/],
  ['open an inspector', `(await import('node:inspector')).open(0);`, /cannot import node:inspector/],
  ['write a database', `new (await import('node:sqlite')).DatabaseSync(${file});`, /cannot import node:sqlite/],
  ['use WASI', `new (await import('node:wasi')).WASI({ version: 'preview1' });`, /cannot import node:wasi/],
  ['change the engine', `(await import('node:v8')).setFlagsFromString('--trace-gc');`, /cannot import node:v8/],
  ['create a require', `(await import('node:module')).createRequire('/')('fs');`, /cannot import node:module/],
  ['run in another context', `(await import('node:vm')).runInThisContext('1');`, /cannot import node:vm/],
  ['import by eval', `await eval("import('node:fs')");`, /cannot import node:fs/],
  ['import by Function', `await Function("return import('node:fs')")();`, /cannot import node:fs/],
  ['import a data URL', `await import('data:text/javascript,export default 1');`, /cannot import data:/],
  ['import a file', `await import('file:///etc/hostname');`, /cannot import file:/],
  ['import our own code', `await import(${JSON.stringify(import.meta.url)});`, /cannot import file:/],
  ['get a module from process', `process.getBuiltinModule('node:fs').writeFileSync(${file}, '');`, /TypeError/],
  ['get a binding', `process.binding('fs');`, /process\.binding is not a function/],
  [
    'load native code',
    `process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6');`,
    /process\.dlopen is not a function/,
  ],
  ['write a report', `process.report.writeReport(${file});`, /TypeError/],
  ['read the environment in a report', `return process.report.getReport().environmentVariables;`, /TypeError/],
  ['open an inspector by a signal', `process.kill(process.pid, 'SIGUSR1');`, /process\.kill is not a function/],
  ['end another process', `process.kill(${victim.pid});`, /process\.kill is not a function/],
  [
    'end another process by the internal function',
    `process._kill(${victim.pid}, 15);`,
    /process\._kill is not a function/,
  ],
  ['replace the process', `process.execve('/bin/true', ['true']);`, /process\.execve is not a function/],
  ['end the process', `process.exit(3);`, /the script ended its thread with exit code 3/],
  ['read the environment', `return Object.keys(process.env);`, /^\[\]$/],
  ['compute', `return (await import('node:crypto')).createHmac('sha1', 'k').update('x').digest('hex').length;`, /^40$/],
];
for (const [what, body, expected] of attempts)
  test(`a script that tries to ${what} receives a result or an error, and has no effect`, async () => {
    assert.match(await setup(body), expected);
    assert.equal(existsSync(join(directory, 'file')), false);
    assert.equal(victim.signalCode, null);
  });

/** The functions of `process` that a script can call. Review any that a new version of Node adds. */
const CALLABLE = `
  _fatalException _tickCallback addUncaughtExceptionCaptureCallback availableMemory constrainedMemory cpuUsage cwd emitWarning exit
  getActiveResourcesInfo getegid geteuid getgid getgroups getuid hasUncaughtExceptionCaptureCallback hrtime memoryUsage nextTick reallyExit
  ref resourceUsage setSourceMapsEnabled setUncaughtExceptionCaptureCallback threadCpuUsage unref uptime`;

test('of process, a script has only functions that inform, or that affect its own thread', async () => {
  const names = await setup(
    "return Object.keys(Object.getOwnPropertyDescriptors(process)).filter((n) => typeof process[n] === 'function').sort();",
  );
  assert.deepEqual(JSON.parse(names), CALLABLE.trim().split(/\s+/));
});

/** Code that Node's permission model rejects, even without the limit on imports. One thread runs all of it to save time. */
const WITHOUT_HOOKS = {
  writeFile: `(await import('node:fs')).writeFileSync(${file}, '')`,
  readFile: `(await import('node:fs')).readFileSync('/etc/hostname')`,
  readEnvironment: `(await import('node:fs')).readFileSync('/proc/self/environ')`,
  symlink: `(await import('node:fs')).symlinkSync('/etc', ${file})`,
  process: `(await import('node:child_process')).execSync('id')`,
  thread: `new (await import('node:worker_threads')).Worker('', { eval: true, execArgv: [] })`,
  hooks: `(await import('node:module')).register('data:text/javascript,')`,
  fork: `(await import('node:cluster')).default.fork()`,
  inspector: `(await import('node:inspector')).open(0)`,
  wasi: `new (await import('node:wasi')).WASI({ version: 'preview1' })`,
  ffi: `(await import('node:ffi')).dlopen('/lib/x86_64-linux-gnu/libm.so.6', {})`,
  addon: `process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6')`,
};

test("Node's permission model also holds without the limit on imports, in this thread alone", async () => {
  const tries = Object.entries(WITHOUT_HOOKS).map(
    ([name, code]) => `try { ${code}; results.${name} = 'done'; } catch (e) { results.${name} = e.code; }`,
  );
  const code = `(async () => { const results = {}; process.permission.drop('worker'); ${tries.join('\n')}
    require('node:worker_threads').parentPort.postMessage(results); })()`;
  const worker = new Worker(code, {
    ...scriptThread(new URL('../../../../runner/workers/worker.ts', import.meta.url)),
    eval: true,
  });
  const results = await new Promise<Record<string, string>>((done, fail) =>
    worker.on('message', done).on('error', fail),
  );
  const { addon, ...rest } = results;
  assert.equal(addon, 'ERR_DLOPEN_DISABLED');
  assert.deepEqual(
    Object.entries(rest).filter(([, result]) => result !== 'ERR_ACCESS_DENIED'),
    [],
  );
  assert.equal(Object.keys(rest).length, 11);
  assert.equal(process.permission, undefined, 'other threads keep their permissions');
});
