import assert from 'node:assert/strict';
import { createServer as createTcpServer, type LookupFunction } from 'node:net';
import { after, test } from 'node:test';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { LoadTestSpec } from '../../../../../api/loadtest/loadtest.ts';
import { keyReferences, referencePath } from '../../../../../api/loadtest/references.ts';
import { http1Transport } from '../../../../../runner/transport/http1/transport.ts';
import { destinationOf } from '../../../../../runner/transport/select.ts';
import { undiciTransport } from '../../../../../runner/transport/undici/undici-transport.ts';
import { makeCertificates, type Pair } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import { countingServer } from '../../../../support/target/counting.ts';

const certificates = await makeCertificates();
const { ca, server, elsewhere, expired, client, stranger } = certificates;

const VALUES = new Map<string, Buffer>([
  ['ConfigMap/trust/ca.crt', ca],
  ['Secret/client/tls.crt', client.cert],
  ['Secret/client/tls.key', client.key],
  ['Secret/stranger/tls.crt', stranger.cert],
  ['Secret/stranger/tls.key', stranger.key],
]);
const CA_FROM = { caFrom: { configMapKeyRef: { name: 'trust', key: 'ca.crt' } } };

/** Starts a TLS server that calls `respond` for every request; returns its port. */
async function startServer(pair: Pair, options: TlsOptions, respond: (socket: TLSSocket) => void): Promise<number> {
  const sockets = new Set<TLSSocket>();
  const listening = createServer({ ...pair, ...options }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => respond(socket));
  });
  listening.on('tlsClientError', () => {});
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  after(() => {
    listening.close();
    for (const socket of sockets) socket.destroy();
  });
  return (listening.address() as { port: number }).port;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const respondOk = (socket: TLSSocket) => void socket.write(OK);

/** A response of a length in bytes, of three digits. */
const responseOf = (bytes: number) => {
  const head = `HTTP/1.1 200 OK\r\ncontent-length: 000\r\n\r\n`;
  const length = bytes - head.length;
  return head.replace('000', String(length)) + 'x'.repeat(length);
};

type Row = [
  what: string,
  pair: Pair,
  options: TlsOptions,
  host: string,
  tls: object | undefined,
  ends: Record<string, number> | 'done',
];
const ROWS: Row[] = [
  ['a certificate of the configured authority', server, {}, 'localhost', CA_FROM, 'done'],
  ['an address in the certificate', server, {}, '127.0.0.1', CA_FROM, 'done'],
  ['TLS 1.2', server, { maxVersion: 'TLSv1.2' }, 'localhost', CA_FROM, 'done'],
  ['a certificate of an unknown authority', server, {}, 'localhost', undefined, { TLSCertificateInvalid: 20 }],
  ['a certificate for another name', elsewhere, {}, 'localhost', CA_FROM, { TLSCertificateInvalid: 20 }],
  [
    'a certificate for the configured server name',
    elsewhere,
    {},
    'localhost',
    { ...CA_FROM, serverName: 'elsewhere.test' },
    'done',
  ],
  ['an expired certificate', expired, {}, 'localhost', CA_FROM, { TLSCertificateInvalid: 20 }],
  ['any certificate and insecureSkipVerify', stranger, {}, 'localhost', { insecureSkipVerify: true }, 'done'],
  [
    'a client certificate',
    server,
    { requestCert: true, rejectUnauthorized: true, ca },
    'localhost',
    { ...CA_FROM, clientCertificateSecretRef: { name: 'client' } },
    'done',
  ],
  [
    'an untrusted client certificate over TLS 1.2',
    server,
    { requestCert: true, rejectUnauthorized: true, ca, maxVersion: 'TLSv1.2' },
    'localhost',
    { ...CA_FROM, clientCertificateSecretRef: { name: 'stranger' } },
    { TLSHandshakeFailed: 20 },
  ],
  [
    'no common version of TLS',
    server,
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'localhost',
    CA_FROM,
    { TLSHandshakeFailed: 20 },
  ],
  [
    'TLS 1.1, which minVersion allows',
    server,
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'localhost',
    { ...CA_FROM, minVersion: 'TLS1.0' },
    'done',
  ],
  [
    'TLS 1.2, which minVersion forbids',
    server,
    { maxVersion: 'TLSv1.2' },
    'localhost',
    { ...CA_FROM, minVersion: 'TLS1.3' },
    { TLSHandshakeFailed: 20 },
  ],
  [
    'a server that offers only HTTP/2',
    server,
    { ALPNProtocols: ['h2'] },
    'localhost',
    CA_FROM,
    { HTTP1NotOffered: 20 },
  ],
];

for (const transport of ['Lean', 'Undici'] as const) {
  const specOf = (port: number, host: string, tls: object | undefined, fields: object = {}): LoadTestSpec =>
    realSpec({
      ...fields,
      target: { url: `https://${host}:${port}/`, timeout: '2000ms', http: { transport }, ...(tls && { tls }) },
    });

  for (const [what, pair, options, host, tls, ends] of ROWS) {
    test(`${transport}: a handshake with ${what} ${ends === 'done' ? 'succeeds' : `fails: ${Object.keys(ends)}`}`, async () => {
      const summary = await realLoad(specOf(await startServer(pair, options, respondOk), host, tls), VALUES);
      const expected = ends === 'done' ? [20, {}] : [0, ends];
      assert.deepEqual([summary.counts.done, kindsOf(summary)], expected, JSON.stringify(summary.errors));
      assert.equal(summary.transport, transport);
    });
  }

  test(`${transport}: a new connection resumes the TLS session of an earlier one`, async () => {
    const reused: boolean[] = [];
    const port = await startServer(server, {}, (socket) => {
      reused.push(socket.isSessionReused());
      socket.end(OK.replace('\r\n', '\r\nconnection: close\r\n'));
    });
    const spec = specOf(port, 'localhost', CA_FROM);
    const summary = await realLoad(
      { ...spec, load: { ...spec.load, closed: { ...spec.load.closed!, users: 1 } } },
      VALUES,
    );
    assert.equal(summary.counts.done, 20);
    assert.deepEqual(reused, [false, ...Array.from({ length: 19 }, () => true)]);
  });

  test(`${transport}: without keep-alive, every connection makes a full handshake`, async () => {
    const reused: boolean[] = [];
    const port = await startServer(server, {}, (socket) => {
      reused.push(socket.isSessionReused());
      socket.end(OK);
    });
    const http = { transport, keepAlive: false };
    const target = { url: `https://localhost:${port}/`, timeout: '2000ms', http, tls: CA_FROM };
    const summary = await realLoad(realSpec({ target }), VALUES);
    assert.equal(summary.counts.done, 20);
    assert.deepEqual(
      reused,
      Array.from({ length: 20 }, () => false),
    );
  });

  test(`${transport}: the server name is the host of the URL, even with another Host header`, async () => {
    const names = new Set<string | false | null>();
    const port = await startServer(server, {}, (socket) => {
      names.add(socket.servername);
      socket.write(OK);
    });
    const target = { url: `https://localhost:${port}/`, timeout: '2000ms', http: { transport }, tls: CA_FROM };
    const requests = [{ name: 'r', headers: [{ name: 'Host', value: 'elsewhere.test' }] }];
    const summary = await realLoad(realSpec({ target, requests }), VALUES);
    assert.deepEqual([summary.counts.done, [...names]], [20, ['localhost']]);
  });

  test(`${transport}: the server name and the certificate of an absolute name have no dot at their end`, async () => {
    const names = new Set<string | false | null>();
    const port = await startServer(server, {}, (socket) => {
      names.add(socket.servername);
      socket.write(OK);
    });
    const spec = specOf(port, 'localhost.', CA_FROM);
    const lookup: LookupFunction = (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const open = transport === 'Lean' ? http1Transport : undiciTransport;
    const summary = await realLoad(spec, VALUES, open({ ...destinationOf(spec.target, VALUES), lookup }));
    assert.deepEqual([summary.counts.done, [...names], kindsOf(summary)], [20, ['localhost'], {}]);
  });

  test(`${transport}: a second response in a separate TLS record belongs to no request`, async () => {
    const port = await startServer(server, {}, (socket) => {
      socket.setMaxSendFragment(512);
      socket.write(responseOf(512) + OK.replace('200 OK', '418 Teapot'));
    });
    const summary = await realLoad(specOf(port, 'localhost', CA_FROM), VALUES);
    const expected = transport === 'Lean' ? [[], { MalformedResponse: 20 }] : [[{ code: '200', count: 20 }], {}];
    assert.deepEqual([summary.responses, kindsOf(summary)], expected);
  });

  test(`${transport}: users with think times keep their connections, even with fast responses`, async () => {
    const counting = await countingServer({ response: OK, tls: server });
    after(counting.close);
    const load = { type: 'Closed', closed: { users: 200, iterations: 2000, thinkTime: '20ms' } };
    const summary = await realLoad(specOf(counting.port, 'localhost', CA_FROM, { load }), VALUES);
    const { all } = await counting.connections();
    assert.deepEqual([summary.counts.done, all], [2000, 200]);
  });

  test(`${transport}: a server without TLS, and one that ends the handshake, fail as TLSHandshakeFailed`, async () => {
    const behaviours: [kind: string, bytes: string][] = [
      ['TLSHandshakeFailed', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
      ['TLSHandshakeFailed', ''],
    ];
    for (const [kind, bytes] of behaviours) {
      const plain = createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(bytes));
      });
      await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
      const { port } = plain.address() as { port: number };
      const summary = await realLoad(specOf(port, 'localhost', CA_FROM), VALUES);
      plain.close();
      assert.deepEqual(kindsOf(summary), { [kind]: 20 }, JSON.stringify(summary.errors));
    }
  });
}

test('the keys for a runner include every certificate and key of the spec', () => {
  const tls = { ...CA_FROM, clientCertificateSecretRef: { name: 'client' } };
  const spec = realSpec({ target: { url: 'https://a/', tls } });
  assert.deepEqual(keyReferences(spec).map(referencePath), [
    'ConfigMap/trust/ca.crt',
    'Secret/client/tls.crt',
    'Secret/client/tls.key',
  ]);
});
