import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../../../api/protocol/assignment.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { preflight } from '../../../../runner/preparation/preflight.ts';
import { freePorts } from '../../../servers/running.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { quietRun } from '../../../support/quiet-run.ts';
import { realSpec } from '../../../support/real-load.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([
  ['Secret/trust/ca.crt', ca],
  ['Secret/broken/ca.crt', Buffer.from('-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n')],
]);
const trust = (name: string) => ({ caFrom: { secretKeyRef: { name, key: 'ca.crt' } } });

let connections = 0;
const plain = createServer((socket) => {
  connections++;
  socket.on('error', () => {});
}).listen(0, '127.0.0.1');
const secure = createTlsServer({ ...pair, ALPNProtocols: ['http/1.1'] }).listen(0, '127.0.0.1');
secure.on('tlsClientError', () => {});
const secureHttp2 = createTlsServer({ ...pair, ALPNProtocols: ['h2'] }).listen(0, '127.0.0.1');
secureHttp2.on('tlsClientError', () => {});
await Promise.all([plain, secure, secureHttp2].map((server) => once(server, 'listening')));
after(() => {
  plain.close();
  secure.close();
  secureHttp2.close();
});
const RUNNER = { test: { namespace: 'n', name: 't', uid: 'u' }, index: 0, replicas: 4 };
const portOf = (server: Server) => (server.address() as { port: number }).port;
const [unused] = await freePorts(1);
const http = `http://127.0.0.1:${portOf(plain)}/`;
const https = `https://localhost:${portOf(secure)}/`;
const onlyHttp2 = `https://localhost:${portOf(secureHttp2)}/`;

const ROWS: [what: string, target: object, expected: RegExp | undefined][] = [
  ['a target that accepts connections', { url: http }, undefined],
  [
    'a target that refuses connections',
    { url: `http://127.0.0.1:${unused}/` },
    /^the target cannot be reached: ConnectionRefused: /,
  ],
  [
    'a name that does not exist',
    { url: 'http://does-not-exist.invalid/', timeout: '5000ms' },
    /: DNS(NotFound|Unavailable): /,
  ],
  ['a trusted certificate', { url: https, tls: trust('trust') }, undefined],
  ['an untrusted certificate', { url: https }, /: TLSCertificateInvalid: /],
  ['a server without HTTP/2', { url: https, tls: trust('trust'), http: { version: 'HTTP2' } }, /: HTTP2NotOffered: /],
  ['a server without HTTP/1.1', { url: onlyHttp2, tls: trust('trust') }, /: HTTP1NotOffered: /],
  ['a server that sends nothing in the handshake', { url: http.replace('http', 'https') }, /: TimedOutConnecting: /],
  ['a local address of this machine', { url: http, http: { localAddresses: ['127.0.0.7'] } }, undefined],
  [
    'a local address of another machine',
    { url: http, http: { localAddresses: ['127.0.0.7', '192.0.2.7'] }, preflight: 'None' },
    /^target[.]http[.]localAddresses: 192[.]0[.]2[.]7 is no address of this machine [(]EADDRNOTAVAIL[)]$/,
  ],
  ['an invalid certificate', { url: https, tls: trust('broken') }, /^target[.]tls: caFrom holds no certificate/],
];
for (const [what, target, expected] of ROWS) {
  test(`preflight ${expected === undefined ? 'accepts' : 'rejects'} ${what}`, async () => {
    const problem = await preflight(
      { ...RUNNER, spec: realSpec({ target: { timeout: '1000ms', preflight: 'Connect', ...target } }) },
      VALUES,
    );
    if (expected === undefined) assert.equal(problem, undefined);
    else assert.match(problem?.problem ?? '', expected);
  });
}

const proxy = (url: string) => ({ http: { proxy: { url } } });
const GUARDED: [url: string, addresses: Assignment['addresses'], expected: RegExp | undefined, more?: object][] = [
  [
    'http://169.254.169.254/',
    undefined,
    /^target[.]url: 169[.]254[.]169[.]254 is in 169[.]254[.]0[.]0[/]16, which is denied/,
  ],
  ['http://[fe80::1]/', undefined, /fe80::1 is in fe80::[/]10/],
  [
    'http://localhost/',
    { denied: ['127.0.0.0/8', '::1/128'] },
    /^target[.]url: localhost [(](127[.]0[.]0[.]1|::1)[)] is in /,
  ],
  ['http://localhost/', { denied: ['127.0.0.0/8'], allowed: ['127.0.0.1/32'] }, undefined],
  ['http://does-not-exist.invalid/', { denied: ['0.0.0.0/0'] }, undefined],
  ['http://169.254.169.254/', undefined, /^target[.]url: 169/, proxy('http://127.0.0.1:3128')],
  [
    'http://localhost/',
    undefined,
    /^target[.]http[.]proxy[.]url: 169[.]254[.]1[.]1 is in /,
    proxy('http://169.254.1.1'),
  ],
];
for (const [url, addresses, expected, more = {}] of GUARDED) {
  test(`preflight resolves ${url} and its proxy: ${expected === undefined ? 'accepted' : expected.source}`, async () => {
    const unfit = await preflight({ ...RUNNER, spec: realSpec({ target: { url, ...more } }), addresses }, VALUES);
    assert.equal(unfit?.reason, expected === undefined ? undefined : 'AddressDenied');
    if (expected !== undefined) assert.match(unfit?.problem ?? '', expected);
  });
}

let requested: string[] = [];
function respond(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) {
  requested.push(`${request.method} ${request.url} ${request.headers['x-key'] ?? ''}`);
  if (request.url === '/?never') return;
  response.statusCode = Number(/status=([0-9]+)/.exec(request.url ?? '')?.[1] ?? 200);
  response.setHeader('location', '/?status=204');
  response.end(`your key is ${request.headers['x-key']}`);
}
const http1Server = createHttpServer(respond).listen(0, '127.0.0.1');
const http2Server = createHttp2Server(respond).listen(0, '127.0.0.1');
await Promise.all([once(http1Server, 'listening'), once(http2Server, 'listening')]);
after(() => {
  http1Server.close();
  http2Server.close();
});
const KEY = { name: 'X-Key', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } };
const REQUEST_VALUES = new Map([
  ['Secret/keys/k', Buffer.from('sesame')],
  ['ConfigMap/users/csv', Buffer.from('name\nada\ngrace\n')],
]);
const REQUEST_ROWS: [what: string, first: object, expected: RegExp | undefined, more?: object][] = [
  ['accepts an expected response', { path: '/' }, undefined],
  ['rejects an error status', { path: '/?status=503' }, /^request "first" got an unexpected response: status 503 /],
  ['redacts secrets in the response', { path: '/?status=503' }, /with the body: your key is [*]{3}$/],
  [
    'rejects an unexpected body',
    { path: '/', expect: { bodyContains: 'x?' } },
    /: status 200 [(]the body does not contain "x[?]"[)] with the body/,
  ],
  [
    'follows a redirect',
    { path: '/?status=302', expect: { status: ['204'] } },
    undefined,
    { http: { maxRedirects: 1 } },
  ],
  ['fails without a response', { path: '/?never' }, /^request "first" fails: TimedOutWaiting: /, { timeout: '100ms' }],
];
for (const [name, transport, server] of [
  ['Lean', { transport: 'Lean' }, http1Server],
  ['Undici', { transport: 'Undici' }, http1Server],
  ['HTTP/2', { version: 'HTTP2' }, http2Server],
] as const)
  for (const [what, first, expected, more = {}] of REQUEST_ROWS) {
    test(`preflight over ${name}, with only the first request, ${what}`, async () => {
      requested = [];
      const { http: fields = {}, ...rest } = more as { http?: object };
      const url = `http://127.0.0.1:${portOf(server)}/`;
      const target = { url, preflight: 'Request', http: { ...transport, ...fields }, ...rest };
      const requests = [
        { name: 'first', headers: [KEY], ...first },
        { name: 'second', path: '/second' },
      ];
      const problem = await preflight({ ...RUNNER, spec: realSpec({ target, requests }) }, REQUEST_VALUES);
      if (expected === undefined) assert.equal(problem, undefined);
      else assert.match(problem?.problem ?? '', expected);
      assert.ok(!requested.some((line) => line.includes('second')));
    });
  }

test('preflight sends the first request with the variables of arrival 0', async () => {
  requested = [];
  const spec = loadTestSpecSchema.parse({
    target: { url: `http://127.0.0.1:${portOf(http1Server)}/`, preflight: 'Request' },
    requestOrder: 'Sequential',
    data: { from: { configMapKeyRef: { name: 'users', key: 'csv' } }, format: 'CSV' },
    requests: [{ name: 'a', path: '/${run}/${runner}/${index}/${data.name}', extract: [{ name: 'x', regex: 'key' }] }],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  assert.equal(await preflight({ ...RUNNER, spec, index: 3 }, REQUEST_VALUES), undefined);
  assert.deepEqual(requested, ['GET /t/3/0/ada ']);
});

test('preflight opens no connection by default', async () => {
  const before = connections;
  assert.equal(await preflight({ ...RUNNER, spec: realSpec({ target: { url: http } }) }, VALUES), undefined);
  assert.equal(
    await preflight({ ...RUNNER, spec: realSpec({ target: { url: `http://127.0.0.1:${unused}/` } }) }, VALUES),
    undefined,
  );
  assert.equal(connections, before);
});

test('a local run with a failed preflight sends no load and reports the reason', async () => {
  const spec = realSpec({ target: { url: `http://127.0.0.1:${unused}/`, preflight: 'Connect' } });
  const { status } = await runLocally({
    ...quietRun(),
    test: { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'a' }, spec },
    values: VALUES,
  });
  const complete = status.conditions?.find(({ type }) => type === 'Complete');
  assert.deepEqual([complete?.status, complete?.reason], ['True', 'RunnerFailed']);
  assert.match(complete?.message ?? '', /the target cannot be reached: ConnectionRefused/);
});
