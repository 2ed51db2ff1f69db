import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import type { LoadTest } from '../../../../api/loadtest/loadtest.ts';
import { reportDocumentSchema } from '../../../../api/report/report-document.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';

const launcher = join(import.meta.dirname, '../../../../bin/loadtest.cjs');

/** The exit code and the output of the command. */
type Ended = { code: number; out: string; progress: string };

/** Runs the command with `input` at its standard input; `during` gets each piece of its standard error. */
async function loadtest(
  args: string[],
  input: string,
  during: (piece: string, pid: number) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    detached: true,
  });
  let progress = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    progress += piece;
    during(piece, child.pid!);
  });
  child.stdin.end(input);
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, out, progress };
}

describe('loadtest', () => {
  let received = 0;
  let url = '';
  const server = createServer((_, response) => {
    received++;
    response.end('ok');
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const fileWith = (load: object, more: object = {}) =>
    stringify({
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      metadata: { name: 'here' },
      spec: { target: { url }, load, ...more },
    });
  const users = (iterations: number) => ({ type: 'Closed', closed: { users: 2, iterations } });

  it('run exits with 0 when the test passes, and prints the resource on standard output', async () => {
    received = 0;
    const ended = await loadtest(['run', '-', '-o', 'json'], fileWith(users(40)));
    assert.equal(ended.code, 0, ended.progress);
    const { status }: LoadTest = JSON.parse(ended.out);
    assert.deepEqual([status?.counts?.made, received], [40, 40]);
    assert.match(ended.progress, /generated 40 {2}made 40 {2}done 40 {2}timeout 0/);
  });

  it('run --json - prints the report alone, and --quiet nothing beside it', async () => {
    const ended = await loadtest(['run', '-', '--json', '-', '--quiet'], fileWith(users(40)));
    assert.deepEqual([ended.code, ended.progress], [0, '']);
    const { kind, result } = reportDocumentSchema.parse(JSON.parse(ended.out));
    assert.deepEqual([kind, result.verdict, result.counts?.done], ['LoadTestReport', 'passed', 40]);
  });

  it('run --csv writes the seconds of the load, with the units of its columns', async () => {
    const ended = await loadtest(['run', '-', '--csv', '-'], fileWith(users(40)));
    const [head = '', ...rows] = ended.out.trim().split('\n');
    assert.match(head, /^test,untilSeconds,widthSeconds,generated,.*,p99Ms,/);
    const done = head.split(',').indexOf('done');
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row.split(',')[done]), 0),
      40,
    );
  });

  it('report reads what run -o json has written', async () => {
    const ran = await loadtest(['run', '-', '-o', 'json'], fileWith(users(40)));
    const { code, out } = await loadtest(['report', '-'], ran.out);
    assert.deepEqual([code, /\nPASSED {2}.*40 of 40 requests done/.test(out)], [0, true]);
  });

  it('run exits with 1 when a threshold is exceeded', async () => {
    // No delay of the generator can explain a status, so that the verdict is the same on a busy machine.
    const thresholds = [{ metric: 'status.2xx', max: '1%' }];
    const thinking = { type: 'Closed', closed: { users: 2, iterations: 10, thinkTime: '100ms' } };
    const ended = await loadtest(['run', '-'], fileWith(thinking, { thresholds }));
    assert.equal(ended.code, 1, ended.progress);
    assert.match(ended.out, /✗ {2}status\.2xx +100% +at most 1%\n/);
    assert.match(ended.out, /\nFAILED {2}status\.2xx 100% exceeds 1%;/);
  });

  it('run exits with 1 when no response is as expected, also without thresholds', async () => {
    const thinking = { type: 'Closed', closed: { users: 2, iterations: 10, thinkTime: '100ms' } };
    const requests = [{ name: 'a', expect: { status: ['201'] } }];
    const ended = await loadtest(['run', '-'], fileWith(thinking, { requests }));
    assert.equal(ended.code, 1, ended.progress);
    assert.match(ended.out, /✗ {2}errors +100% +at most 1% \(default\)\n/);
    assert.match(ended.out, /\nFAILED {2}errors 100% exceeds 1% \(default\);/);
  });

  it('validate says nothing of the default threshold where the spec has one', async () => {
    const own = fileWith(users(1), { thresholds: [{ metric: 'rate', min: '1' }] });
    assert.equal((await loadtest(['validate', '-'], own)).out, 'standard input: valid: 1 LoadTest\n');
  });

  it('validate counts by kind', async () => {
    const own = fileWith(users(1), { thresholds: [{ metric: 'rate', min: '1' }] });
    const configMaps = ['a', 'b'].map((name) => stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
    const { out } = await loadtest(['validate', '-'], [...configMaps, own].join('---\n'));
    assert.equal(out, 'standard input: valid: 1 LoadTest, 2 ConfigMaps\n');
  });

  it('run exits with 2 when no request was sent', async () => {
    const open = { stages: [{ duration: '100ms', rate: 1 }], per: '168h', arrivals: 'Poisson' };
    const ended = await loadtest(['run', '-'], fileWith({ type: 'Open', open }));
    assert.equal(ended.code, 2, ended.progress);
    assert.match(ended.out, /\nINCONCLUSIVE {2}no load was made\n$/);
  });

  // A terminal signals the whole process group; a supervisor signals only the process that it started.
  const signals: ['SIGINT' | 'SIGTERM', 'group' | 'process', number][] = [
    ['SIGINT', 'group', 130],
    ['SIGTERM', 'process', 143],
  ];
  for (const [signal, to, code] of signals) {
    it(`run exits with ${code} after a ${signal} to the ${to}, and prints the result so far`, async () => {
      const open = { stages: [{ duration: '60s', rate: 100 }] };
      let sent = false;
      const ended = await loadtest(['run', '-', '-o', 'yaml'], fileWith({ type: 'Open', open }), (piece, pid) => {
        if (sent || !piece.includes('generated')) return;
        sent = true;
        process.kill(to === 'group' ? -pid : pid, signal);
      });
      assert.equal(ended.code, code, ended.progress);
      const { status }: LoadTest = parse(ended.out);
      assert.equal(findCondition(status?.conditions, 'Passed')?.reason, 'Interrupted');
      assert.ok(status?.counts && status.counts.done > 0);
      assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
    });
  }

  it('run exits with 130 after a SIGINT during the setup of a script', async () => {
    const hooks = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hooks' } },
      data: { js: `export const setup = () => { console.log('sets up'); return new Promise(() => {}); };` },
    };
    const script = { configMapKeyRef: { name: 'hooks', key: 'js' } };
    const file = `${stringify(hooks)}---\n${fileWith(users(1), { script })}`;
    let sent = false;
    const ended = await loadtest(['run', '-', '-o', 'yaml'], file, (piece, pid) => {
      if (sent || !piece.includes('sets up')) return;
      sent = true;
      process.kill(-pid, 'SIGINT');
    });
    assert.equal(ended.code, 130, ended.progress);
    assert.match(
      ended.progress,
      /^LoadTest here runs the script js of ConfigMap hooks on this machine\n(?:.*\n)*.*sets up/,
    );
    const { status }: LoadTest = parse(ended.out);
    assert.equal(findCondition(status?.conditions, 'Complete')?.reason, 'Interrupted');
  });

  it('run --no-scripts refuses a script with 64, and runs nothing', async () => {
    received = 0;
    const data = { js: `console.log('runs');` };
    const hooks = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hooks' }, data };
    const script = { configMapKeyRef: { name: 'hooks', key: 'js' } };
    const file = `${stringify(hooks)}---\n${fileWith(users(1), { script })}`;
    assert.deepEqual(await loadtest(['run', '-', '--no-scripts'], file), {
      code: 64,
      out: '',
      progress: 'loadtest: LoadTest here runs the script js of ConfigMap hooks, which --no-scripts forbids\n',
    });
    assert.equal(received, 0);
  });

  it('run reports that it has fewer threads than runners', async () => {
    const ended = await loadtest(
      ['run', '-', '-o', 'json'],
      fileWith(users(4), {
        load: { type: 'Closed', closed: { users: 1000, iterations: 4 } },
        runners: { replicas: 1000 },
      }),
    );
    assert.match(ended.progress, /worker threads? instead of 1000 runners/);
    assert.equal(JSON.parse(ended.out).status.counts.made, 4);
  });

  it('run refuses an invalid file with 64 and prints nothing on standard output', async () => {
    const ended = await loadtest(['run', '-', '--set', 'load.closed.speed=1'], fileWith(users(1)));
    assert.deepEqual(ended, {
      code: 64,
      out: '',
      progress: 'loadtest: standard input:10:5: LoadTest here: spec.load.closed.speed: unknown field\n',
    });
  });

  it('run refuses an unwritable report with 64, and makes no load', async () => {
    received = 0;
    const ended = await loadtest(['run', '-', '--report', '/no/such/folder/a.html'], fileWith(users(1)));
    assert.deepEqual([ended.code, ended.out, received], [64, '', 0]);
    assert.match(
      ended.progress,
      /^loadtest: \/no\/such\/folder\/a\.html cannot be written: no such file or directory$/m,
    );
  });

  it('run refuses a script with a syntax error with 64, and makes no load', async () => {
    received = 0;
    const hooks = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'hooks' },
      data: { js: '\nexport const = 1;' },
    };
    const script = { configMapKeyRef: { name: 'hooks', key: 'js' } };
    const ended = await loadtest(['run', '-'], `${stringify(hooks)}---\n${fileWith(users(1), { script })}`);
    assert.deepEqual([ended.code, ended.out, received], [64, '', 0]);
    assert.match(ended.progress, /^loadtest: standard input:\d+:\d+: LoadTest here: spec\.script: js:2: SyntaxError: /);
  });

  it('refuses a row of data that a gRPC message does not allow with 64, and makes no load', async () => {
    received = 0;
    const keys = {
      'a.proto': 'syntax = "proto3"; message A { int32 id = 1; } service S { rpc Do(A) returns (A); }',
      rows: 'id\n1\none\n',
    };
    const holder = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held' }, data: keys };
    const from = (key: string) => ({ configMapKeyRef: { name: 'held', key } });
    const grpc = { schema: { type: 'Proto', proto: [from('a.proto')] } };
    const test = fileWith(users(1), {
      target: { url, http: { version: 'HTTP2' }, grpc },
      data: { format: 'CSV', from: from('rows') },
      requests: [{ name: 'do', grpc: { service: 'S', method: 'Do', message: { id: '${data.id}' } } }],
    });
    for (const command of ['validate', 'run']) {
      const ended = await loadtest([command, '-'], `${stringify(holder)}---\n${test}`);
      assert.deepEqual([ended.code, ended.out, received], [64, '', 0]);
      assert.match(
        ended.progress,
        /^loadtest: standard input:\d+:\d+: LoadTest here: request "do", grpc.message.id: invalid integer: "one" \(row 2 of key "rows" of ConfigMap "held"\)$/m,
      );
    }
  });

  it('run refuses a missing file with 64', async () => {
    const ended = await loadtest(['run', '/no/such/file.yaml'], '');
    assert.equal(ended.code, 64);
    assert.match(ended.progress, /^loadtest: \/no\/such\/file\.yaml cannot be read: no such file or directory$/m);
  });

  it('validate accepts with 0 and refuses with 64', async () => {
    assert.deepEqual(await loadtest(['validate', '-'], fileWith(users(1))), {
      code: 0,
      out: 'standard input: valid: 1 LoadTest\nstandard input: LoadTest here has no thresholds and is held to the default one: errors at most 1%\n',
      progress: '',
    });
    const refused = await loadtest(['validate', '-'], fileWith({ type: 'Open' }));
    assert.equal(refused.code, 64);
    assert.match(refused.progress, /^loadtest: standard input:\d+:\d+: LoadTest here: spec\.load\.open: /);
  });

  it('refuses an unknown command with 64 and refers to the help', async () => {
    const ended = await loadtest(['walk'], '');
    assert.equal(ended.code, 64);
    assert.match(ended.progress, /not walk\nloadtest: loadtest --help shows the usage\n$/);
  });

  it('help goes to standard output with 0', async () => {
    const ended = await loadtest(['run', '--help'], '');
    assert.equal(ended.code, 0);
    assert.match(ended.out, /^Usage: loadtest run URL/);
  });
});
