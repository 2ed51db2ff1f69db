import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { beginScript } from '../../../../runner/script/host.ts';
import { scriptThread } from '../../../../runner/script/sandbox/permissions.ts';

const directory = mkdtempSync(join(tmpdir(), 'script-limits-'));
after(() => rmSync(directory, { recursive: true }));
const file = JSON.stringify(join(directory, 'file'));

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://127.0.0.1:9' },
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
});
const assignment = { test: { namespace: 'shop', name: 'x', uid: 'u' }, spec, index: 0, replicas: 1 };

/** What becomes of a script whose setup is `body`. */
async function setup(body: string): Promise<string> {
  const source = `export async function setup() {\n${body}\n}`;
  const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.from(source)]]);
  const begun = await beginScript(assignment, values);
  return 'problem' in begun ? begun.problem : begun.host!.setup;
}

/** A process of the same user, which a script must not reach. */
const victim = spawn('sleep', ['600']);
after(() => victim.kill());

const attempts: [what: string, body: string, response: RegExp][] = [
  ['write a file', `(await import('node:fs')).writeFileSync(${file}, '');`, /cannot import node:fs/],
  ['write a file by its bare name', `(await import('fs')).writeFileSync(${file}, '');`, /cannot import fs/],
  ['write a file by promises', `await (await import('node:fs/promises')).writeFile(${file}, '');`, /cannot import/],
  ['start a process', `(await import('node:child_process')).execSync('id');`, /cannot import node:child_process/],
  ['make a thread', `new (await import('node:worker_threads')).Worker('', { eval: true });`, /cannot import/],
  ['fork', `(await import('node:cluster')).fork();`, /cannot import node:cluster/],
  ['open an inspector', `(await import('node:inspector')).open(0);`, /cannot import node:inspector/],
  ['write a database', `new (await import('node:sqlite')).DatabaseSync(${file});`, /cannot import node:sqlite/],
  ['use WASI', `new (await import('node:wasi')).WASI({ version: 'preview1' });`, /cannot import node:wasi/],
  ['change the engine', `(await import('node:v8')).setFlagsFromString('--trace-gc');`, /cannot import node:v8/],
  ['ask for a require', `(await import('node:module')).createRequire('/')('fs');`, /cannot import node:module/],
  ['run in another context', `(await import('node:vm')).runInThisContext('1');`, /cannot import node:vm/],
  ['import by eval', `await eval("import('node:fs')");`, /cannot import node:fs/],
  ['import by a function of text', `await Function("return import('node:fs')")();`, /cannot import node:fs/],
  ['import text', `await import('data:text/javascript,export default 1');`, /cannot import data:/],
  ['import a file', `await import('file:///etc/hostname');`, /cannot import file:/],
  ['import our own code', `await import(${JSON.stringify(import.meta.url)});`, /cannot import file:/],
  ['ask the process for a module', `process.getBuiltinModule('node:fs').writeFileSync(${file}, '');`, /TypeError/],
  ['ask for a binding', `process.binding('fs');`, /process\.binding is not a function/],
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
    'end another process by what is below that',
    `process._kill(${victim.pid}, 15);`,
    /process\._kill is not a function/,
  ],
  ['replace the process', `process.execve('/bin/true', ['true']);`, /process\.execve is not a function/],
  ['end the process', `process.exit(3);`, /the script ended its thread with 3/],
  ['read the environment', `return Object.keys(process.env);`, /^\[\]$/],
  ['compute', `return (await import('node:crypto')).createHmac('sha1', 'k').update('x').digest('hex').length;`, /^40$/],
];
for (const [what, body, response] of attempts)
  test(`a script that tries to ${what} gets an answer, and nothing more`, async () => {
    assert.match(await setup(body), response);
    assert.equal(existsSync(join(directory, 'file')), false);
    assert.equal(victim.signalCode, null);
  });

/** What a script can call of `process`. A new version of Node that has more of it is to be looked at before it is used. */
const CALLABLE = `
  _fatalException _tickCallback addUncaughtExceptionCaptureCallback availableMemory constrainedMemory cpuUsage cwd emitWarning exit
  getActiveResourcesInfo getegid geteuid getgid getgroups getuid hasUncaughtExceptionCaptureCallback hrtime memoryUsage nextTick reallyExit
  ref resourceUsage setSourceMapsEnabled setUncaughtExceptionCaptureCallback threadCpuUsage unref uptime`;

test('of process a script has what tells of it, and what ends or concerns its own thread', async () => {
  const names = await setup(
    "return Object.keys(Object.getOwnPropertyDescriptors(process)).filter((n) => typeof process[n] === 'function').sort();",
  );
  assert.deepEqual(JSON.parse(names), CALLABLE.trim().split(/\s+/));
});

/** What Node itself refuses to code in a thread of scripts, whatever it can import; a thread for each would only take longer. */
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

test("Node's permission model holds also for what gets past the imports, in this thread alone", async () => {
  const tries = Object.entries(WITHOUT_HOOKS).map(
    ([name, code]) => `try { ${code}; said.${name} = 'done'; } catch (e) { said.${name} = e.code; }`,
  );
  const code = `(async () => { const said = {}; process.permission.drop('worker'); ${tries.join('\n')}
    require('node:worker_threads').parentPort.postMessage(said); })()`;
  const worker = new Worker(code, {
    ...scriptThread(new URL('../../../../runner/workers/worker.ts', import.meta.url)),
    eval: true,
  });
  const said = await new Promise<Record<string, string>>((done, fail) => worker.on('message', done).on('error', fail));
  const { addon, ...rest } = said;
  assert.equal(addon, 'ERR_DLOPEN_DISABLED');
  assert.deepEqual(
    Object.entries(rest).filter(([, response]) => response !== 'ERR_ACCESS_DENIED'),
    [],
  );
  assert.equal(Object.keys(rest).length, 11);
  assert.equal(process.permission, undefined, 'the rest of the process may what it could before');
});
