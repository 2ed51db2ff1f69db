import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { kindsOf, realLoad, realSpec } from './real-load.ts';

const hosts = new Set<unknown>();
const http1 = createServer((request, response) => {
  hosts.add(request.headers.host);
  response.end('ok');
}).listen(0, '::1');
const http2 = createHttp2Server((request, response) => {
  hosts.add(request.headers[':authority']);
  response.end('ok');
}).listen(0, '::1');
await Promise.all([once(http1, 'listening'), once(http2, 'listening')]);
after(() => {
  http1.close();
  http2.close();
});

const ROWS = [
  ['Lean', http1, { transport: 'Lean' }],
  ['Undici', http1, { transport: 'Undici' }],
  ['HTTP2', http2, { version: 'HTTP2' }],
] as const;
for (const [transport, server, http] of ROWS) {
  test(`${transport}: an IPv6 address as the target`, async () => {
    const host = `[::1]:${(server.address() as AddressInfo).port}`;
    hosts.clear();
    const summary = await realLoad(
      realSpec({ target: { url: `http://${host}/`, timeout: '2000ms', http } }),
      new Map(),
    );
    assert.deepEqual([summary.counts.done, kindsOf(summary), summary.transport], [20, {}, transport]);
    assert.deepEqual([...hosts], [host]);
  });
}
