import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it, test } from 'node:test';
import { stringify } from 'yaml';
import { upToPackageManager } from '../../../../cli/terminal/end-with-starter.ts';
import { until } from '../../../cluster/system/wait.ts';

const launcher = join(import.meta.dirname, '../../../../bin/loadtest.cjs');
const command = `${process.execPath} ${launcher}`;

describe('a load', () => {
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-end-'));
  const file = join(directory, 'test.yaml');
  let connections = 0;
  const server = createServer((_, response) => response.end('ok'));
  server.on('connection', (socket) => {
    connections++;
    socket.on('close', () => connections--);
  });
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const load = { type: 'Open', open: { stages: [{ duration: '5m', rate: 50 }] } };
    const hooks = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hooks' }, data: { js: HOOKS } };
    const spec = { target: { url }, load, script: { configMapKeyRef: { name: 'hooks', key: 'js' } } };
    const test = { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'long' }, spec };
    writeFileSync(file, [hooks, test].map((document) => stringify(document)).join('---\n'));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  /** A script has processes of its own. */
  const HOOKS = 'export const request = () => ({});';
  const json = join(directory, 'result.json');
  const run = ['run', file, '--json', json];
  const starts: Record<string, () => ChildProcess> = {
    'the command': () => spawn(process.execPath, [launcher, ...run], { stdio: 'ignore' }),
    'npm above the command': () =>
      spawn('npm', ['exec', '--offline', '--call', [command, ...run].join(' ')], { cwd: directory, stdio: 'ignore' }),
  };
  const rows: [
    starter: keyof typeof starts,
    signal: NodeJS.Signals,
    end: number | NodeJS.Signals,
    hasResult: boolean,
  ][] = [
    ['the command', 'SIGKILL', 'SIGKILL', false],
    ['the command', 'SIGQUIT', 'SIGQUIT', false],
    ['the command', 'SIGABRT', 'SIGABRT', false],
    ['the command', 'SIGHUP', 129, true],
    ['the command', 'SIGTERM', 143, true],
    ['npm above the command', 'SIGKILL', 'SIGKILL', false],
  ];
  for (const [starter, signal, end, hasResult] of rows)
    it(`ends when ${starter} gets ${signal}, ${hasResult ? 'with' : 'without'} its result`, async () => {
      rmSync(json, { force: true });
      const child = starts[starter]!();
      await until('a connection of the load', () => connections > 0 || undefined, { timeoutMs: 60_000 });
      child.kill(signal);
      const [code, by] = await once(child, 'exit');
      assert.equal(code ?? by, end);
      await until('the end of its connections', () => connections === 0 || undefined, { timeoutMs: 20_000 });
      assert.equal(existsSync(json), hasResult);
    });
});

describe('the processes up to the package manager', () => {
  const chain = (...commands: string[]) => {
    const pids = commands.map((_, i) => 100 - i);
    return upToPackageManager(100, (pid) => {
      const at = pids.indexOf(pid);
      return at < 0 ? undefined : { parent: pid - 1, command: commands[at]! };
    });
  };
  const rows: [processes: string[], expected: number[]][] = [
    [['npm exec loadtest run', '-bash'], [100]],
    [
      ['sh -c loadtest run', 'npm run load', '-bash'],
      [100, 99],
    ],
    [
      ['node /a/bin/loadtest.cjs run', 'sh -c loadtest run', 'node /usr/bin/npx loadtest run'],
      [100, 99, 98],
    ],
    [
      ['sh -c loadtest run', '/usr/bin/node /opt/yarn-4.1.cjs load'],
      [100, 99],
    ],
    [
      ['sh -c pnpm load', 'node C:\\npm\\bin\\npm-cli.js run load'],
      [100, 99],
    ],
    [['-bash', 'sshd: me', 'init'], []],
    [['sh -c npm start', 'init'], []],
    [['a', 'b', 'c', 'd', 'npm run load'], []],
  ];
  for (const [processes, expected] of rows)
    it(`of ${processes.join(' < ')} are ${expected.length}`, () => assert.deepEqual(chain(...processes), expected));
});

test('an error that nobody expected is no verdict', async () => {
  const preload = 'process.stdout.write = () => { throw new TypeError("boom"); };';
  const main = join(import.meta.dirname, '../../../../cli/main.ts');
  const child = spawn(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(preload)}`,
    main,
    'version',
  ]);
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(code, 70);
  assert.match(err, /^loadtest: this is a bug of loadtest \S+; please report it: TypeError: boom\n {4}at /);
});

test('standard output on a full disk is reported in a sentence', { skip: !existsSync('/dev/full') }, async () => {
  const child = spawn('sh', ['-c', `${command} version > /dev/full`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.deepEqual([code, err], [64, 'loadtest: standard output cannot be written: no space left on device\n']);
});
