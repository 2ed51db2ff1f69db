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
import { gzipSync } from 'node:zlib';
import { requestOnce } from '../../../../../runner/preparation/preflight-request.ts';
import { prepareRequests } from '../../../../../runner/request/prepare.ts';
import { transportFor } from '../../../../../runner/transport/select.ts';
import { makeCertificates } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', ca]]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };

type Respond = (stream: ServerHttp2Stream, number: number, headers: Record<string, unknown>) => void;
type TestServer = { port: number; sessions: ServerHttp2Session[]; server: Http2Server };

async function startServer(respond: Respond, { secure = false, settings = {} } = {}): Promise<TestServer> {
  const server = secure ? createSecureServer({ ...pair, settings }) : createServer({ settings });
  const sessions: ServerHttp2Session[] = [];
  let number = 0;
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: Record<string, unknown>) => {
    stream.on('error', () => {});
    respond(stream, number++, headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, sessions, server };
}

const ok: Respond = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('ok');
};

const load = (users: number, iterations: number) => ({ type: 'Closed', closed: { users, iterations } });
type Fields = { http?: object; secure?: boolean; load?: object; requests?: object[] };
function specFor(transport: string, port: number, { http = {}, secure = false, ...rest }: Fields = {}) {
  const url = `${secure ? 'https' : 'http'}://localhost:${port}/`;
  const target = { url, http: { version: 'HTTP2', transport, ...http } };
  return realSpec({ ...rest, target: { ...target, ...(secure && { tls: TLS }) } });
}

const CUT: [what: string, respond: Respond, counts: object, kinds: Record<string, number>][] = [
  ['resets streams', (stream) => stream.close(2), { failed: 20 }, { StreamReset: 20 }],
  ['ends streams without a response', (stream) => stream.close(0), { failed: 20 }, { StreamReset: 20 }],
  ['refuses streams', (stream) => stream.close(7), { failed: 20 }, { StreamReset: 20 }],
  [
    'sends bodies shorter than their content-length',
    (stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.end('half');
    },
    { failed: 20 },
    { MalformedResponse: 20 },
  ],
  [
    'closes the connection instead of responding',
    (stream) => stream.session!.destroy(),
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'closes the connection in the middle of a body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.session!.destroy());
    },
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'resets the connection',
    (stream) => (stream.session!.socket as Socket & { resetAndDestroy(): void }).destroy(),
    { failed: 20 },
    { ConnectionClosed: 20 },
  ],
  [
    'sends GOAWAY after each response',
    (stream, number, headers) => {
      ok(stream, number, headers);
      stream.on('close', () => stream.session?.close());
    },
    { done: 20 },
    {},
  ],
];

const TWICE = ['user-agent', 'User-Agent'].map((name) => ({ name, value: 'x' }));

test('Lean: users stay on their connections, also while one of these is slow', async () => {
  const inFlight = new Map<unknown, number>();
  const most = new Map<unknown, number>();
  const server = await startServer((stream, number, headers) => {
    const { session } = stream;
    const open = (inFlight.get(session) ?? 0) + 1;
    inFlight.set(session, open);
    most.set(session, Math.max(most.get(session) ?? 0, open));
    const respond = () => {
      inFlight.set(session, inFlight.get(session)! - 1);
      ok(stream, number, headers);
    };
    if (session === server.sessions[0]) setTimeout(respond, 20);
    else respond();
  });
  const summary = await realLoad(
    specFor('Lean', server.port, { http: { connections: 4 }, load: load(8, 400) }),
    VALUES,
  );
  assert.equal(summary.counts.done, 400);
  assert.deepEqual(
    [...most.values()].map((n) => n <= 2),
    [true, true, true, true],
  );
  assert.equal(most.get(server.sessions[0]), 2);
});

for (const transport of ['Lean', 'NodeHTTP2']) {
  const spec = (port: number, fields?: Fields) => specFor(transport, port, fields);

  test(`${transport}: HTTP/2 sends many concurrent requests on one connection, by prior knowledge and by ALPN`, async () => {
    for (const secure of [false, true]) {
      const server = await startServer(ok, { secure });
      const summary = await realLoad(spec(server.port, { secure, load: load(10, 200) }), VALUES);
      assert.deepEqual([summary.counts.done, kindsOf(summary)], [200, {}]);
      assert.equal(server.sessions.length, 1);
      assert.equal(summary.transport, transport === 'Lean' ? 'HTTP2' : transport);
    }
  });

  // Node's server resets a stream, with NO_ERROR, whose end finds the window of its connection full.
  test(`${transport}: eight responses of 64 KiB at once by node:http2's server are complete`, async () => {
    const body = 'x'.repeat(65_536);
    const { port, server } = await startServer(() => {});
    server.on('request', (_, response) => response.end(body));
    const summary = await realLoad(spec(port, { load: load(8, 80) }), VALUES);
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [80, {}]);
  });

  test(`${transport}: HTTP/2 distributes requests over the connections in turn`, async () => {
    const perSession = new Map<unknown, number>();
    const server = await startServer((stream, number, headers) => {
      perSession.set(stream.session, (perSession.get(stream.session) ?? 0) + 1);
      ok(stream, number, headers);
    });
    const open = { type: 'Open', open: { stages: [{ duration: '400ms', rate: 500 }] } };
    const summary = await realLoad(spec(server.port, { http: { connections: 4 }, load: open }), VALUES);
    const { made } = summary.counts; // a starved machine may drop some
    assert.ok(made > 20, `only ${made} requests`);
    assert.deepEqual(
      [...perSession.values()],
      [0, 1, 2, 3].map((at) => Math.ceil((made - at) / 4)),
    );
  });

  test(`${transport}: an HTTP/2 server receives the method, path, headers, host and body of a request`, async () => {
    const received: unknown[] = [];
    const server = await startServer((stream, number, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push([
          headers[':method'],
          headers[':path'],
          headers[':authority'],
          headers['x-a'],
          headers['content-length'],
        ]);
        received.push(Buffer.concat(chunks).toString());
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
    const summary = await realLoad(spec(server.port, { load: load(1, 1), requests }), VALUES);
    assert.deepEqual([summary.counts.done, summary.counts.unexpected], [1, 0]);
    assert.deepEqual(received, [['POST', '/a?b=c', 'shop.test', '1', '5'], 'hello']);
  });

  test(`${transport}: HTTP/2 finds a text in a body that is coded without being asked`, async () => {
    const server = await startServer((stream) => {
      stream.respond({ ':status': 200, 'content-encoding': 'gzip' });
      stream.end(gzipSync('a needle in the hay'));
    });
    const summaryOf = (bodyContains: string) =>
      realLoad(spec(server.port, { requests: [{ name: 'r', expect: { bodyContains } }] }), VALUES);
    assert.partialDeepStrictEqual((await summaryOf('needle')).counts, { done: 20, unexpected: 0 });
    assert.partialDeepStrictEqual((await summaryOf('thread')).counts, { done: 20, unexpected: 20 });
  });

  test(`${transport}: an HTTP/2 request that times out is reset, and the connection continues`, async () => {
    const codes: number[] = [];
    const server = await startServer((stream, number, headers) => {
      if (number % 4 === 3) stream.on('close', () => codes.push(stream.rstCode));
      else ok(stream, number, headers);
    });
    const summary = await realLoad(spec(server.port, { load: load(1, 17) }), VALUES);
    assert.deepEqual([summary.counts.done, summary.counts.timeout], [13, 4]);
    assert.deepEqual(kindsOf(summary), { TimedOutWaiting: 4 });
    assert.equal(server.sessions.length, 1);
    assert.deepEqual(codes, [8, 8, 8, 8]);
  });

  test(`${transport}: HTTP/2 opens no more concurrent streams than the server allows, and does not write waiting requests`, async () => {
    let now = 0;
    let most = 0;
    const server = await startServer(
      (stream, number, headers) => {
        most = Math.max(most, ++now);
        stream.on('close', () => now--);
        setTimeout(ok, 5, stream, number, headers);
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    const summary = await realLoad(spec(server.port, { load: load(10, 60) }), VALUES);
    assert.deepEqual([summary.counts.done, kindsOf(summary), most], [60, {}, 3]);
  });

  test(`${transport}: requests to an HTTP/2 server that allows no stream fail as TimedOutConnecting`, async () => {
    const server = await startServer(ok, { settings: { maxConcurrentStreams: 0 } });
    const summary = await realLoad(spec(server.port, { load: load(2, 4) }), VALUES);
    assert.deepEqual(kindsOf(summary), { TimedOutConnecting: 4 });
  });

  for (const [what, respond, counts, kinds] of CUT) {
    test(`${transport}: requests to an HTTP/2 server that ${what} are ${Object.keys(kinds)[0] ?? 'done'}`, async () => {
      const server = await startServer(respond);
      const summary = await realLoad(spec(server.port, { load: load(1, 20) }), VALUES);
      assert.deepEqual(kindsOf(summary), kinds, JSON.stringify(summary.errors));
      assert.partialDeepStrictEqual(summary.counts, { generated: 20, made: 20, inFlight: 0, ...counts });
    });
  }

  test(`${transport}: every stream of an HTTP/2 connection that ends is counted as failed`, async () => {
    const waiting: ServerHttp2Stream[] = [];
    const server = await startServer((stream) => {
      waiting.push(stream);
      if (waiting.length === 5) stream.session!.destroy();
    });
    const summary = await realLoad(spec(server.port, { load: load(5, 5) }), VALUES);
    assert.deepEqual(kindsOf(summary), { ConnectionClosed: 5 });
  });

  test(`${transport}: requests to a server without HTTP/2 fail as HTTP2NotOffered`, async () => {
    const server = createHttpsServer(pair, (_, response) => response.end('ok'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    after(() => server.close());
    const { port } = server.address() as { port: number };
    const summary = await realLoad(spec(port, { secure: true }), VALUES);
    assert.deepEqual(kindsOf(summary), { HTTP2NotOffered: 20 });
  });

  test(`${transport}: requests to a server that responds in HTTP/1.1 fail as MalformedResponse`, async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    after(() => server.close());
    const { port } = server.address() as { port: number };
    const summary = await realLoad(spec(port), VALUES);
    assert.deepEqual(kindsOf(summary), { MalformedResponse: 20 });
    if (transport === 'Lean') assert.match(summary.errors[0]!.example, /HTTP\/1.1, as of a server without HTTP\/2/);
  });

  test(`${transport}: HTTP/2 requests without a server fail as ConnectionRefused`, async () => {
    const summary = await realLoad(spec(1), VALUES);
    assert.deepEqual(kindsOf(summary), { ConnectionRefused: 20 });
  });
}

test('a request that node:http2 does not allow fails as RequestInvalid, and the others continue', async () => {
  const server = await startServer(ok, { settings: { maxConcurrentStreams: 1 } });
  const requests = [{ name: 'twice', headers: TWICE }, { name: 'good' }];
  const summary = await realLoad(specFor('NodeHTTP2', server.port, { load: load(4, 20), requests }), VALUES);
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [10, { RequestInvalid: 10 }]);
  assert.match(summary.errors[0]!.example, /user-agent/);
  assert.equal(server.sessions.length, 1);
});

test('a preflight request reports an error about a request that node:http2 does not allow', async () => {
  const { port } = await startServer(ok);
  const test = { namespace: 'n', name: 't', uid: 'u' };
  const addresses = { denied: [] };
  const requests = [{ name: 'r', headers: TWICE }];
  const problem = await requestOnce(
    { spec: specFor('NodeHTTP2', port, { requests }), test, index: 0, replicas: 1, addresses },
    VALUES,
  );
  assert.match(problem!, /^request "r" fails: RequestInvalid: .*user-agent/);
});

for (const name of ['Lean', 'NodeHTTP2'])
  test(`${name} opens connections again after the last slot has closed them`, async () => {
    const { port, sessions } = await startServer(ok);
    const { target, requests } = specFor(name, port, { http: { connections: 3 } });
    const transport = await transportFor(target, new Map(), undefined, { denied: [] });
    const [request] = prepareRequests(target, requests, new Map());
    for (let i = 0; i < 4; i++) {
      const ended = Promise.withResolvers<void>();
      const ignored = () => {};
      const slot = transport.open({
        ...{ waits: ignored, written: ignored, head: ignored, data: ignored, trailers: ignored },
        ...{ end: () => ended.resolve(), failed: ended.reject },
      });
      slot.send(request!);
      await ended.promise;
      slot.close();
    }
    assert.equal(sessions.length, 4);
  });

test('Lean sends a header as often as the spec names it', async () => {
  const received: unknown[] = [];
  const server = await startServer((stream, number, headers) => {
    received.push(headers['x-a']);
    ok(stream, number, headers);
  });
  const requests = [{ name: 'r', headers: ['x-a', 'X-A'].map((name) => ({ name, value: name })) }];
  await realLoad(specFor('Lean', server.port, { requests, load: load(1, 1) }), VALUES);
  assert.deepEqual(received, ['x-a, X-A']);
});
