import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, test } from 'node:test';
import { loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { quietRun } from '../../../support/quiet-run.ts';

/** The paths that the targets received, or "connection". */
let received: string[] = [];
let onReceived = (_: string) => {};
const receive = (path: string) => {
  received.push(path);
  onReceived(path);
};
const target = createServer((request, response) => {
  receive(request.url ?? '');
  if (request.url === '/long') response.end('a'.repeat(64));
  else if (request.url !== '/never') response.end('{}');
}).listen(0, '127.0.0.1');
/** Accepts connections and sends nothing. */
const silent = createTcpServer((socket) => {
  socket.on('error', () => {});
  receive('connection');
}).listen(0, '127.0.0.1');
await Promise.all([once(target, 'listening'), once(silent, 'listening')]);
after(() => {
  target.closeAllConnections();
  target.close();
  silent.close();
});
const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

type Case = { spec: object; script?: string; at: string; afterMs?: number };

/** Interrupts a run `afterMs` after its target received `at`. Returns the received paths and the end of the run. */
async function interrupted({ spec, script, at, afterMs = 0 }: Case): Promise<{ received: string[]; ended: string }> {
  const controller = new AbortController();
  received = [];
  onReceived = (path) => {
    if (path === at) setTimeout(() => controller.abort(130), afterMs);
  };
  const { status } = await runLocally({
    ...quietRun(),
    test: loadTestSchema.parse({
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      metadata: { name: 'interrupted' },
      spec: {
        target: { url: `http://127.0.0.1:${port(target)}`, timeout: '1h' },
        load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
        ...(script !== undefined && { script: { configMapKeyRef: { name: 'hooks', key: 'js' } } }),
        ...spec,
      },
    }),
    values: new Map(script === undefined ? [] : [['ConfigMap/hooks/js', Buffer.from(script)]]),
    interrupt: controller.signal,
  });
  const [complete, passed] = ['Complete', 'Passed'].map((type) => findCondition(status.conditions, type as 'Passed'));
  return { received, ended: `${complete?.reason}, ${passed?.status}: ${passed?.message}` };
}

const preflight = (kind: string) => ({ url: `http://127.0.0.1:${port(target)}`, timeout: '1h', preflight: kind });
const rows: [activity: string, received: string[], interruption: Case][] = [
  [
    'an endless handshake',
    ['connection'],
    { at: 'connection', spec: { target: { ...preflight('Connect'), url: `https://127.0.0.1:${port(silent)}` } } },
  ],
  [
    'a preflight request without a response',
    ['/never'],
    { at: '/never', spec: { target: preflight('Request'), requests: [{ name: 'a', path: '/never' }] } },
  ],
  [
    'an expectation with an endless regular expression',
    ['/long'],
    {
      at: '/long',
      afterMs: 500,
      spec: {
        target: preflight('Request'),
        requests: [{ name: 'a', path: '/long', expect: { bodyMatches: '(a+)+b' } }],
      },
    },
  ],
  [
    'a setup',
    ['/never'],
    { at: '/never', spec: {}, script: `export const setup = ({ target }) => fetch(target + '/never');` },
  ],
  [
    'a setup that blocks its thread',
    ['/setup'],
    {
      at: '/setup',
      spec: {},
      script: `export async function setup({ target }) { await fetch(target + '/setup'); for (;;); }`,
    },
  ],
  [
    'the start of the worker threads after setup, and then runs teardown',
    ['/setup', '/teardown'],
    {
      at: '/setup',
      afterMs: 2000,
      spec: {},
      // The threads of the load have no fetch, so this keeps them from becoming ready.
      script: `
        try { fetch('http://127.0.0.1:1/').catch(() => {}); } catch { for (;;); }
        export const setup = async ({ target }) => { await fetch(target + '/setup'); };
        export const teardown = async (_, { target }) => { await fetch(target + '/teardown'); };`,
    },
  ],
];
for (const [activity, expected, interruption] of rows)
  test(`an interrupt ends ${activity}`, { timeout: 20_000 }, async () => {
    const { received, ended } = await interrupted(interruption);
    assert.deepEqual(received, expected);
    assert.equal(ended, 'Interrupted, Unknown: no load was made: interrupted before the load began');
  });
