import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { MAINTAINED, nodeBinary } from './nodes.ts';

const root = join(import.meta.dirname, '../..');
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** The oldest version of Node in package.json. */
const OLDEST = /\d+\.\d+/.exec(engines.node)![0];

/** The environment of a user: without the variables that npm and the test runner pass to child processes. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries({ ...process.env, NO_COLOR: '1' }).filter(([name]) => !/^(npm_|NODE_)/i.test(name)),
);

/** The exit code and output of a command. */
type CommandResult = { code: number | null; out: string; err: string };

async function execute(command: readonly string[], cwd: string, input = ''): Promise<CommandResult> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd, env: ENVIRONMENT });
  child.stdin.on('error', () => {}).end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err };
}

async function succeed(command: readonly string[], cwd: string): Promise<string> {
  const { code, out, err } = await execute(command, cwd);
  assert.equal(code, 0, `${command.join(' ')}: ${err}${out}`);
  return out;
}

/** Installs the tarball of `npm pack` in an empty folder without a registry, which would fail with a dependency; returns the folder. */
async function install(directory: string): Promise<string> {
  await succeed([process.execPath, join(root, 'scripts/build.ts'), 'package'], root);
  await succeed(['npm', 'pack', '--ignore-scripts', '--pack-destination', directory], root);
  const home = join(directory, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private": true, "type": "module"}');
  const tarball = join(directory, readdirSync(directory).find((file) => file.endsWith('.tgz'))!);
  await succeed(
    ['npm', 'install', '--offline', '--no-audit', '--no-fund', '--cache', join(directory, 'cache'), tarball],
    home,
  );
  return home;
}

/** Uses undici in the script's thread and in a load thread. */
const SCRIPT = `
  export const setup = async ({ target }) => (await fetch(target)).status;
  export const check = (response, { data }) => response.status === data;
`;

const OPEN = { type: 'Open', open: { stages: [{ duration: '200ms', rate: 50 }], maxInFlight: 10 } };

/** Plans and runs the LoadTest on standard input, and plans an invalid one. */
const USE = `
  import { text } from 'node:stream/consumers';
  import { judge, plan, run, SourceInvalid } from 'loadtest-operator';
  const source = JSON.parse(await text(process.stdin));
  const plans = await plan(source);
  const [report] = await run([source]);
  const { problems } = await plan(source, { set: ['load.closed.users=0'] }).catch((error) => error instanceof SourceInvalid && error);
  console.log(JSON.stringify({ plans, done: report.status.counts.done, verdict: typeof judge(report).verdict, problems }));
`;

/** Programs that use the package's types. */
const TYPED: Record<string, string> = {
  'typed.ts': `
    import { judge, type LoadTest, type LoadTestReport, plan, run } from 'loadtest-operator';
    const test: LoadTest = {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      metadata: { name: 'typed' },
      spec: {
        target: { url: 'http://127.0.0.1' },
        load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 10 }] } },
        thresholds: [{ metric: 'responseTime.p99', max: '250ms' }],
      },
    };
    const [report]: LoadTestReport[] = await run(test, { set: ['runners.replicas=2'] });
    const p99: string | undefined = report?.status.responseTime?.p99;
    const verdict: 'passed' | 'failed' | 'inconclusive' = judge(report!).verdict;
    const [planned] = await plan([test]);
    export const all: [string | undefined, string, number | undefined] = [p99, verdict, planned?.seconds];
    // @ts-expect-error: no load is of this type
    export const wrong: LoadTest['spec']['load'] = { type: 'Fast' };
  `,
  'script.js': `
    /** @import { Context, Outgoing, TargetResponse } from 'loadtest-operator/script' */
    /** @param {Context} context @returns {Outgoing} */
    export const request = (context) => ({ path: \`/\${context.index}\` });
    /** @param {TargetResponse} response */
    export const check = (response) => response.status === 200;
  `,
};

describe('the npm package in an empty folder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-package-'));
  let home = '';
  let url = '';
  const server = createServer((_, response) => response.end('ok'));
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    home = await install(directory);
  });
  after(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  const test = (spec: object = {}, target: object = {}) => ({
    apiVersion: 'loadtest.dev/v1alpha1',
    kind: 'LoadTest',
    metadata: { name: 'packed' },
    spec: { target: { url, ...target }, load: { type: 'Closed', closed: { users: 2, iterations: 10 } }, ...spec },
  });
  const scripted = () => [
    test({ script: { configMapKeyRef: { name: 'own', key: 'check.js' } } }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'own' },
      data: { 'check.js': SCRIPT },
    },
  ];
  const listOf = (items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const loadtest = (node: string, args: readonly string[], input = '') =>
    execute([node, join(home, 'node_modules/.bin/loadtest'), ...args], home, input);

  it('is the only installed package, with both commands', () => {
    assert.deepEqual(
      readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['loadtest-operator'],
    );
    assert.deepEqual(readdirSync(join(home, 'node_modules/.bin')).sort(), ['kubectl-loadtest', 'loadtest']);
  });

  for (const nodeVersion of [process.versions.node, ...MAINTAINED])
    describe(`on Node ${nodeVersion}`, () => {
      let node = process.execPath;
      before(async () => {
        if (nodeVersion !== process.versions.node) node = await nodeBinary(nodeVersion);
      });

      it('prints its version', async () => {
        assert.deepEqual(await loadtest(node, ['--version']), { code: 0, out: `loadtest ${version}\n`, err: '' });
      });

      it('validates a LoadTest and a schedule', async () => {
        const schedule = {
          ...test(),
          kind: 'ScheduledLoadTest',
          spec: { schedule: '0 3 * jan MON', timeZone: 'Europe/Zurich', loadTestTemplate: { spec: test().spec } },
        };
        const { code, out, err } = await loadtest(node, ['validate', '-'], listOf([test(), schedule]));
        const held = (kind: string) =>
          `standard input: ${kind} packed has no thresholds and is held to the default one: errors at most 1%`;
        const lines = [
          'standard input: valid: 1 LoadTest, 1 ScheduledLoadTest',
          held('LoadTest'),
          held('ScheduledLoadTest'),
          '',
        ];
        assert.deepEqual([code, out, err], [0, lines.join('\n'), '']);
      });

      it('names an invalid field', async () => {
        const { code, err } = await loadtest(node, ['validate', '-'], JSON.stringify(test({ load: { type: 'Fast' } })));
        assert.equal(code, 64);
        assert.match(err, /LoadTest packed: spec\.load\.type: /);
      });

      const loads: [name: string, spec: object, target: object][] = [
        ['a closed load', {}, {}],
        ['a closed load over undici', {}, { http: { transport: 'Undici' } }],
        ['an open load', { load: OPEN }, {}],
      ];
      for (const [name, spec, target] of loads)
        it(`runs ${name}`, async () => {
          const { out, err } = await loadtest(node, ['run', '-', '-o', 'json'], JSON.stringify(test(spec, target)));
          assert.equal(JSON.parse(out || '{}').status?.counts?.done, 10, `${err}${out}`);
        });

      it('runs a script, or names the version of Node that scripts need', async () => {
        const { code, out, err } = await loadtest(node, ['run', '-', '-o', 'json'], listOf(scripted()));
        if (nodeVersion === process.versions.node)
          assert.equal(JSON.parse(out || '{}').status?.counts?.done, 10, `${err}${out}`);
        else {
          assert.equal(code, 64);
          assert.match(err, /spec\.script: scripts need Node 26 or newer, .*; this is Node 2\d\./);
        }
      });

      it('works as a library', async () => {
        writeFileSync(join(home, `use-${nodeVersion}.js`), USE);
        const { code, out, err } = await execute([node, `use-${nodeVersion}.js`], home, JSON.stringify(test()));
        assert.equal(code, 0, err);
        assert.deepEqual(JSON.parse(out), {
          plans: [
            {
              name: 'packed',
              description: 'closed model: 2 users, think time 0s, for 10 iterations',
              thresholds: ['errors at most 1% (default)'],
            },
          ],
          done: 10,
          verdict: 'string',
          problems: ['source: LoadTest packed: spec.load.closed.users: must be at least 1'],
        });
      });
    });

  it('names the required version of Node on an older one', async () => {
    const older = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });';
    writeFileSync(join(home, 'older.cjs'), older);
    const command = [process.execPath, '--require', './older.cjs', 'node_modules/.bin/loadtest', '--version'];
    const err = `loadtest needs Node ${OLDEST} or newer; this is Node 20.20.2\n`;
    assert.deepEqual(await execute(command, home), { code: 64, out: '', err });
  });

  it('opens no inspector on SIGUSR1', async () => {
    const inspect = `setTimeout(() => {
      process.kill(process.pid, 'SIGUSR1');
      setTimeout(() => { console.log(require('node:inspector').url() ?? 'closed'); process.exit(); }, 300);
    }, 100);`;
    writeFileSync(join(home, 'inspect.cjs'), inspect);
    const command = [process.execPath, '--inspect-port=0', '--require', './inspect.cjs', 'node_modules/.bin/loadtest'];
    assert.match((await execute([...command, '--version'], home)).out, /closed/);
  });

  it('has types that need no other package', async () => {
    for (const [file, source] of Object.entries(TYPED)) writeFileSync(join(home, file), source);
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      '',
      '--allowJs',
      '--checkJs',
    ];
    await succeed([join(root, 'node_modules/.bin/tsc'), '--ignoreConfig', ...options, ...Object.keys(TYPED)], home);
  });
});
