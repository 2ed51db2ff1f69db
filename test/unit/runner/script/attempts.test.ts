/** Attempts of a script to gain what it has no right to: files, network, processes, secrets, and the realm of our own code. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scriptOptions } from '../../../../runner/script/process/start.ts';
import { type Attempt, attemptsCode, setupOf } from '../../../support/script-setup.ts';

const directory = mkdtempSync(join(tmpdir(), 'script-attempts-'));
const file = JSON.stringify(join(directory, 'file'));
const path = JSON.stringify(join(directory, 'socket'));
/** A process of the same user, which a script must not be able to end. */
const victim = spawn('sleep', ['600']);
/** What has reached this process from scripts. */
const reached: string[] = [];
const tcp = createServer((socket) => {
  reached.push('TCP');
  socket.destroy();
}).listen(0, '127.0.0.1');
const local = createServer((socket) => {
  reached.push('a socket in the file system');
  socket.destroy();
}).listen(JSON.parse(path));
const udp = createSocket('udp4', () => reached.push('UDP')).bind(0, '127.0.0.1');
await new Promise((done) => udp.once('listening', done));
const port = (tcp.address() as AddressInfo).port;
after(() => {
  victim.kill();
  for (const server of [tcp, local, udp]) server.close();
  rmSync(directory, { recursive: true });
});

function assertNoEffect(): void {
  assert.equal(existsSync(join(directory, 'file')), false, 'a file was written');
  assert.equal(victim.signalCode, null, 'another process was ended');
  assert.deepEqual(reached, []);
}

const REFUSED = /^threw Error: a script cannot import /;

/** Code that reaches for every built-in module after a script has changed what the import hook might look at. */
const PROBE = `
  const got = [];
  for (const name of ['node:fs', 'node:net', 'node:sqlite', 'node:v8', 'node:module', 'node:worker_threads', 'node:child_process'])
    await import(name).then(() => got.push(name), () => {});
  return got.join();`;
const NOTHING = /^returned $/;

const attempts: Attempt[] = [
  // Built-in modules by import.
  ['import', 'files', `return import('node:fs');`, REFUSED],
  ['import', 'files by the bare name', `return import('fs');`, REFUSED],
  ['import', 'files by promises', `return import('node:fs/promises');`, REFUSED],
  ['import', 'processes', `return import('node:child_process');`, REFUSED],
  ['import', 'threads', `return import('node:worker_threads');`, REFUSED],
  ['import', 'a cluster', `return import('node:cluster');`, REFUSED],
  ['import', 'an inspector', `return import('node:inspector');`, REFUSED],
  ['import', 'a database', `return import('node:sqlite');`, REFUSED],
  ['import', 'WASI', `return import('node:wasi');`, REFUSED],
  ['import', 'native code', `return import('node:ffi');`, REFUSED],
  ['import', 'the engine', `return import('node:v8');`, REFUSED],
  ['import', 'modules', `return import('node:module');`, REFUSED],
  ['import', 'contexts', `return import('node:vm');`, REFUSED],
  ['import', 'sockets', `return import('node:net');`, REFUSED],
  ['import', 'names of hosts', `return import('node:dns');`, REFUSED],
  ['import', 'the system', `return import('node:os');`, REFUSED],
  // Other modules.
  ['address', 'a data URL', `return import('data:text/javascript,export default 1');`, REFUSED],
  ['address', 'a file', `return import('file:///etc/hostname');`, REFUSED],
  ['address', 'our own code', `return import(${JSON.stringify(import.meta.url)});`, REFUSED],
  ['address', 'itself under another name', `return import('configmap:hooks/hooks.js?2');`, REFUSED],
  ['address', 'a package', `return import('zod');`, REFUSED],
  ['address', 'a name that is an object', `return import({ toString: () => 'node:fs' });`, REFUSED],
  [
    'address',
    'a name that changes',
    `let n = 0; return (await import({ toString: () => (n++ ? 'node:fs' : 'node:url') })).readFileSync;`,
    /^returned undefined$/,
  ],
  // Code from text.
  ['eval', 'direct', `return eval("import('node:fs')");`, REFUSED],
  ['eval', 'indirect', `return (0, eval)("import('node:fs')");`, /^threw /],
  ['eval', 'Function', `return Function("return import('node:fs')")();`, /^threw /],
  ['eval', 'AsyncFunction', `return (async () => {}).constructor("return import('node:fs')")();`, /^threw /],
  ['eval', 'a generator', `return (function* () {}).constructor("yield import('node:fs')")().next().value;`, /^threw /],
  ['eval', 'require', `return require('node:fs');`, /^threw ReferenceError/],
  [
    'eval',
    'require of a function from text',
    `return Function("return require('node:fs')")();`,
    /^threw ReferenceError/,
  ],
  ['eval', 'natives of the engine', `return Function('return %GetOptimizationStatus(eval)')();`, /^threw SyntaxError/],
  // process.
  ['process', 'a module', `return process.getBuiltinModule('node:fs');`, /^threw TypeError/],
  [
    'process',
    'a module by the prototype',
    `return Object.getPrototypeOf(process).getBuiltinModule;`,
    /^returned undefined$/,
  ],
  ['process', 'a binding', `return process.binding('fs');`, /^threw TypeError/],
  ['process', 'a linked binding', `return process._linkedBinding('fs');`, /^threw TypeError/],
  [
    'process',
    'native code',
    `return process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6');`,
    /^threw TypeError/,
  ],
  ['process', 'the main module', `return process.mainModule?.require('node:fs');`, /^returned undefined$/],
  ['process', 'another program', `return process.execve('/bin/true', ['true']);`, /^threw TypeError/],
  ['process', 'a report in a file', `return process.report.writeReport(${file});`, /^threw TypeError/],
  ['process', 'the environment', `return process.env;`, /^returned \{\}$/],
  ['process', 'the environment in a report', `return process.report.getReport();`, /^threw TypeError/],
  ['process', 'an environment file', `return process.loadEnvFile('/etc/environment');`, /^threw TypeError/],
  ['process', 'another user', `return process.setuid(0);`, /^threw TypeError/],
  ['process', 'a redefinition', `delete process.kill; return process.kill;`, /^threw TypeError/],
  // Signals.
  ['signal', 'to another process', `return process.kill(${victim.pid});`, /^threw TypeError/],
  ['signal', 'by the internal function', `return process._kill(${victim.pid}, 15);`, /^threw TypeError/],
  ['signal', 'an inspector of its own', `return process.kill(process.pid, 'SIGUSR1');`, /^threw TypeError/],
  ['signal', 'an inspector of its runner', `return process._debugProcess(process.ppid);`, /^threw TypeError/],
  // File descriptors.
  ['descriptor', 'standard input', `return typeof process.stdin;`, /^returned undefined$/],
  [
    'descriptor',
    'the handle of standard output',
    `return [process.stdout._handle, process.stdout.fd];`,
    /^returned \[null,null\]$/,
  ],
  ['descriptor', 'the class of sockets', `return process.stdout.constructor.name;`, /^returned Writable$/],
  [
    'descriptor',
    'the stream of the console',
    `return [console._stdout.fd, console._stderr._handle];`,
    /^returned \[null,null\]$/,
  ],
  ['descriptor', 'open handles', `return process._getActiveHandles();`, /^threw TypeError/],
  // Network.
  ['network', 'a WebSocket', `return typeof WebSocket;`, /^returned undefined$/],
  ['network', 'an EventSource', `return typeof EventSource;`, /^returned undefined$/],
  [
    'network',
    "undici's Agent",
    `new Response('');
     const agent = globalThis[Symbol.for('undici.globalDispatcher.2')] ?? globalThis[Symbol.for('undici.globalDispatcher.1')];
     return (await agent.request({ origin: 'http://127.0.0.1:${port}', path: '/', method: 'GET' })).statusCode;`,
    /^threw /,
  ],
  [
    'network',
    'a denied address',
    `return (await fetch('http://169.254.169.254/')).status;`,
    /^threw TypeError: fetch failed$/,
  ],
  ['network', 'a file by fetch', `return (await fetch('file:///etc/hostname')).text();`, /^threw TypeError/],
  ['network', 'a blob of the runner', `return (await fetch('blob:nodedata:1')).text();`, /^threw TypeError/],
  // Realm.
  ['realm', 'prototypes of the hook: Set', `Set.prototype.has = () => true; ${PROBE}`, NOTHING],
  [
    'realm',
    'prototypes of the hook: Map',
    `Map.prototype.get = () => true; Map.prototype.has = () => true; ${PROBE}`,
    NOTHING,
  ],
  [
    'realm',
    'prototypes of the hook: Array',
    `Array.prototype.includes = () => true; Array.prototype.some = () => true; ${PROBE}`,
    NOTHING,
  ],
  [
    'realm',
    'prototypes of the hook: String',
    `String.prototype.startsWith = () => true; String.prototype.includes = () => true; ${PROBE}`,
    NOTHING,
  ],
  [
    'realm',
    'prototypes of the hook: RegExp',
    `RegExp.prototype.test = () => true; RegExp.prototype.exec = () => ['']; ${PROBE}`,
    NOTHING,
  ],
  [
    'realm',
    'properties of all objects',
    `for (const n of ['node:fs', 'node:net', 'node:v8']) Object.prototype[n] = true; try { ${PROBE} } finally { for (const n of ['node:fs', 'node:net', 'node:v8']) delete Object.prototype[n]; }`,
    NOTHING,
  ],
  [
    'realm',
    'setters of all objects',
    `Object.defineProperty(Object.prototype, 'shortCircuit', { value: true, configurable: true }); try { ${PROBE} } finally { delete Object.prototype.shortCircuit; }`,
    NOTHING,
  ],
  ['realm', 'the prototype by __proto__', `return typeof {}.__proto__;`, /^returned undefined$/],
  [
    'realm',
    'the class of errors of the hook',
    `const E = Error; globalThis.Error = class extends E { constructor() { super(); return { code: 'x', message: 'none' }; } }; try { ${PROBE} } finally { globalThis.Error = E; }`,
    NOTHING,
  ],
  [
    'realm',
    'functions of our code by a stack trace',
    `const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites;
     try { return new Error().stack.map((site) => [typeof site.getThis(), typeof site.getFunction()]).flat().filter((t) => t !== 'undefined').join(); }
     finally { Error.prepareStackTrace = before; }`,
    /^returned $/,
  ],
  [
    'realm',
    'our code by arguments.callee.caller',
    `return (function () { return typeof arguments.callee.caller; })();`,
    /^threw TypeError/,
  ],
  [
    'realm',
    'our promises',
    `const then = Promise.prototype.then; let seen = 0; Promise.prototype.then = function (...a) { seen++; return then.apply(this, a); }; try { await import('node:fs').catch(() => {}); return 'module' in globalThis; } finally { Promise.prototype.then = then; }`,
    /^returned false$/,
  ],
  // Memory and the engine.
  ['engine', 'WebAssembly', `return typeof WebAssembly;`, /^returned undefined$/],
  [
    'engine',
    'WebAssembly by a compiled response',
    `return typeof globalThis.constructor.WebAssembly;`,
    /^returned undefined$/,
  ],
  ['engine', 'a shadow realm', `return typeof ShadowRealm;`, /^returned undefined$/],
  ['engine', 'the collector', `return typeof gc;`, /^returned undefined$/],
];

test('attempts of a script within its realm gain nothing', async () => {
  const results: string[] = JSON.parse(await setupOf(attemptsCode(attempts)));
  assert.deepEqual(
    attempts.flatMap(([kind, what, , expected], i) =>
      expected.test(results[i]!) ? [] : [`${kind}: ${what}: ${results[i]}`],
    ),
    [],
  );
  assertNoEffect();
});

const DENIED = /^threw ERR_ACCESS_DENIED: /;
const NO_MODULE = /^threw ERR_UNKNOWN_BUILTIN_MODULE: /;

/** Resolves with the first event, or rejects with an error. */
const EVENT = `const event = (emitter, name) => new Promise((done, fail) => {
  emitter.once(name, () => done(name)).once('error', fail);
  setTimeout(() => fail(new Error('nothing happened')), 1000).unref();
});`;

/** Attempts of code that has somehow reached every built-in module of Node. */
const beyond: Attempt[] = [
  ['files', 'read', `return require('fs').readFileSync('/etc/hostname');`, DENIED],
  [
    'files',
    'read our own code',
    `return require('fs').readFileSync(${JSON.stringify(fileURLToPath(import.meta.url))});`,
    DENIED,
  ],
  [
    'files',
    'read the environment of its runner',
    `return require('fs').readFileSync('/proc/' + process.ppid + '/environ');`,
    DENIED,
  ],
  ['files', 'read its memory', `return require('fs').openSync('/proc/self/mem');`, DENIED],
  ['files', 'list', `return require('fs').readdirSync('/proc/self/fd');`, DENIED],
  ['files', 'open as a blob', `return (await require('fs').openAsBlob('/etc/hostname')).text();`, DENIED],
  ['files', 'watch', `return require('fs').watch('/etc').close();`, DENIED],
  ['files', 'write', `return require('fs').writeFileSync(${file}, '');`, DENIED],
  ['files', 'link', `return require('fs').symlinkSync('/etc', ${file});`, DENIED],
  ['files', 'copy', `return require('fs').cpSync('/etc/hostname', ${file});`, DENIED],
  ['files', 'require', `return require('module').createRequire('/')('/etc/hostname');`, DENIED],
  ['files', 'import', `return import('file:///etc/hostname');`, DENIED],
  [
    'files',
    'by a database',
    `return new (require('node:sqlite').DatabaseSync)(${file}).exec('create table a(b)');`,
    NO_MODULE,
  ],
  [
    'files',
    'by a database in memory',
    `return new (require('node:sqlite').DatabaseSync)(':memory:').exec("attach '" + ${file} + "' as x");`,
    NO_MODULE,
  ],
  ['files', 'by web storage', `return typeof localStorage;`, /^returned undefined$/],
  ['files', 'by a heap snapshot', `return require('v8').writeHeapSnapshot(${file});`, DENIED],
  ['files', 'by a heap snapshot at the limit', `return require('v8').setHeapSnapshotNearHeapLimit(1);`, DENIED],
  [
    'files',
    'by trace events',
    `return require('trace_events').createTracing({ categories: ['v8'] }).enable();`,
    DENIED,
  ],
  [
    'files',
    'by a compile cache',
    `return require('module').enableCompileCache(${file}).directory;`,
    /^returned undefined$/,
  ],
  ['network', 'connect', `return event(require('net').connect(${port}, '127.0.0.1'), 'connect');`, DENIED],
  [
    'network',
    'connect to a socket in the file system',
    `return event(require('net').connect(${path}), 'connect');`,
    DENIED,
  ],
  [
    'network',
    'connect by the handle',
    `const socket = new (require('net').Socket)().on('error', () => {}); socket.connect(${port}, '127.0.0.1');
     return new socket._handle.constructor(1).bind('127.0.0.1', 0);`,
    DENIED,
  ],
  [
    'network',
    'listen in the file system',
    `return event(require('net').createServer().listen(${file}), 'listening');`,
    DENIED,
  ],
  [
    'network',
    'send a datagram',
    `return new Promise((done, fail) => require('dgram').createSocket('udp4').on('error', fail).send('x', ${udp.address().port}, '127.0.0.1', done));`,
    DENIED,
  ],
  ['network', 'look up a name', `return require('dns').promises.lookup('localhost');`, DENIED],
  [
    'network',
    'ask a name server',
    `const { Resolver } = require('dns').promises; const resolver = new Resolver({ timeout: 200, tries: 1 }); resolver.setServers(['127.0.0.1:${udp.address().port}']); return resolver.resolve4('secret.test');`,
    DENIED,
  ],
  ['network', 'HTTP', `return event(require('http').get('http://127.0.0.1:${port}'), 'response');`, DENIED],
  ['network', 'HTTP/2', `return event(require('http2').connect('http://127.0.0.1:${port}'), 'connect');`, DENIED],
  ['network', 'TLS', `return event(require('tls').connect(${port}, '127.0.0.1'), 'secureConnect');`, DENIED],
  ['network', 'fetch', `return fetch('http://127.0.0.1:${port}').catch((error) => { throw error.cause; });`, DENIED],
  ['processes', 'execute', `return require('child_process').execSync('id');`, DENIED],
  ['processes', 'spawn', `return event(require('child_process').spawn('id'), 'spawn');`, DENIED],
  [
    'processes',
    'spawn by the handle',
    `return new (require('child_process').ChildProcess)().spawn({ file: '/bin/true', args: [], stdio: [] });`,
    DENIED,
  ],
  [
    'processes',
    'fork',
    `require('cluster').setupPrimary({ exec: '/x.js' }); return event(require('cluster').fork(), 'online');`,
    DENIED,
  ],
  ['processes', 'end by a handle', `return new (require('child_process').ChildProcess)().kill(9);`, /^returned false$/],
  [
    'threads',
    'start',
    `return event(new (require('worker_threads').Worker)('', { eval: true, execArgv: [] }), 'online');`,
    DENIED,
  ],
  ['threads', 'of module hooks', `return require('module').register('data:text/javascript,');`, DENIED],
  ['threads', 'data of the runner', `return require('worker_threads').workerData;`, /^returned null$/],
  ['native', 'WASI', `return new (require('wasi').WASI)({ version: 'preview1' });`, DENIED],
  ['native', 'FFI', `return require('node:ffi').dlopen('/lib/x86_64-linux-gnu/libm.so.6', {});`, DENIED],
  [
    'native',
    'an add-on',
    `return require('module')._extensions['.node']({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6');`,
    /^threw ERR_DLOPEN_DISABLED/,
  ],
  ['inspector', 'open', `return require('inspector').open(0);`, DENIED],
  ['inspector', 'of this thread', `return new (require('inspector').Session)().connect();`, DENIED],
  [
    'rights',
    'gained by a flag',
    `return require('v8').getHeapStatistics() && process.execArgv.push('--allow-fs-read=*') && require('fs').readFileSync('/etc/hostname');`,
    DENIED,
  ],
  [
    'rights',
    'gained by another context',
    `return require('vm').runInNewContext('c("fs").readFileSync("/etc/hostname")', { c: require });`,
    DENIED,
  ],
  ['environment', 'variables', `return JSON.stringify(process.env);`, /^returned \{\}$/],
];

/** Runs code that has all built-in modules in a process with the options and the dropped rights of that of a script. */
async function beyondHooks(code: string): Promise<{ output: string; signal: NodeJS.Signals | null }> {
  const program = new URL('../../../../runner/script/process/script-process.ts', import.meta.url);
  const source = `${EVENT}
    for (const right of ['fs', 'worker']) process.permission.drop(right);
    (async () => { ${code} })().then((results) => { console.log(JSON.stringify(results)); process.exit(); });
    process.on('uncaughtException', () => {});`;
  const node = spawn(process.execPath, [...scriptOptions(program, undefined), '--eval', source], { env: {} });
  const [output, [, signal]] = await Promise.all([text(node.stdout), once(node, 'close')]);
  return { output, signal };
}

test('code that reaches every built-in module gains nothing either', async () => {
  const { output } = await beyondHooks(attemptsCode(beyond));
  const results: string[] = JSON.parse(output);
  assert.deepEqual(
    beyond.flatMap(([kind, what, , expected], i) =>
      expected.test(results[i]!) ? [] : [`${kind}: ${what}: ${results[i]}`],
    ),
    [],
  );
  assertNoEffect();
});

test('code that changes flags of V8 ends its process', async () => {
  const { output, signal } = await beyondHooks(
    `require('v8').setFlagsFromString('--no-wasm-bounds-checks'); return 'changed';`,
  );
  assert.equal(output, '');
  assert.notEqual(signal, null);
});

test('the attempts are many, and of many kinds', () => {
  const kinds = new Set([...attempts, ...beyond].map(([kind]) => kind));
  assert.ok(
    attempts.length + beyond.length >= 100 && kinds.size >= 15,
    `${attempts.length + beyond.length}, ${kinds.size}`,
  );
});
