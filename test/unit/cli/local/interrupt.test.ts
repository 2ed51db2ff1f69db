import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, test } from 'node:test';
import { loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { quietRun } from '../../../support/quiet-run.ts';

/** What the targets were asked for. */
let asked: string[] = [];
let onAsked = (_: string) => {};
const ask = (what: string) => {
  asked.push(what);
  onAsked(what);
};
const target = createServer((request, response) => {
  ask(request.url ?? '');
  if (request.url === '/long') response.end('a'.repeat(64));
  else if (request.url !== '/never') response.end('{}');
}).listen(0, '127.0.0.1');
/** Takes connections and says nothing. */
const silent = createTcpServer((socket) => {
  socket.on('error', () => {});
  ask('connection');
}).listen(0, '127.0.0.1');
await Promise.all([once(target, 'listening'), once(silent, 'listening')]);
after(() => {
  target.closeAllConnections();
  target.close();
  silent.close();
});
const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

type Case = { spec: object; script?: string; at: string; afterMs?: number };

/** What a run asks its target for, and how it ends, when it is interrupted so long after the target was asked for `at`. */
async function interrupted({ spec, script, at, afterMs = 0 }: Case): Promise<{ asked: string[]; ended: string }> {
  const controller = new AbortController();
  asked = [];
  onAsked = (what) => {
    if (what === at) setTimeout(() => controller.abort(130), afterMs);
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
  return { asked, ended: `${complete?.reason}, ${passed?.status}: ${passed?.message}` };
}

const preflight = (kind: string) => ({ url: `http://127.0.0.1:${port(target)}`, timeout: '1h', preflight: kind });
const rows: [where: string, asked: string[], of: Case][] = [
  [
    'a handshake that does not end',
    ['connection'],
    { at: 'connection', spec: { target: { ...preflight('Connect'), url: `https://127.0.0.1:${port(silent)}` } } },
  ],
  [
    'a first request that is not answered',
    ['/never'],
    { at: '/never', spec: { target: preflight('Request'), requests: [{ name: 'a', path: '/never' }] } },
  ],
  [
    'an expectation that takes forever',
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
    'a setup that keeps its thread',
    ['/setup'],
    {
      at: '/setup',
      spec: {},
      script: `export async function setup({ target }) { await fetch(target + '/setup'); for (;;); }`,
    },
  ],
  [
    'the start of the threads behind a setup, which is torn down',
    ['/setup', '/teardown'],
    {
      at: '/setup',
      afterMs: 2000,
      spec: {},
      // Where there is no fetch is a thread of the load: it never becomes ready.
      script: `
        try { fetch('http://127.0.0.1:1/').catch(() => {}); } catch { for (;;); }
        export const setup = async ({ target }) => { await fetch(target + '/setup'); };
        export const teardown = async (_, { target }) => { await fetch(target + '/teardown'); };`,
    },
  ],
];
for (const [where, expected, of] of rows)
  test(`an interrupt ends ${where}`, { timeout: 20_000 }, async () => {
    const { asked, ended } = await interrupted(of);
    assert.deepEqual(asked, expected);
    assert.equal(ended, 'Interrupted, Unknown: no load was made: interrupted before the load began');
  });
