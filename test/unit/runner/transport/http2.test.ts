import assert from 'node:assert/strict';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { requestOnce } from '../../../../runner/preparation/preflight-request.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', ca]]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };

type Answer = (stream: ServerHttp2Stream, number: number, headers: Record<string, unknown>) => void;
type Seen = { port: number; sessions: ServerHttp2Session[]; server: Http2Server };

async function serving(answer: Answer, { secure = false, settings = {} } = {}): Promise<Seen> {
  const server = secure ? createSecureServer({ ...pair, settings }) : createServer({ settings });
  const sessions: ServerHttp2Session[] = [];
  let number = 0;
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: Record<string, unknown>) => {
    stream.on('error', () => {});
    answer(stream, number++, headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, sessions, server };
}

const ok: Answer = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('ok');
};

const load = (users: number, iterations: number) => ({ type: 'Closed', closed: { users, iterations } });
function spec(port: number, fields: { http?: object; secure?: boolean; load?: object; requests?: object[] } = {}) {
  const { http = {}, secure = false, ...rest } = fields;
  const target = { url: `${secure ? 'https' : 'http'}://localhost:${port}/`, http: { version: 'HTTP2', ...http } };
  return realSpec({ ...rest, target: { ...target, ...(secure && { tls: TLS }) } });
}

test('by prior knowledge and by ALPN: many requests at a time on one connection', async () => {
  for (const secure of [false, true]) {
    const seen = await serving(ok, { secure });
    const summary = await realLoad(spec(seen.port, { secure, load: load(10, 200) }), VALUES);
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [200, {}]);
    assert.equal(seen.sessions.length, 1);
    assert.equal(summary.transport, 'HTTP2');
  }
});

test('requests are spread over the connections in turn', async () => {
  const perSession = new Map<unknown, number>();
  const seen = await serving((stream, number, headers) => {
    perSession.set(stream.session, (perSession.get(stream.session) ?? 0) + 1);
    ok(stream, number, headers);
  });
  const summary = await realLoad(spec(seen.port, { http: { connections: 4 }, load: load(8, 200) }), VALUES);
  assert.equal(summary.counts.done, 200);
  assert.deepEqual([...perSession.values()], [50, 50, 50, 50]);
});

test('what is sent arrives: method, path, headers, host and body', async () => {
  const got: unknown[] = [];
  const seen = await serving((stream, number, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      got.push([
        headers[':method'],
        headers[':path'],
        headers[':authority'],
        headers['x-a'],
        headers['content-length'],
      ]);
      got.push(Buffer.concat(chunks).toString());
      ok(stream, number, headers);
    });
  });
  const requests = [
    {
      name: 'r',
      method: 'POST',
      path: '/a?b=c',
      headers: [
        { name: 'X-A', value: '1' },
        { name: 'Host', value: 'shop.test' },
      ],
      body: { type: 'Text', text: 'hello' },
      expect: { bodyContains: 'ok' },
    },
  ];
  const summary = await realLoad(spec(seen.port, { load: load(1, 1), requests }), VALUES);
  assert.deepEqual([summary.counts.done, summary.counts.unexpected], [1, 0]);
  assert.deepEqual(got, [['POST', '/a?b=c', 'shop.test', '1', '5'], 'hello']);
});

test('a request that times out is reset, and the connection goes on', async () => {
  const codes: number[] = [];
  const seen = await serving((stream, number, headers) => {
    if (number % 4 === 3) stream.on('close', () => codes.push(stream.rstCode));
    else ok(stream, number, headers);
  });
  const summary = await realLoad(spec(seen.port, { load: load(1, 17) }), VALUES);
  assert.deepEqual([summary.counts.done, summary.counts.timeout], [13, 4]);
  assert.deepEqual(kindsOf(summary), { TimedOutWaiting: 4 });
  assert.equal(seen.sessions.length, 1);
  assert.deepEqual(codes, [8, 8, 8, 8]);
});

test('no more streams at a time than the server allows; what waits is not written', async () => {
  let now = 0;
  let most = 0;
  const seen = await serving(
    (stream, number, headers) => {
      most = Math.max(most, ++now);
      stream.on('close', () => now--);
      setTimeout(ok, 5, stream, number, headers);
    },
    { settings: { maxConcurrentStreams: 3 } },
  );
  const summary = await realLoad(spec(seen.port, { load: load(10, 60) }), VALUES);
  assert.deepEqual([summary.counts.done, kindsOf(summary), most], [60, {}, 3]);
});

test('a server that allows no stream: the timeout is one of connecting', async () => {
  const seen = await serving(ok, { settings: { maxConcurrentStreams: 0 } });
  const summary = await realLoad(spec(seen.port, { load: load(2, 4) }), VALUES);
  assert.deepEqual(kindsOf(summary), { TimedOutConnecting: 4 });
});

const CUT: [what: string, answer: Answer, counts: object, kinds: Record<string, number>][] = [
  ['streams that are reset', (stream) => stream.close(2), { failed: 20 }, { StreamReset: 20 }],
  ['streams that end without an answer', (stream) => stream.close(0), { failed: 20 }, { StreamReset: 20 }],
  ['streams that are refused', (stream) => stream.close(7), { failed: 20 }, { StreamReset: 20 }],
  [
    'bodies that are shorter than they said',
    (stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.end('half');
    },
    { failed: 20 },
    { StreamReset: 20 },
  ],
  [
    'a connection that is closed instead of an answer',
    (stream) => stream.session!.destroy(),
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'a connection that is closed in the middle of a body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.session!.destroy());
    },
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'a connection that is reset',
    (stream) => (stream.session!.socket as Socket & { resetAndDestroy(): void }).destroy(),
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'a server that goes away after each answer',
    (stream, number, headers) => {
      ok(stream, number, headers);
      stream.on('close', () => stream.session?.close());
    },
    { done: 20 },
    {},
  ],
];
for (const [what, answer, counts, kinds] of CUT) {
  test(what, async () => {
    const seen = await serving(answer);
    const summary = await realLoad(spec(seen.port, { load: load(1, 20) }), VALUES);
    assert.deepEqual(kindsOf(summary), kinds, JSON.stringify(summary.errors));
    assert.partialDeepStrictEqual(summary.counts, { generated: 20, made: 20, inFlight: 0, ...counts });
  });
}

const TWICE = ['user-agent', 'User-Agent'].map((name) => ({ name, value: 'x' }));

test('a request that HTTP/2 does not allow is a failure of its own, and the others go on in its place', async () => {
  const seen = await serving(ok, { settings: { maxConcurrentStreams: 1 } });
  const requests = [{ name: 'twice', headers: TWICE }, { name: 'good' }];
  const summary = await realLoad(spec(seen.port, { load: load(4, 20), requests }), VALUES);
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [10, { RequestInvalid: 10 }]);
  assert.match(summary.errors[0]!.example, /user-agent/);
  assert.equal(seen.sessions.length, 1);
});

test('the first request alone, before the load, says what HTTP/2 does not allow', async () => {
  const { port } = await serving(ok);
  const test = { namespace: 'n', name: 't', uid: 'u' };
  const addresses = { denied: [] };
  const requests = [{ name: 'r', headers: TWICE }];
  const problem = await requestOnce({ spec: spec(port, { requests }), test, index: 0, replicas: 1, addresses }, VALUES);
  assert.match(problem!, /^request "r" fails: RequestInvalid: .*user-agent/);
});

test('a connection that ends takes all its streams with it, each counted', async () => {
  const waiting: ServerHttp2Stream[] = [];
  const seen = await serving((stream) => {
    waiting.push(stream);
    if (waiting.length === 5) stream.session!.destroy();
  });
  const summary = await realLoad(spec(seen.port, { load: load(5, 5) }), VALUES);
  assert.deepEqual(kindsOf(summary), { ConnectionClosed: 5 });
});

test('a server without HTTP/2', async () => {
  const server = createHttpsServer(pair, (_, response) => response.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  const summary = await realLoad(spec(port, { secure: true }), VALUES);
  assert.deepEqual(kindsOf(summary), { HTTP2NotOffered: 20 });
});

test('a server that answers prior knowledge in HTTP/1.1', async () => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  const summary = await realLoad(spec(port), VALUES);
  assert.deepEqual(kindsOf(summary), { MalformedResponse: 20 });
});

test('nobody listens', async () => {
  const summary = await realLoad(spec(1), VALUES);
  assert.deepEqual(kindsOf(summary), { ConnectionRefused: 20 });
});
