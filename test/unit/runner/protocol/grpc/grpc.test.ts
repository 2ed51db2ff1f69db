import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Summary } from '../../../../../model/measure/summary.ts';
import { jsServer, TEST_SERVICE } from '../../../../support/grpc/js-server.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';

const VALUES = new Map([
  ['ConfigMap/protos/test-service.proto', Buffer.from(TEST_SERVICE)],
  ['Secret/login/token', Buffer.from('s3cret')],
]);
const GRPC = { schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'protos', key: 'test-service.proto' } }] } };

type Call = { method: string; expect?: object; [field: string]: unknown };
type Case = { what: string; call: Call; codes: Record<string, number>; unexpected?: number; reason?: string };

const BODY = Buffer.from('hello').toString('base64');
const sizes = (...list: number[]) => list.map((size) => ({ size }));

const CASES: Case[] = [
  {
    what: 'a unary call',
    call: {
      method: 'UnaryCall',
      message: { payload: { body: BODY } },
      expect: { json: [{ pointer: '/payload/body', value: BODY }] },
    },
    codes: { 0: 20 },
  },
  {
    what: 'a status that is not OK',
    call: { method: 'UnaryCall', message: { responseStatus: { code: 14, message: 'gone fishing, zurück ${index}' } } },
    codes: { 14: 20 },
    unexpected: 20,
    reason: 'UNAVAILABLE (14): gone fishing, zurück 0',
  },
  {
    what: 'an expected status',
    call: { method: 'UnaryCall', message: { responseStatus: { code: 5 } }, expect: { grpcStatus: ['NOT_FOUND', '6'] } },
    codes: { 5: 20 },
  },
  {
    what: 'another status than the expected one',
    call: { method: 'EmptyCall', expect: { grpcStatus: ['ABORTED'] } },
    codes: { 0: 20 },
    unexpected: 20,
    reason: 'OK (0), not ABORTED (10): OK',
  },
  {
    what: 'a method without an implementation',
    call: { method: 'UnimplementedCall' },
    codes: { 12: 20 },
    unexpected: 20,
  },
  {
    what: 'the messages of a server',
    call: {
      method: 'StreamingOutputCall',
      message: { responseParameters: sizes(1, 2, 3) },
      expect: { json: [{ pointer: '/2/payload/body', value: 'AAAA' }] },
    },
    codes: { 0: 20 },
  },
  {
    what: 'an error after some messages of a server',
    call: {
      method: 'StreamingOutputCall',
      message: { responseParameters: sizes(1, 2), responseStatus: { code: 13, message: 'half' } },
    },
    codes: { 13: 20 },
    unexpected: 20,
    reason: 'INTERNAL (13): half',
  },
  {
    what: 'the messages of a client, compressed',
    call: {
      method: 'StreamingInputCall',
      messages: [{ payload: { body: BODY } }, { payload: { body: BODY } }],
      encoding: 'Gzip',
      expect: { json: [{ pointer: '/aggregatedPayloadSize', value: '10' }] },
    },
    codes: { 0: 20 },
  },
  {
    what: 'messages in both directions',
    call: {
      method: 'FullDuplexCall',
      messages: [{ responseParameters: sizes(1) }, { responseParameters: sizes(2, 3) }],
      expect: { json: [{ pointer: '/2/payload/body', value: 'AAAA' }] },
    },
    codes: { 0: 20 },
  },
  {
    what: 'metadata in both directions',
    call: {
      method: 'UnaryCall',
      metadata: [
        { name: 'x-grpc-test-echo-initial', value: 'run ${run}' },
        { name: 'x-grpc-test-echo-trailing-bin', value: 'AQI=' },
      ],
      expect: {
        headers: [
          { name: 'x-grpc-test-echo-initial', value: 'run t' },
          { name: 'x-grpc-test-echo-trailing-bin', matches: '^AQI=?$' },
        ],
        json: [{ pointer: '/username', value: 'Bearer s3cret' }],
      },
    },
    codes: { 0: 20 },
  },
];

function specOf({ method, expect, ...rest }: Call, port: number, target: object = {}) {
  return realSpec({
    target: {
      url: `http://127.0.0.1:${port}`,
      timeout: '5000ms',
      http: { version: 'HTTP2' },
      grpc: GRPC,
      auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 'login', key: 'token' } } },
      ...target,
    },
    requests: [
      { name: 'call', grpc: { service: 'grpc.testing.TestService', method, ...rest }, ...(expect && { expect }) },
    ],
  });
}

const codesOf = ({ responses }: Summary) => Object.fromEntries(responses.map(({ code, count }) => [code, count]));

describe('gRPC against grpc-js', () => {
  let server: Awaited<ReturnType<typeof jsServer>>;
  before(async () => {
    server = await jsServer();
  });
  after(() => server.close());

  for (const transport of ['Lean', 'NodeHTTP2'])
    for (const { what, call, codes, unexpected = 0, reason } of CASES)
      it(`receives ${what} over ${transport}`, async () => {
        const result = await realLoad(specOf(call, server.port, { http: { version: 'HTTP2', transport } }), VALUES);
        assert.deepEqual(kindsOf(result), {});
        assert.deepEqual(codesOf(result), codes);
        assert.equal(result.counts.unexpected, unexpected, JSON.stringify(result.unexpected));
        if (reason !== undefined) assert.equal(result.unexpected[0]?.reason, reason);
      });

  it('counts the messages of a stream, and the time until the first of them', async () => {
    const message = { responseParameters: [{ size: 1, intervalUs: 60_000 }, { size: 1 }, { size: 1 }] };
    const { requests, ...spec } = specOf({ method: 'StreamingOutputCall', message }, server.port);
    const [stream] = requests;
    const half = { ...stream!, grpc: { ...stream!.grpc!, message: { responseParameters: [{ size: 1 }] } } };
    const result = await realLoad({ ...spec, requests: [stream!, { ...half, name: 'half' }] }, VALUES);
    const [all, some] = result.requests;
    assert.deepEqual([all!.messages, some!.messages], [3 * all!.counts.done, some!.counts.done]);
    assert.equal(result.messages, all!.messages + some!.messages);
    // The head of the response comes at once.
    assert.ok(all!.firstByte.min! >= 50_000, `the first message after ${all!.firstByte.min} µs`);
  });

  it('ends a call whose message is above the limit', async () => {
    const call = { method: 'UnaryCall', message: { responseSize: 2000 } };
    const result = await realLoad(specOf(call, server.port, { grpc: { ...GRPC, maxMessageBytes: 1000 } }), VALUES);
    assert.deepEqual(kindsOf(result), { MessageTooLarge: 20 });
  });

  it('sends no call that its variables make invalid, and counts it as an error', async () => {
    const before = server.calls();
    const result = await realLoad(
      specOf({ method: 'UnaryCall', message: { responseSize: '${run}' } }, server.port),
      VALUES,
    );
    assert.deepEqual(kindsOf(result), { RequestInvalid: 20 });
    assert.equal(server.calls(), before);
  });
});
