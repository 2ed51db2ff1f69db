import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { TRANSPORTS } from '../../../support/paired-servers.ts';
import { realLoad, realSpec } from '../../../support/real-load.ts';

let received: string[] = [];
let connections = 0;
async function respond(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) {
  received.push(`${request.method} ${request.url} ${await text(request)}`);
  response.end('ok');
}
const http1 = createServer(respond).on('connection', () => connections++);
const http2 = createHttp2Server(respond).on('session', () => connections++);
for (const server of [http1, http2]) await once(server.listen(0, '127.0.0.1'), 'listening');
after(() => {
  http1.close();
  http2.close();
});

const REQUESTS = [
  { name: 'search', path: '/_search', body: { type: 'Text', text: '{"query":1}' } },
  { name: 'purge', method: 'PURGE', path: '/a' },
  { name: 'find', method: 'PROPFIND', path: '/b', body: { type: 'Text', text: '<propfind/>' } },
  { name: 'delete', method: 'DELETE', path: '/c', body: { type: 'Text', text: 'why' } },
];
for (const [name, http] of TRANSPORTS)
  test(`${name} sends any method, with any body, over the same connection`, async () => {
    received = [];
    connections = 0;
    const { port } = ('version' in http ? http2 : http1).address() as AddressInfo;
    const { counts } = await realLoad(
      realSpec({
        target: { url: `http://127.0.0.1:${port}`, http, timeout: '5000ms' },
        requests: REQUESTS,
        requestOrder: 'Sequential',
        load: { type: 'Closed', closed: { users: 1, iterations: 2 } },
      }),
      new Map(),
    );
    assert.equal(counts.done, 8);
    const once = ['GET /_search {"query":1}', 'PURGE /a ', 'PROPFIND /b <propfind/>', 'DELETE /c why'];
    assert.deepEqual(received, [...once, ...once]);
    assert.equal(connections, 1);
  });
