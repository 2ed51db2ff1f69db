import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { microseconds } from '../../../../api/common/duration.ts';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { processClock } from '../../../../runner/engine/clock.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { eventLoopFigures } from '../../../../runner/process/event-loop.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import type { Destination } from '../../../../runner/transport/connect/destination.ts';
import { http1Transport } from '../../../../runner/transport/http1/transport.ts';
import { destinationOf } from '../../../../runner/transport/select.ts';
import type { Transport } from '../../../../runner/transport/transport.ts';
import { undiciTransport } from '../../../../runner/transport/undici/undici-transport.ts';
import { freezeSnapshot } from '../../../support/freeze-snapshot.ts';
import { countingServer } from '../../../support/target/counting.ts';

const STRIPE = { index: 0, count: 1 };
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Starts a server on loopback that calls `misbehave` for every request; returns its URL. */
async function startServer(
  misbehave: (socket: Socket, number: number) => void,
  onBytes: (bytes: Buffer) => void = () => {},
): Promise<string> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      onBytes(bytes);
      misbehave(socket, requests++);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Sends twenty requests of two users over the network. */
async function load(transport: (destination: Destination) => Transport, url: string, fields: object = {}) {
  const spec = loadTestSpecSchema.parse({
    target: { url, timeout: '300ms' },
    load: { type: 'Closed', closed: { users: 2, iterations: 20 } },
    ...fields,
  });
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, { runner: STRIPE, worker: STRIPE }),
    requests: prepareRequests(spec.target, spec.requests, new Map()),
    timeoutUs: microseconds(spec.target.timeout),
    transport: transport(destinationOf(spec.target, new Map())),
    timing: processClock(performance.now()),
    loop: eventLoopFigures(),
  });
  await new Promise<void>((over) => engine.run(over));
  return summarise(spec, [freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }))]);
}

type Row = [what: string, misbehave: (socket: Socket, number: number) => void, counts: object, kinds: string[]];
const ROWS: Row[] = [
  ['ordinary responses', (s) => s.write(OK), { done: 20 }, []],
  [
    'a response in single bytes',
    (s) => {
      for (const c of OK) s.write(c);
    },
    { done: 20 },
    [],
  ],
  [
    'chunked responses',
    (s) => s.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
    { done: 20 },
    [],
  ],
  ['no content', (s) => s.write('HTTP/1.1 204 No Content\r\n\r\n'), { done: 20 }, []],
  ['an informational response', (s) => s.write(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`), { done: 20 }, []],
  ['a close after each response', (s) => s.end(OK.replace('\r\n', '\r\nconnection: close\r\n')), { done: 20 }, []],
  ['a body that ends with the connection', (s) => s.end('HTTP/1.0 200 OK\r\n\r\nok'), { done: 20 }, []],
  ['error statuses', (s) => s.write(OK.replace('200 OK', '500 Oops')), { done: 20, unexpected: 20 }, []],
  ['a reset instead of a response', (s) => s.resetAndDestroy(), { failed: 20 }, ['ConnectionReset']],
  ['a close instead of a response', (s) => s.destroy(), { failed: 20 }, ['ConnectionClosed']],
  [
    'a close in the middle of a body',
    (s) => s.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nok'),
    { failed: 20 },
    ['ConnectionClosed'],
  ],
  ['garbage', (s) => s.write('SMTP is not HTTP\r\n\r\n'), { failed: 20 }, ['MalformedResponse']],
  ['no response', () => {}, { timeout: 20 }, ['TimedOutWaiting']],
  [
    'a head without a body',
    (s) => s.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'),
    { timeout: 20 },
    ['TimedOutWaiting'],
  ],
  [
    'a reset for every fourth request',
    (s, n) => {
      if (n % 4 === 3) s.resetAndDestroy();
      else s.write(OK);
    },
    { done: 15, failed: 5 },
    ['ConnectionReset'],
  ],
];
const TRANSPORTS = { undici: undiciTransport, http1: http1Transport };
for (const [name, transport] of Object.entries(TRANSPORTS)) {
  for (const [what, misbehave, counts, kinds] of ROWS) {
    test(`${name} counts ${what} as ${kinds[0] ?? 'done'}`, async () => {
      const summary = await load(transport, await startServer(misbehave));
      assert.deepEqual(summary.counts, { ...noCounts(), generated: 20, made: 20, ...counts });
      assert.deepEqual(
        summary.errors.map((e) => e.kind),
        kinds,
      );
    });
  }

  test(`${name} finds a text in a body that is coded without being asked`, async () => {
    const body = gzipSync('a needle in the hay');
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`;
    const url = await startServer((socket) => socket.write(Buffer.concat([Buffer.from(head), body])));
    const summaryOf = (bodyContains: string) =>
      load(transport, url, { requests: [{ name: 'r', expect: { bodyContains } }] });
    assert.partialDeepStrictEqual((await summaryOf('needle')).counts, { done: 20, unexpected: 0 });
    assert.partialDeepStrictEqual((await summaryOf('thread')).counts, { done: 20, unexpected: 20 });
  });

  test(`${name} opens a connection per request without keep-alive, and sends connection: close`, async () => {
    const connections = new Set<Socket>();
    const heads: string[] = [];
    const url = await startServer(
      (socket) => {
        connections.add(socket);
        socket.write(OK);
      },
      (bytes) => heads.push(bytes.toString()),
    );
    const summary = await load(transport, url, { target: { url, timeout: '300ms', http: { keepAlive: false } } });
    assert.equal(summary.counts.done, 20);
    assert.equal(connections.size, 20);
    for (const head of heads) assert.match(head, /\r\nconnection: close\r\n/i);
  });

  test(`${name} does not reuse a connection close to the server's keep-alive timeout`, async () => {
    const connections = new Set<Socket>();
    const url = await startServer((socket) => {
      connections.add(socket);
      socket.write(OK.replace('\r\n', '\r\nkeep-alive: timeout=1\r\n'));
    });
    const load3 = { load: { type: 'Closed', closed: { users: 1, iterations: 3, thinkTime: '600ms' } } };
    const summary = await load(transport, url, load3);
    assert.deepEqual([summary.counts.done, connections.size], [3, 3]);
  });

  test(`${name} records the first and last time of an error`, async () => {
    const url = await startServer((socket, number) => {
      if (number === 1 || number === 3) socket.resetAndDestroy();
      else socket.write(OK);
    });
    const load5 = { load: { type: 'Closed', closed: { users: 1, iterations: 5, thinkTime: '50ms' } } };
    const { errors, elapsedMs } = await load(transport, url, load5);
    const [{ kind, count, firstMs, lastMs }] = errors as [(typeof errors)[number]];
    assert.deepEqual([kind, count, errors.length], ['ConnectionReset', 2, 1]);
    assert.ok(firstMs! >= 49 && lastMs! >= firstMs! + 98 && lastMs! <= elapsedMs, `${firstMs} to ${lastMs}`);
  });

  test(`${name} counts a refused connection as ConnectionRefused`, async () => {
    const free = new URL(await startServer(() => {}));
    free.port = '1';
    const summary = await load(transport, free.href);
    assert.equal(summary.counts.failed, 20);
    assert.deepEqual(
      summary.errors.map((e) => e.kind),
      ['ConnectionRefused'],
    );
  });

  test(`${name} counts an unresolved name as a DNS error`, async () => {
    const summary = await load(transport, 'http://does-not-exist.invalid');
    assert.equal(summary.counts.failed, 20);
    assert.ok(['DNSNotFound', 'DNSUnavailable'].includes(summary.errors[0]!.kind), summary.errors[0]!.kind);
  });

  test(`${name} ignores a response after the timeout, also for the next request`, async () => {
    const url = await startServer((socket, number) => {
      if (number === 0) setTimeout(() => socket.write(OK.replace('200', '418')), 350);
      else socket.write(OK);
    });
    const load3 = { load: { type: 'Closed', closed: { users: 1, iterations: 3, thinkTime: '100ms' } } };
    const summary = await load(transport, url, load3);
    assert.deepEqual([summary.counts.timeout, summary.counts.done], [1, 2]);
    assert.deepEqual(summary.responses, [{ code: '200', count: 2 }]);
  });
}

const LAST = OK.replace('\r\n', '\r\nconnection: close\r\n');
for (const [what, response, keepAlive] of [
  ['as requested', OK, false],
  ['as requested and announced', LAST, false],
  ['as announced on a keep-alive connection', LAST, true],
] as const) {
  test(`a server that closes after its response, ${what}, closes first`, async () => {
    const firsts: string[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let closing = false;
      socket.on('error', () => {});
      socket.on('end', () => {
        firsts.push(closing ? 'server' : 'runner');
        socket.end();
      });
      socket.on('data', () => {
        socket.write(response);
        setTimeout(() => {
          closing = true;
          socket.end();
        }, 20);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const summary = await load(http1Transport, url, {
      target: { url, http: { keepAlive } },
      load: { type: 'Closed', closed: { users: 1, iterations: 3, thinkTime: '100ms' } },
    });
    assert.equal(summary.counts.done, 3);
    assert.deepEqual(firsts.slice(0, 2), ['server', 'server']);
  });
}

test('connections that the server leaves open do not accumulate', async () => {
  const counting = await countingServer({ response: LAST });
  after(counting.close);
  const url = `http://127.0.0.1:${counting.port}`;
  const users = 100;
  const summary = await load(http1Transport, url, {
    target: { url, timeout: '10000ms' },
    load: { type: 'Closed', closed: { users, iterations: 40 * users } },
  });
  assert.equal(summary.counts.done, 40 * users);
  const { most } = await counting.connections();
  // Connections in use, as many in destruction, and those that the server may close first.
  assert.ok(most <= 4 * users + 256, `${most} connections at once`);
});

test('Lean says that a server closes idle connections unannounced', async () => {
  for (const [end, kind] of [
    ['end', 'ConnectionClosed'],
    ['resetAndDestroy', 'ConnectionReset'],
  ] as const) {
    const url = await startServer((socket, number) => {
      if (number % 2 === 0) socket.write(OK);
      else socket[end]();
    });
    const summary = await load(http1Transport, url, { load: { type: 'Closed', closed: { users: 1, iterations: 4 } } });
    const [error] = summary.errors;
    assert.deepEqual([summary.counts.done, error?.kind, error?.count], [2, kind, 2]);
    assert.match(error!.example, /gave up an idle one unannounced.*target\.http\.keepAlive: false/);
  }
});

test('Lean writes the names of its own headers like curl and Go, as some servers compare their letters', async () => {
  const heads: string[] = [];
  const url = await startServer(
    (socket) => socket.write(OK),
    (bytes) => heads.push(bytes.toString()),
  );
  const body = { type: 'JSON', json: { a: 1 } };
  const headers = [{ name: 'x-lower', value: '1' }];
  await load(http1Transport, url, { requests: [{ name: 'r', method: 'POST', headers, body }] });
  const names = heads[0]!
    .split('\r\n\r\n')[0]!
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(':')[0]!);
  assert.deepEqual(names.sort(), ['Accept', 'Content-Length', 'Content-Type', 'Host', 'User-Agent', 'x-lower']);
});
