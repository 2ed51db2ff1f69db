import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { isTrue } from '../../../api/status/conditions.ts';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { until } from '../../cluster/system/wait.ts';
import { eventsAbout } from '../support/events.ts';
import { measuredRun, RATE, SECONDS } from '../support/measured-run.ts';
import { CONFIG, SimulatedNode } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const SPEC = {
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }] } },
};
const WEBHOOKS = ['ci', 'audit'];

let server: TestServer;
let node: SimulatedNode;
let operator: Operator;
let folder: string;
let address: string;
const lines: string[] = [];
/** The bodies that the receiver got, by path. */
let received: Record<string, string[]>;
/** What the receiver does at a path; by default it takes everything. */
let responses: Record<string, (response: ServerResponse) => unknown>;

const receiver = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const path = request.url ?? '';
  const body = await text(request);
  received[path] = [...(received[path] ?? []), body];
  const respond = responses[path] ?? ((usual: ServerResponse) => usual.end());
  respond(response);
});
const failing = (response: ServerResponse) => response.writeHead(503).end();

function start(): Promise<Operator> {
  const webhooks = WEBHOOKS.map((name) => ({
    ...{ name, format: 'CloudEvents' as const, types: ['Completed' as const], folder: join(folder, name) },
  }));
  const otlp = { endpoint: `${address}/otlp`, interval: '1s' };
  const log = jsonLog((line) => lines.push(line));
  return startOperator({ config: { ...CONFIG, webhooks, otlp }, log, kubeconfig: server.kubeconfig });
}

/** The ids of the events about a test that a webhook received; a restarted operator may repeat those of others. */
const idsAt = (path: string, name: string) =>
  (received[path] ?? [])
    .map((body) => JSON.parse(body) as { id: string; subject: string })
    .flatMap(({ id, subject }) => (subject === `default/${name}` ? [id] : []));

const untilDelivered = (name: string) =>
  until(
    `no pending notifications of ${name}`,
    async () => !(await node.status(name)).pendingNotifications || undefined,
    {
      timeoutMs: 30_000,
    },
  );

before(async () => {
  server = await startTestServer();
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  for (const name of WEBHOOKS) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'url'), `${address}/${name}`);
  }
});
after(async () => {
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true });
  await server.stop();
});
beforeEach(async () => {
  received = {};
  responses = {};
  operator = await start();
  node = new SimulatedNode(server, 'default');
  node.operator = operator;
});
afterEach((context) => {
  if ('passed' in context && context.passed === false) process.stderr.write(lines.join(''));
  lines.length = 0;
  return operator.stop();
});

describe('an operator that pushes metrics', () => {
  it('pushes a test once more before the test is complete', async () => {
    let completeAtPush: boolean | undefined;
    let seconds = 0;
    responses['/otlp/v1/metrics'] = async (response) => {
      const status = await node.status('pushed');
      // Every push must find a test that is not complete.
      completeAtPush ||= isTrue(status.conditions, 'Complete');
      seconds++;
      response.end();
    };
    await node.apply('pushed', SPEC);
    await measuredRun(node, 'pushed', 20);
    assert.ok(seconds >= 1);
    assert.equal(completeAtPush, false);
  });

  it('ends a test although the endpoint refuses everything, and logs that once', async () => {
    responses['/otlp/v1/metrics'] = (response) => response.writeHead(401).end();
    for (const name of ['refused-a', 'refused-b']) {
      await node.apply(name, SPEC);
      await measuredRun(node, name, 20);
    }
    const warnings = lines.filter((line) => line.includes('metrics did not reach'));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /HTTP status 401/);
  });
});

describe('an operator with webhooks', () => {
  it('sends to a failing and a slow receiver again after a restart, with the same id', async () => {
    // The slow one never responds.
    responses = { '/ci': failing, '/audit': () => {} };
    const uid = await node.apply('restarted', SPEC);
    const status = await measuredRun(node, 'restarted', 20);
    assert.deepEqual(status.pendingNotifications, ['Completed']);
    await until(
      'an attempt at each',
      () => (idsAt('/ci', 'restarted').length > 0 && idsAt('/audit', 'restarted').length > 0) || undefined,
      {
        timeoutMs: 60_000,
      },
    );
    await operator.stop();
    const before = idsAt('/ci', 'restarted').length;
    responses = {};
    operator = await start();
    node.operator = operator;
    await untilDelivered('restarted');
    assert.ok(idsAt('/ci', 'restarted').length > before);
    assert.deepEqual(
      new Set([...idsAt('/ci', 'restarted'), ...idsAt('/audit', 'restarted')]),
      new Set([`${uid}-Completed`]),
    );
    const events = received['/ci']!.map((body) => JSON.parse(body));
    const { data } = events.findLast(({ subject }) => subject === 'default/restarted');
    assert.deepEqual([data.verdict, data.counts.done], ['passed', RATE * SECONDS]);
  });

  it('records an event for what a receiver refuses, and delivers it to the others', async () => {
    responses = { '/ci': (response) => response.writeHead(410).end() };
    await node.apply('given-up', SPEC);
    await measuredRun(node, 'given-up', 20);
    await untilDelivered('given-up');
    assert.deepEqual([idsAt('/ci', 'given-up').length, idsAt('/audit', 'given-up').length], [1, 1]);
    const events = await eventsAbout(server, 'given-up');
    const notes = events.filter(({ reason }) => reason === 'CompletedNotDelivered').map(({ note }) => note);
    assert.deepEqual(notes, ['no notification of Completed reached these webhooks: ci: HTTP status 410']);
    // The address of a webhook is a credential.
    assert.ok(!lines.some((line) => line.includes('/ci')));
  });
});
