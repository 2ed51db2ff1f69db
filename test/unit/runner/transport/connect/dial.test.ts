import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request as requestTo } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCertificates } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([
  ['Secret/trust/ca.crt', ca],
  ['Secret/login/username', Buffer.from('ada')],
  ['Secret/login/password', Buffer.from('sesame')],
]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };
const LOGIN = { type: 'Basic', basic: { secretRef: { name: 'login' } } };
const CREDENTIALS = `Basic ${Buffer.from('ada:sesame').toString('base64')}`;

const sockets = new Set<Socket>();
async function listening<S extends Server>(server: S, at: { port: number; host: string } | string): Promise<S> {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(at);
  await once(server, 'listening');
  after(() => void server.close());
  return server;
}
after(() => {
  for (const socket of sockets) socket.destroy();
});
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** The requests that the target received. */
let seen: { host: string; path: string; from: string; credentials: string }[] = [];
const respond: RequestListener = (request, response) => {
  const { headers, url = '', socket } = request;
  const host = headers.host ?? String(headers[':authority']);
  const credentials = headers['proxy-authorization'] ?? '';
  // The socket of an HTTP/2 request is a proxy object.
  seen.push({ host, path: url, from: socket.remoteAddress ?? '', credentials });
  response.end('ok');
};
const respondHttp2 = respond as never;

const LOOPBACK = { port: 0, host: '127.0.0.1' };
const dir = mkdtempSync(join(tmpdir(), 'loadtest-dial-'));
after(() => rmSync(dir, { recursive: true }));
const SERVERS = {
  http1: () => createServer(respond),
  https1: () => createHttpsServer(pair, respond),
  h2c: () => createHttp2Server(respondHttp2),
  h2: () => createSecureServer(pair, respondHttp2),
};
type Kind = keyof typeof SERVERS;
const ports = {} as Record<Kind, number>;
const v6 = {} as Record<Kind, number>;
for (const [kind, make] of Object.entries(SERVERS) as [Kind, () => Server][]) {
  ports[kind] = portOf(await listening(make(), LOOPBACK));
  v6[kind] = portOf(await listening(make(), { port: 0, host: '::1' }));
  await listening(make(), join(dir, kind));
}

/** The response with which the forward proxy refuses tunnels. */
let refusal: string | undefined;
/** The bytes that the proxy sends before its response. */
let prelude = '';
let proxied: string[] = [];
const proxy = createServer((request: IncomingMessage, response) => {
  proxied.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
  const { 'proxy-authorization': _, ...headers } = request.headers;
  const onward = requestTo(request.url ?? '', { method: request.method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 0, incoming.headers);
    incoming.pipe(response);
  });
  request.pipe(onward);
});
proxy.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
  proxied.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
  socket.on('error', () => {});
  if (refusal !== undefined) {
    socket.end(refusal);
    return;
  }
  socket.write(prelude);
  const [host, port] = (request.url ?? '').split(':');
  const onward = connect(Number(port), host, () => {
    // An HTTP/2 server sends first: its bytes may arrive together with the proxy's response.
    onward.once('readable', () => {
      const first = sendsFirst(onward) ? (onward.read() as Buffer | null) : null;
      if (first !== null) socket.write(Buffer.concat([GRANTED, first]));
      onward.pipe(socket);
    });
    if (!portsThatSendFirst.has(Number(port))) socket.write(GRANTED);
    onward.write(head);
    socket.pipe(onward);
  });
  sockets.add(onward);
  onward.on('error', () => socket.destroy());
});
const GRANTED = Buffer.from('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n');
const portsThatSendFirst = new Set([ports.h2c]);
const sendsFirst = (socket: Socket) => portsThatSendFirst.has(socket.remotePort ?? 0);
await listening(proxy, LOOPBACK);
const PROXY = `http://127.0.0.1:${portOf(proxy)}`;

const TRANSPORTS: [name: string, kind: Kind, http: object][] = [
  ['Lean', 'http1', { transport: 'Lean' }],
  ['Lean with TLS', 'https1', { transport: 'Lean' }],
  ['Undici', 'http1', { transport: 'Undici' }],
  ['Undici with TLS', 'https1', { transport: 'Undici' }],
  ['HTTP/2', 'h2c', { version: 'HTTP2' }],
  ['HTTP/2 with TLS', 'h2', { version: 'HTTP2' }],
];
for (const [name, kind, http] of TRANSPORTS) {
  const secure = kind === 'https1' || kind === 'h2';
  const load = (host: string, more: object = {}, rest: object = {}) => {
    seen = [];
    proxied = [];
    const url = `${secure ? 'https' : 'http'}://${host}/base`;
    const target = { url, timeout: '3000ms', http: { ...http, ...more }, ...(secure && { tls: TLS }) };
    return realLoad(realSpec({ target, requests: [{ name: 'r', path: '/x' }], ...rest }), VALUES);
  };
  const hosts = () => [...new Set(seen.map(({ host }) => host))];

  test(`${name} connects to an IPv6 address`, async () => {
    const host = `[::1]:${v6[kind]}`;
    const summary = await load(host);
    assert.deepEqual([summary.counts.done, kindsOf(summary), hosts()], [20, {}, [host]]);
  });

  test(`${name} connects to a Unix socket and sends the host of the URL`, async () => {
    const summary = await load('localhost', { unixSocket: join(dir, kind) });
    assert.deepEqual([summary.counts.done, kindsOf(summary), hosts()], [20, {}, ['localhost']]);
    const none = await load('localhost', { unixSocket: join(dir, 'none') });
    assert.deepEqual(kindsOf(none), { SocketNotFound: 20 });
  });

  test(`${name} uses local addresses in turn`, async () => {
    const localAddresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
    const closed = { type: 'Closed', closed: { users: 6, iterations: 60 } };
    const connections = kind === 'h2' || kind === 'h2c' ? { connections: 6 } : {};
    const before = new Set(sockets);
    const summary = await load(`127.0.0.1:${ports[kind]}`, { localAddresses, ...connections }, { load: closed });
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [60, {}]);
    const from = [...sockets].filter((socket) => !before.has(socket)).length;
    assert.equal(from, 6);
    if (!('version' in http)) assert.deepEqual([...new Set(seen.map((s) => s.from))].sort(), localAddresses);
  });

  test(`${name} connects to a name's addresses of the same family as the local addresses`, async () => {
    const summary = await load(`localhost:${ports[kind]}`, { localAddresses: ['127.0.0.2'] });
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [20, {}]);
  });

  test(`${name} connects through a proxy with a password`, async () => {
    const host = `127.0.0.1:${ports[kind]}`;
    const summary = await load(host, { proxy: { url: PROXY, auth: LOGIN } });
    assert.deepEqual([summary.counts.done, summary.counts.unexpected, kindsOf(summary)], [20, 0, {}]);
    const tunnel = kind !== 'http1';
    const wanted = tunnel ? `CONNECT ${host} ${CREDENTIALS}` : `GET http://${host}/base/x ${CREDENTIALS}`;
    assert.deepEqual([...new Set(proxied)], [wanted]);
    assert.deepEqual([seen.length, hosts(), seen[0]!.path, seen[0]!.credentials], [20, [host], '/base/x', '']);
  });

  if (kind === 'http1') continue;
  test(`${name} ignores informational responses of a proxy before the tunnel`, async () => {
    prelude = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
    const summary = await load(`127.0.0.1:${ports[kind]}`, { proxy: { url: PROXY } });
    prelude = '';
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [20, {}]);
  });

  test(`${name} reports the refusal of a proxy`, async () => {
    const responses: [refusal: string, example: RegExp][] = [
      ['HTTP/1.1 403 Not you\r\n\r\n', /^the proxy responded "HTTP\/1.1 403 Not you" to CONNECT 127[.]0[.]0[.]1:/],
      ['', /^the proxy closed the connection instead of responding to CONNECT/],
      ['SSH-2.0-x\r\n\r\n', /^the proxy responded "SSH-2.0-x"/],
      ['HTTP/1.1 200 OK\r\n'.padEnd(70_000, 'x'), /^the proxy sent endless headers in response to CONNECT/],
      ['HTTP/1.1 102 Processing\r\n\r\n'.repeat(4000), /^the proxy sent endless headers in response to CONNECT/],
      ['HTTP/1.1 101 Switching Protocols\r\n\r\n', /^the proxy responded "HTTP\/1.1 101 Switching Protocols"/],
      ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Not you\r\n\r\n', /^the proxy responded "HTTP\/1.1 403 Not you"/],
    ];
    for (const [text, example] of responses) {
      refusal = text;
      const summary = await load(`127.0.0.1:${ports[kind]}`, { proxy: { url: PROXY } });
      refusal = undefined;
      assert.deepEqual(kindsOf(summary), { ProxyRefused: 20 });
      assert.match(summary.errors[0]!.example, example);
      assert.equal(seen.length, 0);
    }
  });
}
