import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, describe, it } from 'node:test';
import { framed } from '../../../../../runner/protocol/grpc/message/messages.ts';
import { until } from '../../../../cluster/system/wait.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';

const OK = 0;
const NOT_FOUND = 5;
const UNAVAILABLE = 14;

const tick = (n: number) => framed([Buffer.from([8, n])], false);
const begin = (stream: ServerHttp2Stream, status = OK) => {
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }));
};

/** How the server answers a call of each method. */
const METHODS: Record<string, (stream: ServerHttp2Stream) => void> = {
  Get: (stream) => {
    begin(stream);
    stream.end(tick(1));
  },
  /** A message each 20 ms, without an end. */
  Watch: (stream) => {
    begin(stream);
    let sent = 0;
    const timer = setInterval(() => stream.write(tick(++sent)), 20);
    stream.on('close', () => clearInterval(timer));
  },
  /** Large messages, as fast as they are read. */
  Flood: (stream) => {
    begin(stream);
    const message = framed([Buffer.alloc(100_000)], false);
    const write = () => {
      while (!stream.closed && stream.write(message)) {}
    };
    stream.on('drain', write);
    write();
  },
  /** No head before the first message, which never comes. */
  Silent: () => {},
  Mute: (stream) => begin(stream),
  OneAndAHalf: (stream) => {
    begin(stream);
    stream.write(Buffer.concat([tick(1), tick(2).subarray(0, 6)]));
  },
  TwoAndTooLarge: (stream) => {
    begin(stream);
    stream.write(Buffer.concat([tick(1), tick(2), Buffer.from([0, 0x40, 0, 0, 0, 1])]));
  },
  Two: (stream) => {
    begin(stream);
    stream.end(Buffer.concat([tick(1), tick(2)]));
  },
  TwoUnavailable: (stream) => {
    begin(stream, UNAVAILABLE);
    stream.end(Buffer.concat([tick(1), tick(2)]));
  },
  /** The messages and the status together. */
  TenNotFound: (stream) => {
    begin(stream, NOT_FOUND);
    stream.end(Buffer.concat(Array.from({ length: 10 }, (_, n) => tick(n + 1))));
  },
};

const rpcs = Object.keys(METHODS).map(
  (name) => `rpc ${name}(Ask) returns (${name === 'Get' ? 'Tick' : 'stream Tick'});`,
);
const VALUES = new Map([
  [
    'ConfigMap/protos/ticks.proto',
    Buffer.from(`syntax = "proto3"; message Ask {} message Tick { int32 n = 1; } service Ticks { ${rpcs.join('\n')} }`),
  ],
]);

/** The codes with which the streams of calls were closed. */
let closed: number[] = [];
const sessions = new Set<ServerHttp2Session>();
const server = createServer();
server.on('session', (session) => sessions.add(session));
server.on('stream', (stream: ServerHttp2Stream, headers) => {
  stream.resume();
  stream.on('error', () => {});
  stream.on('close', () => closed.push(stream.rstCode));
  METHODS[headers[':path']!.slice('/Ticks/'.length)]!(stream);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => {
  for (const session of sessions) session.destroy();
  server.close();
});

type Call = { method: string; expect?: object };
type Given = { transport?: string; timeout?: string; users?: number; iterations?: number };

async function load(calls: Call[], { transport = 'Lean', timeout = '9000ms', users = 1, iterations = 1 }: Given = {}) {
  const spec = realSpec({
    target: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeout,
      http: { version: 'HTTP2', transport },
      grpc: { schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'protos', key: 'ticks.proto' } }] } },
    },
    requests: calls.map(({ method, expect = {} }) => ({ name: method, grpc: { service: 'Ticks', method }, expect })),
    load: { type: 'Closed', closed: { users, iterations } },
  });
  const summary = await realLoad(spec, VALUES);
  return {
    ...summary,
    call: summary.requests[0]!,
    codes: Object.fromEntries(summary.responses.map(({ code, count }) => [code, count])),
    reasons: summary.unexpected.map(({ reason }) => reason),
  };
}

for (const transport of ['Lean', 'NodeHTTP2'])
  describe(`a stream of gRPC that never ends, over ${transport},`, () => {
    beforeEach(() => {
      closed = [];
      sessions.clear();
    });

    it('is complete after its third message, and cancelled', async () => {
      const { counts, call, codes } = await load([{ method: 'Watch', expect: { events: 3 } }], {
        transport,
        iterations: 3,
      });
      assert.deepEqual([counts.done, counts.unexpected, codes], [3, 0, { 0: 3 }]);
      assert.deepEqual([call.messages, call.events!.received], [9, 9]);
      assert.deepEqual([call.events!.first.count, call.events!.between.count], [3, 6]);
      assert.ok(call.firstByte.min! <= call.events!.first.min!, 'a message begins before it is complete');
      assert.ok(call.responseTime.min! >= call.events!.first.min!, 'the first message comes before the end');
      await until('the ends of the streams', () => closed.length >= 3 || undefined, {
        timeoutMs: 5000,
        intervalMs: 10,
      });
      assert.deepEqual(closed, Array(3).fill(constants.NGHTTP2_CANCEL));
      assert.equal(sessions.size, 1);
    });

    it('leaves its connection to other calls, with messages that nobody reads', async () => {
      const calls = [{ method: 'Flood', expect: { events: 2 } }, { method: 'Get' }];
      const { counts, call, errors } = await load(calls, { transport, users: 3, iterations: 200 });
      assert.deepEqual([counts.done, counts.unexpected, errors], [200, 0, []]);
      assert.deepEqual([call.messages, call.events!.received], [2 * call.counts.done, 2 * call.counts.done]);
      assert.equal(sessions.size, 1);
    });

    it('is complete after its time, with any number of messages', async () => {
      const { counts, call, codes } = await load([{ method: 'Watch', expect: { eventsFor: '1500ms' } }], { transport });
      assert.deepEqual([counts.done, counts.unexpected, codes, call.events!.first.count], [1, 0, { 0: 1 }, 1]);
      assert.ok(call.serviceTime.max! >= 1_499_000);
    });

    for (const method of ['Mute', 'Silent'])
      it(`is complete after its time, also without a message${method === 'Mute' ? '' : ' and a head'}`, async () => {
        const { counts, call, codes } = await load([{ method, expect: { eventsFor: '50ms' } }], { transport });
        assert.deepEqual([counts.done, counts.unexpected, codes, call.events], [1, 0, { 0: 1 }, undefined]);
      });
  });

const EXPECTED: [sentence: string, method: string, expect: object, messages: number][] = [
  ['has no status, whichever is expected', 'Watch', { events: 1, grpcStatus: ['NOT_FOUND'] }, 1],
  ['has the messages that are wanted, and no further ones', 'TenNotFound', { events: 3, bodyMatches: '^.{25}$' }, 3],
  ['has no status that comes with the last message', 'TenNotFound', { events: 10 }, 10],
  [
    'is read without a message that is incomplete when its time is up',
    'OneAndAHalf',
    { eventsFor: '1500ms', bodyMatches: '^.{9}$' },
    1,
  ],
  ['may have a message that is too large after the wanted ones', 'TwoAndTooLarge', { events: 2 }, 2],
  ['is read without such a message', 'TwoAndTooLarge', { events: 2, bodyMatches: '^.{17}$' }, 2],
  ['may end by itself with the last message', 'Two', { events: 2 }, 2],
];
describe('a stream of gRPC that is complete before its end', () => {
  for (const [sentence, method, expect, messages] of EXPECTED)
    it(sentence, async () => {
      const { counts, codes, call, reasons } = await load([{ method, expect }]);
      assert.deepEqual([reasons, counts.done, counts.unexpected, codes], [[], 1, 0, { 0: 1 }]);
      assert.deepEqual([call.messages, call.events!.received], [messages, messages]);
    });
});

const UNEXPECTED: [sentence: string, method: string, expect: object, reason: string][] = [
  ['ends with fewer messages', 'Two', { events: 3 }, '2 messages instead of 3'],
  ['ends before its time', 'Two', { eventsFor: '5s' }, 'the stream ended by itself after 2 messages'],
  ['has too few messages in its time', 'Mute', { events: 1, eventsFor: '50ms' }, '0 messages instead of 1'],
  ['ends with a status that is not expected', 'TwoUnavailable', { events: 3 }, 'UNAVAILABLE (14)'],
  [
    'ends with fewer messages and an expected status',
    'TwoUnavailable',
    { events: 3, grpcStatus: ['UNAVAILABLE'] },
    '2 messages instead of 3',
  ],
];
describe('a stream of gRPC is unexpected that', () => {
  for (const [sentence, method, expect, reason] of UNEXPECTED)
    it(sentence, async () => {
      const { counts, reasons } = await load([{ method, expect }]);
      assert.deepEqual([counts.done, counts.unexpected, reasons], [1, 1, [reason]]);
    });
});

it('a stream of gRPC without its messages runs into the timeout', async () => {
  const summary = await load([{ method: 'Silent', expect: { events: 1 } }], { timeout: '200ms' });
  assert.deepEqual(kindsOf(summary), { TimedOutWaiting: 1 });
});
