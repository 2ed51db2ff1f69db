import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Summary } from '../../../model/measure/summary.ts';
import { shares, startWorkers } from '../../../runner/workers/worker-pool.ts';
import { until } from '../../cluster/system/wait.ts';
import { jsServer, TEST_SERVICE } from '../../support/grpc/js-server.ts';
import { kindsOf, realLoad, realSpec } from '../../support/real-load.ts';
import { freePorts } from '../running.ts';
import { goServer, pythonServer } from './servers.ts';

const VALUES = new Map([['ConfigMap/protos/test-service.proto', Buffer.from(TEST_SERVICE)]]);
const PROTO = {
  schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'protos', key: 'test-service.proto' } }] },
};
const REFLECTION = {};
const SERVICE = 'grpc.testing.TestService';
const MIB = 1024 * 1024;

type Call = { name?: string; method: string; expect?: object; [field: string]: unknown };
type Given = { grpc?: object; transport?: string; timeout?: string; load?: object };

function load(port: number, calls: Call[], given: Given = {}): Promise<Summary> {
  const { grpc = PROTO, transport = 'Lean', timeout = '20000ms', load: shape } = given;
  const spec = realSpec({
    target: { url: `http://127.0.0.1:${port}`, timeout, http: { version: 'HTTP2', transport }, grpc },
    requests: calls.map(({ name = 'call', method, expect, ...call }) => ({
      name,
      grpc: { service: SERVICE, method, ...call },
      ...(expect && { expect }),
    })),
    load: shape ?? { type: 'Closed', closed: { users: 3, iterations: 10 * calls.length } },
  });
  return realLoad(spec, VALUES);
}

const codesOf = ({ responses }: Summary) => Object.fromEntries(responses.map(({ code, count }) => [code, count]));
const base64 = (size: number) => Buffer.alloc(size).toString('base64');

/** A stream that would go on for 10 s. */
const WATCH: Call = {
  name: 'watch',
  method: 'StreamingOutputCall',
  message: { responseParameters: Array(500).fill({ size: 10, intervalUs: 20_000 }) },
  expect: { events: 3 },
};

/** Every code, each as the expected one of a request. */
const ALL_CODES: Call[] = Array.from({ length: 17 }, (_, code) => ({
  name: `code-${code}`,
  method: 'UnaryCall',
  message: { responseStatus: { code, message: `status ${code} %ü` } },
  expect: { grpcStatus: [String(code)] },
}));

/** Calls of each kind whose responses are as expected. */
const GOOD_CALLS: Call[] = [
  { name: 'empty', method: 'EmptyCall' },
  {
    name: 'metadata',
    method: 'UnaryCall',
    metadata: [
      { name: 'x-grpc-test-echo-initial', value: 'a, b' },
      { name: 'x-grpc-test-echo-trailing-bin', value: 'AQL/' },
    ],
    expect: {
      headers: [
        { name: 'x-grpc-test-echo-initial', value: 'a, b' },
        { name: 'x-grpc-test-echo-trailing-bin', matches: '^AQL/' },
      ],
    },
  },
  {
    name: 'gzip',
    method: 'UnaryCall',
    message: { responseSize: 5000 },
    encoding: 'Gzip',
    // 5,000 bytes in base64; an expected value has at most 1,024 characters.
    expect: { bodyMatches: '"A{6000}' },
  },
  {
    name: 'server-stream',
    method: 'StreamingOutputCall',
    message: { responseParameters: [{ size: 3 }, { size: 70_000 }, { size: 6, intervalUs: 2000 }] },
    expect: { json: [{ pointer: '/2/payload/body', value: base64(6) }] },
  },
  {
    name: 'client-stream',
    method: 'StreamingInputCall',
    messages: [{ payload: { body: base64(7) } }, {}, { payload: { body: base64(100_000) } }],
    expect: { json: [{ pointer: '/aggregatedPayloadSize', value: '100007' }] },
  },
  {
    name: 'both-streams',
    method: 'FullDuplexCall',
    messages: [{ responseParameters: [{ size: 1 }, { size: 2 }] }, { responseParameters: [{ size: 3 }] }],
    expect: { json: [{ pointer: '/2/payload/body', value: base64(3) }] },
  },
];

describe('gRPC against servers that others wrote', () => {
  const ports: Record<string, number> = {};
  const closers: (() => unknown)[] = [];
  before(async () => {
    const [reflecting, plain] = await freePorts(2);
    const python = await pythonServer();
    closers.push(python.close);
    const js = await jsServer();
    closers.push(js.close);
    for (const [kind, port] of [
      ['reflection', reflecting!],
      ['plain', plain!],
    ] as const)
      closers.push((await goServer(kind, port)).close);
    Object.assign(ports, {
      'grpc-go': reflecting,
      'grpc-go without reflection': plain,
      'grpc-js': js.port,
      grpcio: python.port,
    });
  });
  after(() => Promise.all(closers.map((close) => close())));

  for (const server of ['grpc-go', 'grpc-js', 'grpcio']) {
    for (const transport of ['Lean', 'NodeHTTP2']) {
      it(`receives every status of ${server} over ${transport}`, async () => {
        const result = await load(ports[server]!, ALL_CODES, { transport });
        assert.deepEqual(kindsOf(result), {});
        assert.deepEqual(codesOf(result), Object.fromEntries(ALL_CODES.map((_, code) => [code, 10])));
        assert.equal(result.counts.unexpected, 0, JSON.stringify(result.unexpected));
      });

      it(`makes calls of each kind to ${server} over ${transport}`, async () => {
        const result = await load(ports[server]!, GOOD_CALLS, { transport });
        assert.deepEqual(kindsOf(result), {});
        assert.deepEqual(codesOf(result), { 0: 60 }, JSON.stringify(result.unexpected));
        assert.equal(result.counts.unexpected, 0, JSON.stringify(result.unexpected));
      });
    }

    it(`ends a stream of ${server} that would go on for 10 s, while other calls go on`, async () => {
      const result = await load(ports[server]!, [WATCH, { method: 'EmptyCall' }]);
      assert.deepEqual([kindsOf(result), codesOf(result)], [{}, { 0: 20 }]);
      assert.equal(result.counts.unexpected, 0, JSON.stringify(result.unexpected));
      const { counts, messages, events } = result.requests[0]!;
      assert.deepEqual([messages, events!.received], [3 * counts.done, 3 * counts.done]);
    });

    it(`receives messages of 4 MiB from ${server}, and none that are larger`, async () => {
      const message = (responseSize: number) => [{ method: 'UnaryCall', message: { responseSize } }];
      const few = { load: { type: 'Closed', closed: { users: 1, iterations: 2 } } };
      assert.deepEqual(codesOf(await load(ports[server]!, message(4 * MIB - 100), few)), { 0: 2 });
      // grpcio compresses: what is read has its whole length only where it is decompressed.
      const read = [{ ...message(4 * MIB + 1)[0]!, expect: { bodyContains: 'A' } }];
      assert.deepEqual(kindsOf(await load(ports[server]!, read, few)), { MessageTooLarge: 2 });
    });

    it(`sends ${server} the deadline, and does not wait for longer`, async () => {
      const slow = {
        method: 'StreamingOutputCall',
        message: { responseParameters: [{ size: 1, intervalUs: 10_000_000 }] },
      };
      const result = await load(ports[server]!, [slow], {
        timeout: '300ms',
        load: { type: 'Closed', closed: { users: 2, iterations: 4 } },
      });
      const { done, timeout, failed, unexpected } = result.counts;
      assert.deepEqual([done + timeout + failed, unexpected], [4, done]);
      // grpc-go resets the stream of a call whose deadline has passed.
      assert.ok(Object.keys(kindsOf(result)).every((kind) => ['TimedOutWaiting', 'StreamReset'].includes(kind)));
      assert.ok(
        Object.keys(codesOf(result)).every((code) => code === '4'),
        JSON.stringify(codesOf(result)),
      );
    });
  }

  it('knows a service by the reflection of its server', async () => {
    const result = await load(ports['grpc-go']!, GOOD_CALLS, { grpc: REFLECTION });
    assert.deepEqual([kindsOf(result), codesOf(result)], [{}, { 0: 60 }]);
    assert.equal(result.counts.unexpected, 0, JSON.stringify(result.unexpected));
  });

  it('gives the words of a server, and the reason where it has no reflection', async () => {
    const [call] = ALL_CODES.slice(14, 15);
    const result = await load(ports['grpc-go']!, [{ ...call!, expect: {} }]);
    assert.equal(result.unexpected[0]?.reason, 'UNAVAILABLE (14): status 14 %ü');
    await assert.rejects(
      load(ports['grpc-go without reflection']!, GOOD_CALLS, { grpc: REFLECTION }),
      /target.grpc.schema: the server has no reflection/,
    );
    const unknown = realSpec({
      target: { url: `http://127.0.0.1:${ports['grpc-go']}`, http: { version: 'HTTP2' }, grpc: REFLECTION },
      requests: [{ name: 'a', grpc: { service: 'a.B', method: 'C' } }],
    });
    await assert.rejects(
      realLoad(unknown, VALUES),
      /target.grpc.schema: the server's reflection has no service "a.B"; it has .*grpc.testing.TestService/,
    );
  });

  it('asks a server once for all threads of a runner', async () => {
    const [port, countsPort] = await freePorts(2);
    closers.push((await goServer('reflection', port!, countsPort)).close);
    const spec = realSpec({
      target: { url: `http://127.0.0.1:${port}`, timeout: '20000ms', http: { version: 'HTTP2' }, grpc: REFLECTION },
      requests: [{ name: 'a', grpc: { service: SERVICE, method: 'EmptyCall' } }],
      load: { type: 'Closed', closed: { users: 3, iterations: 30 } },
    });
    const test = { namespace: 'n', name: 't', uid: 'u' };
    const pool = await startWorkers(
      shares({ test, spec, index: 0, replicas: 1, addresses: { denied: [] } }, 3),
      VALUES,
    );
    pool.start(Date.now());
    await pool.done;
    await pool.close();
    assert.deepEqual(await (await fetch(`http://127.0.0.1:${countsPort}`)).json(), {
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': 1,
      [`/${SERVICE}/EmptyCall`]: 30,
    });
  });

  it('cancels the streams that it ends', async () => {
    const [port, countsPort] = await freePorts(2);
    closers.push((await goServer('plain', port!, countsPort)).close);
    for (const transport of ['Lean', 'NodeHTTP2']) await load(port!, [WATCH], { transport });
    const counts = async () => (await fetch(`http://127.0.0.1:${countsPort}`)).json();
    const expected = { [`/${SERVICE}/StreamingOutputCall`]: 20, [`/${SERVICE}/StreamingOutputCall cancelled`]: 20 };
    const counted = async () => {
      assert.deepEqual(await counts(), expected);
      return true;
    };
    await until("the server's count of cancelled streams", counted, { timeoutMs: 5000, intervalMs: 50 });
  });

  it('goes on when a server restarts', async () => {
    const [port] = await freePorts(1);
    let server = await goServer('plain', port!);
    const running = load(port!, [{ method: 'EmptyCall' }], {
      load: { type: 'Open', open: { stages: [{ duration: '3s', rate: 100 }], startRate: 100 } },
    });
    await new Promise((done) => setTimeout(done, 1000));
    await server.close();
    server = await goServer('plain', port!);
    closers.push(server.close);
    const result = await running;
    const { 0: ok = 0 } = codesOf(result);
    assert.ok(ok >= 50, `${ok} calls succeeded`);
    assert.equal(ok + result.counts.failed + result.counts.unexpected, 300, JSON.stringify(result.counts));
  });
});
