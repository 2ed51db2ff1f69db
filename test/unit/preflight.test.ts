import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { runLocally } from '../../cli/local.ts';
import { preflight } from '../../runner/preflight.ts';
import { freePorts } from '../servers/running.ts';
import { makeCertificates } from './certificates.ts';
import { realSpec } from './real-load.ts';

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
await Promise.all([once(plain, 'listening'), once(secure, 'listening')]);
after(() => {
  plain.close();
  secure.close();
});
const portOf = (server: typeof plain) => (server.address() as { port: number }).port;
const [unused] = await freePorts(1);
const http = `http://127.0.0.1:${portOf(plain)}/`;
const https = `https://localhost:${portOf(secure)}/`;

const ROWS: [what: string, target: object, says: RegExp | undefined][] = [
  ['a target that takes connections', { url: http }, undefined],
  ['one that does not', { url: `http://127.0.0.1:${unused}/` }, /^the target cannot be reached: ConnectionRefused: /],
  [
    'a name that does not exist',
    { url: 'http://does-not-exist.invalid/', timeout: '5000ms' },
    /: DNS(NotFound|Unavailable): /,
  ],
  ['a certificate that is trusted', { url: https, tls: trust('trust') }, undefined],
  ['a certificate that is not', { url: https }, /: TLSCertificateInvalid: /],
  ['a server without HTTP/2', { url: https, tls: trust('trust'), http: { version: 'HTTP2' } }, /: HTTP2NotOffered: /],
  ['a server that says nothing in the handshake', { url: http.replace('http', 'https') }, /: TimedOutConnecting: /],
  ['certificates that are none', { url: https, tls: trust('broken') }, /^target[.]tls: caFrom holds no certificate/],
];
for (const [what, target, says] of ROWS) {
  test(`preflight: ${what}: ${says === undefined ? 'load may be sent' : says.source}`, async () => {
    const problem = await preflight(
      realSpec({ target: { timeout: '1000ms', preflight: 'Connect', ...target } }),
      VALUES,
    );
    if (says === undefined) assert.equal(problem, undefined);
    else assert.match(problem?.problem ?? '', says);
  });
}

for (const [url, addresses, says] of [
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
] as const) {
  test(`preflight looks where ${url} leads to: ${says === undefined ? 'load may be sent' : says.source}`, async () => {
    const unfit = await preflight(realSpec({ target: { url } }), VALUES, addresses);
    assert.equal(unfit?.reason, says === undefined ? undefined : 'AddressDenied');
    if (says !== undefined) assert.match(unfit?.problem ?? '', says);
  });
}

test('without being asked for, preflight makes no connection', async () => {
  const before = connections;
  assert.equal(await preflight(realSpec({ target: { url: http } }), VALUES), undefined);
  assert.equal(await preflight(realSpec({ target: { url: `http://127.0.0.1:${unused}/` } }), VALUES), undefined);
  assert.equal(connections, before);
});

test('a local run whose preflight fails sends nothing and says why', async () => {
  const spec = realSpec({ target: { url: `http://127.0.0.1:${unused}/`, preflight: 'Connect' } });
  const { status } = await runLocally({
    test: { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'a' }, spec },
    values: VALUES,
    runners: 1,
    now: Date.now,
    onProgress: () => {},
    onSample: () => {},
    interrupt: new AbortController().signal,
    environment: {} as never,
  });
  const complete = status.conditions?.find(({ type }) => type === 'Complete');
  assert.deepEqual([complete?.status, complete?.reason], ['True', 'RunnerFailed']);
  assert.match(complete?.message ?? '', /the target cannot be reached: ConnectionRefused/);
});
