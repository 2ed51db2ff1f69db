import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { freePorts } from '../servers/running.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { eventsUntilInconclusive } from './support/events.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const SCRIPT = `
export async function setup({ target, run }) {
  const response = await fetch(target + '/login?run=' + run);
  return { token: await response.text() };
}
export function request({ data, runner }) {
  return { path: '/work/' + runner, headers: { authorization: 'Bearer ' + data.token } };
}
export const check = ({ status }) => status === 200 || 'status ' + status;
export async function teardown({ token }, { target }) {
  await fetch(target + '/logout?token=' + token);
}
`;

const received: { url: string; authorization: string | undefined }[] = [];
const target = createServer((request, response) => {
  received.push({ url: request.url ?? '', authorization: request.headers.authorization });
  response.end('sesame');
});

let server: TestServer;
let node: SimulatedNode;
let operator: Operator;
let directory: string;
const runners: ChildProcess[] = [];
const lines: string[] = [];

before(async () => {
  server = await startTestServer();
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
});
after(async () => {
  target.close();
  await server.stop();
});
beforeEach(async () => {
  received.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'script-'));
  node = new SimulatedNode(server, 'default');
  operator = await startOperator({
    config: CONFIG,
    log: jsonLog((line) => lines.push(line)),
    kubeconfig: server.kubeconfig,
  });
  node.operator = operator;
});
afterEach(async (context) => {
  if ('passed' in context && context.passed === false) process.stderr.write(lines.join(''));
  lines.length = 0;
  for (const runner of runners.splice(0)) runner.kill('SIGKILL');
  await operator.stop();
  rmSync(directory, { recursive: true });
});

/** Runs a test of twenty requests by two runners with the script `source`. Real processes replace the runners' pods. */
async function run(name: string, source: string): Promise<void> {
  await node.apply(name, {
    target: { url: `http://127.0.0.1:${(target.address() as AddressInfo).port}` },
    load: { type: 'Closed', closed: { users: 2, iterations: 20 } },
    runners: { replicas: 2 },
    script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
  });
  mkdirSync(join(directory, 'ConfigMap/hooks'), { recursive: true });
  writeFileSync(join(directory, 'ConfigMap/hooks/hooks.js'), source);
  for (const [index, pod] of (await node.pods(name, 2)).entries()) {
    await node.setPodStatus(pod, { phase: 'Running' });
    const token = join(directory, `token-${index}`);
    writeFileSync(token, await node.token(pod));
    const runner = spawn(process.execPath, [join(import.meta.dirname, '../../runner/main.ts')], {
      env: {
        LOADTEST_OPERATOR_URL: `http://127.0.0.1:${operator.reportPort}`,
        LOADTEST_TOKEN_FILE: token,
        LOADTEST_VALUES_DIR: directory,
        LOADTEST_METRICS_PORT: String((await freePorts(1))[0]),
        LOADTEST_NAMESPACE: 'default',
        LOADTEST_NAME: name,
        LOADTEST_RUNNER_INDEX: String(index),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    runner.stderr?.on('data', (text) => lines.push(`runner ${index}: ${text}`));
    runners.push(runner);
  }
}

describe('a LoadTest with a script on a real control plane', () => {
  it('runs setup once for all runners, and teardown after all of them have ended', async () => {
    await run('scripted', SCRIPT);
    const result = await node.until('scripted', 'Complete', 'True');
    assert.equal(result.conditions?.find(({ type }) => type === 'Complete')?.message, '');
    assert.deepEqual([result.counts?.done, result.counts?.unexpected], [20, 0]);
    const urls = received.map(({ url }) => url);
    assert.equal(urls[0], '/login?run=scripted');
    assert.equal(urls.at(-1), '/logout?token=sesame');
    assert.deepEqual([...new Set(urls.slice(1, -1))].sort(), ['/work/0', '/work/1']);
    assert.equal(urls.length, 22);
    assert.ok(received.slice(1, -1).every(({ authorization }) => authorization === 'Bearer sesame'));
  });

  it('ends before the load when setup fails, with the reason', async () => {
    await run('unset', 'export function setup() {\n  throw new Error("no way in");\n}');
    const result = await node.until('unset', 'Complete', 'True');
    const complete = result.conditions?.find(({ type }) => type === 'Complete');
    assert.equal(complete?.reason, 'SetupFailed');
    assert.equal(complete?.message, 'runner 0: setup: hooks.js:2: Error: no way in');
    assert.deepEqual(await eventsUntilInconclusive(server, 'unset'), [
      'Warning Inconclusive: no load was made: runner 0: setup: hooks.js:2: Error: no way in',
    ]);
    assert.deepEqual(received, []);
  });

  it('passes the result of setup to runners that start late, even after a restart of the operator', async () => {
    const script = { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } };
    await node.apply('handed', {
      target: { url: 'http://checkout.shop.svc' },
      load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
      runners: { replicas: 2 },
      script,
    });
    const pods = await node.pods('handed', 2);
    const [first, second] = await Promise.all(pods.map((pod) => node.token(pod)));
    for (const pod of pods) await node.setPodStatus(pod, { phase: 'Running' });
    for (const token of [first!, second!]) await node.untilInstruction(token, { phase: 'Starting' }, 'Prepare');
    await node.sendUpdate(first!, { phase: 'Ready', setup: '{"a":1}', teardown: { state: 'Pending' } });
    await node.sendUpdate(second!, { phase: 'Ready' });
    const instruction = await node.untilInstruction(
      first!,
      { phase: 'Ready', setup: '{"a":1}', teardown: { state: 'Pending' } },
      'Start',
    );
    assert.equal(instruction.setup, '{"a":1}');

    await operator.stop();
    operator = await startOperator({
      config: CONFIG,
      log: jsonLog((line) => lines.push(line)),
      kubeconfig: server.kubeconfig,
    });
    node.operator = operator;
    assert.equal((await node.untilInstruction(second!, { phase: 'Ready' }, 'Wait')).setup, undefined);
    const running = { phase: 'Running' as const, setup: '{"a":1}', teardown: { state: 'Pending' as const } };
    await node.sendUpdate(first!, running);
    assert.equal((await node.untilInstruction(second!, { phase: 'Ready' }, 'Start')).setup, '{"a":1}');

    const finished = { phase: 'Finished' as const, snapshot: snapshot(500) };
    await node.sendUpdate(second!, finished);
    await node.untilInstruction(first!, { ...running, ...finished }, 'TearDown');
    assert.equal((await node.status('handed')).conditions?.find(({ type }) => type === 'Complete')?.status, 'False');
    const failed = { state: 'Failed' as const, message: 'no way out' };
    await node.untilInstruction(first!, { ...running, ...finished, teardown: failed }, 'Accepted');
    const result = await node.until('handed', 'Passed', 'True');
    assert.match(
      result.conditions?.find(({ type }) => type === 'Complete')?.message ?? '',
      /^the script's teardown failed: no way out$/,
    );
  });
});
