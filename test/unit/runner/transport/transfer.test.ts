import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { reusedOf } from '../../../../model/measure/transfer/connections.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { realLoad, realSpec } from '../../../support/real-load.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', ca]]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };

const BODY = 'x'.repeat(100_000);
const respond: RequestListener = (request, response) => {
  request.resume().on('end', () => {
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
    else response.end(BODY);
  });
};
const SERVERS = {
  http: () => createServer(respond),
  https: () => createHttpsServer(pair, respond),
  h2c: () => createHttp2Server(respond as never),
};

/** The sockets of a server as it sees them: what it has read and written, encrypted over TLS. */
async function listening(kind: keyof typeof SERVERS) {
  const server: Server = SERVERS[kind]();
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const sum = (of: 'bytesRead' | 'bytesWritten') => sockets.reduce((total, socket) => total + socket[of], 0);
  const { port } = server.address() as AddressInfo;
  return { port, sockets, sent: () => sum('bytesRead'), received: () => sum('bytesWritten') };
}

type Options = { http?: object; path?: string; iterations?: number; host?: string };

async function load(
  kind: keyof typeof SERVERS,
  { http = {}, path = '/', iterations = 5, host = '127.0.0.1' }: Options,
) {
  const server = await listening(kind);
  const scheme = kind === 'https' ? 'https' : 'http';
  const target = {
    url: `${scheme}://${host}:${server.port}`,
    timeout: '9000ms',
    http,
    ...(kind === 'https' && { tls: TLS }),
  };
  const requests = [{ name: 'order', method: 'POST', path, body: { type: 'Text', text: 'y'.repeat(5000) } }];
  const spec = realSpec({ target, requests, load: { type: 'Closed', closed: { users: 1, iterations } } });
  const summary = await realLoad(spec, VALUES);
  assert.equal(summary.counts.done, iterations);
  return { ...summary, connections: summary.connections!, server };
}

describe('the bytes of a load', () => {
  for (const transport of ['Lean', 'Undici'])
    it(`are all that a server has read and written, over HTTP/1.1 by ${transport}`, async () => {
      const { bytes, requests, server } = await load('http', { http: { transport } });
      assert.deepEqual(bytes, { sent: server.sent(), received: server.received() });
      assert.deepEqual(requests[0]!.bytes, bytes);
      assert.ok(bytes!.sent > 5 * 5000 && bytes!.received > 5 * BODY.length);
    });

  it('are those before encryption over TLS', async () => {
    const plain = await load('http', { host: 'localhost' });
    for (const transport of ['Lean', 'Undici']) {
      const { bytes, server } = await load('https', { http: { transport }, host: 'localhost' });
      assert.ok(server.received() > bytes!.received);
      assert.equal(bytes!.received, plain.bytes!.received, transport);
    }
  });

  it('are those of the frames of their streams over HTTP/2', async () => {
    const { bytes, server } = await load('h2c', { http: { version: 'HTTP2' } });
    const [sent, received] = [server.sent() - bytes!.sent, server.received() - bytes!.received];
    assert.ok(bytes!.sent > 5 * 5000 && sent > 24 && sent < 500, `the server read ${sent} more`);
    assert.ok(
      bytes!.received > 5 * BODY.length && received > 9 && received < 1000,
      `the server wrote ${received} more`,
    );
  });

  it('are not counted by NodeHTTP2', async () => {
    const { bytes, connections } = await load('h2c', { http: { version: 'HTTP2', transport: 'NodeHTTP2' } });
    assert.deepEqual([bytes, connections.opened, reusedOf(connections)], [undefined, 1, 4]);
  });
});

describe('connections', () => {
  const ROWS: [sentence: string, kind: keyof typeof SERVERS, options: Options, opened: number, reused: number][] = [
    ['are opened once for a user', 'http', {}, 1, 4],
    ['are opened for each request without keep-alive', 'http', { http: { keepAlive: false } }, 5, 0],
    ['carry the requests that follow redirects, too', 'http', { path: '/moved', http: { maxRedirects: 1 } }, 1, 9],
    ['have TLS handshakes', 'https', { host: 'localhost', http: { keepAlive: false } }, 5, 0],
    ['are shared over HTTP/2', 'h2c', { http: { version: 'HTTP2' } }, 1, 4],
  ];
  for (const [sentence, kind, options, opened, reused] of ROWS)
    it(sentence, async () => {
      const { connections, server } = await load(kind, options);
      assert.equal(server.sockets.length, opened);
      assert.deepEqual([connections.opened, reusedOf(connections)], [opened, reused]);
      assert.equal(connections.connect.count, opened);
      assert.equal(connections.tls.count, kind === 'https' ? opened : 0);
      assert.equal(connections.dns.count, options.host === 'localhost' ? 1 : 0);
      assert.ok(kind !== 'https' || connections.tls.min! > 10, 'a handshake takes more than 10 us');
    });
});
