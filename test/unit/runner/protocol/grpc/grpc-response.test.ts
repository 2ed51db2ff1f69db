import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { GrpcResponse } from '../../../../../runner/protocol/grpc/grpc-response.ts';
import { framed } from '../../../../../runner/protocol/grpc/message/messages.ts';
import { prepareCalls } from '../../../../../runner/protocol/grpc/prepare.ts';
import { TEST_SERVICE } from '../../../../support/grpc/js-server.ts';

const HEAD = { 'content-type': ['application/grpc'] };
const OK = { 'grpc-status': ['0'] };
const LIMIT = 100;

const { target, requests } = loadTestSpecSchema.parse({
  target: {
    url: 'http://127.0.0.1:1',
    http: { version: 'HTTP2' },
    grpc: {
      schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'p', key: 'p.proto' } }] },
      maxMessageBytes: LIMIT,
    },
  },
  requests: [
    { name: 'unary', grpc: { service: 'grpc.testing.TestService', method: 'UnaryCall' } },
    { name: 'stream', grpc: { service: 'grpc.testing.TestService', method: 'StreamingOutputCall' } },
    {
      name: 'read',
      grpc: { service: 'grpc.testing.TestService', method: 'UnaryCall' },
      expect: { json: [{ pointer: '/username', value: 'Ann' }] },
    },
    {
      name: 'read-stream',
      grpc: { service: 'grpc.testing.TestService', method: 'StreamingOutputCall' },
      expect: { bodyContains: 'payload' },
    },
  ],
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
});
const prepared = new Map(
  (await prepareCalls(target, requests, new Map([['ConfigMap/p/p.proto', Buffer.from(TEST_SERVICE)]]))).map((r) => [
    r.name,
    r,
  ]),
);

/** SimpleResponse with a username. */
const ANN = Buffer.from('\x12\x03Ann');
const inGzip = (headers: object) => ({ ...headers, 'grpc-encoding': ['gzip'] });

type Parts = { head?: [number, Record<string, string[]>]; data?: Buffer[]; trailers?: Record<string, string[]> };

function received(name: string, { head = [200, HEAD], data = [], trailers }: Parts): GrpcResponse {
  const response = new GrpcResponse();
  response.expect(prepared.get(name)!, prepared.get(name)!);
  response.head(...head);
  for (const chunk of data) if (response.data(chunk)) break;
  if (trailers !== undefined) response.trailers(trailers);
  return response;
}

const failures: [what: string, name: string, parts: Parts, kind: string, example: RegExp][] = [
  [
    'a page of HTML',
    'unary',
    { head: [502, { 'content-type': ['text/html'] }] },
    'NotGRPC',
    /status 502 with content-type text\/html/,
  ],
  [
    'JSON with status 200',
    'unary',
    { head: [200, { 'content-type': ['application/json'] }] },
    'NotGRPC',
    /application\/json/,
  ],
  ['grpc-web', 'unary', { head: [200, { 'content-type': ['application/grpc-web'] }] }, 'NotGRPC', /grpc-web/],
  ['a response without a status', 'unary', { data: [framed([ANN], false)] }, 'MalformedResponse', /no grpc-status/],
  [
    'a status that is text',
    'unary',
    { data: [framed([ANN], false)], trailers: { 'grpc-status': ['OK'] } },
    'MalformedResponse',
    /no grpc-status/,
  ],
  [
    'a message that is cut off',
    'unary',
    { data: [framed([ANN], false).subarray(0, 8)], trailers: OK },
    'MalformedResponse',
    /incomplete/,
  ],
  ['a prefix that is cut off', 'unary', { data: [Buffer.alloc(3)], trailers: OK }, 'MalformedResponse', /incomplete/],
  ['no message for a unary call', 'unary', { trailers: OK }, 'MalformedResponse', /with 0 messages/],
  [
    'two messages for a unary call',
    'unary',
    { data: [framed([ANN], false), framed([ANN], false)], trailers: OK },
    'MalformedResponse',
    /with 2 messages/,
  ],
  ['unknown flags', 'unary', { data: [Buffer.from([2, 0, 0, 0, 0])], trailers: OK }, 'MalformedResponse', /flags/],
  [
    'compression that was not announced',
    'unary',
    { data: [framed([ANN], true)], trailers: OK },
    'MalformedResponse',
    /without grpc-encoding gzip/,
  ],
  [
    'a message above the limit',
    'unary',
    { data: [framed([Buffer.alloc(LIMIT + 1)], false)], trailers: OK },
    'MessageTooLarge',
    /more than 100 bytes/,
  ],
  [
    'a message that nothing reads, above the limit when it is decompressed',
    'unary',
    { head: [200, inGzip(HEAD)], data: [framed([Buffer.alloc(LIMIT + 1)], true)], trailers: OK },
    'MessageTooLarge',
    /^a message of more than 100 bytes when it is decompressed$/,
  ],
  [
    'such a message in single bytes, after one within the limit',
    'stream',
    {
      head: [200, inGzip(HEAD)],
      data: [framed([ANN], true), ...[...framed([Buffer.alloc(20_000)], true)].map((byte) => Buffer.from([byte]))],
    },
    'MessageTooLarge',
    /when it is decompressed$/,
  ],
  [
    'messages that are to be read, above the limit together',
    'read-stream',
    { data: [framed([Buffer.alloc(60)], false), framed([Buffer.alloc(60)], false)] },
    'MessageTooLarge',
    /^messages of more than 100 bytes together, which the expectations read$/,
  ],
  [
    'a length of 4 GiB',
    'unary',
    { data: [Buffer.from([0, 255, 255, 255, 255])] },
    'MessageTooLarge',
    /more than 100 bytes/,
  ],
  [
    'bytes that are no message',
    'read',
    { data: [framed([Buffer.from([255, 255])], false)], trailers: OK },
    'MalformedResponse',
    /invalid/,
  ],
  [
    'bytes that are not gzip',
    'read',
    { head: [200, inGzip(HEAD)], data: [Buffer.from([1, 0, 0, 0, 1, 7])], trailers: OK },
    'MalformedResponse',
    /invalid/,
  ],
  [
    'a bomb',
    'read',
    { head: [200, inGzip(HEAD)], data: [framed([Buffer.alloc(1e6)], true)], trailers: OK },
    'MessageTooLarge',
    /100/,
  ],
  [
    'a stream that is too large to read',
    'read-stream',
    { data: [framed([Buffer.alloc(60)], false), framed([Buffer.alloc(60)], false)], trailers: OK },
    'MessageTooLarge',
    /100/,
  ],
];

const complete: [what: string, name: string, parts: Parts, status: number, body: string][] = [
  ['one message', 'unary', { data: [framed([ANN], false)], trailers: OK }, 0, ''],
  ['an empty message', 'unary', { data: [framed([Buffer.alloc(0)], false)], trailers: OK }, 0, ''],
  [
    'a message in single bytes',
    'read',
    { data: [...framed([ANN], false)].map((byte) => Buffer.from([byte])), trailers: OK },
    0,
    '{"username":"Ann"}',
  ],
  [
    'a compressed message',
    'read',
    { head: [200, inGzip(HEAD)], data: [framed([ANN], true)], trailers: OK },
    0,
    '{"username":"Ann"}',
  ],
  [
    'messages that nothing reads, each within the limit',
    'stream',
    {
      head: [200, inGzip(HEAD)],
      data: [framed([Buffer.alloc(LIMIT)], true), framed([ANN], false), Buffer.from([1, 0, 0, 0, 0])],
      trailers: OK,
    },
    0,
    '',
  ],
  [
    'an uncompressed message of an encoded response',
    'read',
    { head: [200, inGzip(HEAD)], data: [framed([ANN], false)], trailers: OK },
    0,
    '{"username":"Ann"}',
  ],
  ['a status in the head', 'unary', { head: [200, { ...HEAD, 'grpc-status': ['5'] }] }, 5, ''],
  ['a status in the head of an error of HTTP', 'unary', { head: [503, { 'grpc-status': ['14'] }] }, 14, ''],
  ['a status that gRPC does not define', 'unary', { trailers: { 'grpc-status': ['99'] } }, 2, ''],
  ['an error after a message', 'unary', { data: [framed([ANN], false)], trailers: { 'grpc-status': ['13'] } }, 13, ''],
  ['a stream without a message', 'stream', { trailers: OK }, 0, ''],
  [
    'a stream with two messages in a chunk',
    'read-stream',
    { data: [Buffer.concat([framed([Buffer.from('\n\0')], false), framed([Buffer.alloc(0)], false)])], trailers: OK },
    0,
    '[{"payload":{}},{}]',
  ],
];

describe('a response of gRPC', () => {
  for (const [what, name, parts, kind, example] of failures)
    it(`fails with ${what}`, () => {
      const { failure } = received(name, parts);
      assert.equal(failure?.kind, kind);
      assert.match(failure!.example, example);
    });

  for (const [what, name, parts, status, body] of complete)
    it(`is complete with ${what}`, () => {
      const response = received(name, parts);
      assert.equal(response.failure, undefined);
      assert.deepEqual([response.status, response.body.toString()], [status, body]);
    });

  it('gives the reason in the words of the server, decoded', () => {
    const reasonFor = (message: string) =>
      received('unary', { trailers: { 'grpc-status': ['14'], 'grpc-message': [message] } }).reason;
    assert.equal(reasonFor('try %C3%BCbermorgen, 100%25'), 'UNAVAILABLE (14): try übermorgen, 100%');
    assert.equal(reasonFor('100% wrong %zz'), 'UNAVAILABLE (14): 100% wrong %zz');
    assert.equal(reasonFor(''), 'UNAVAILABLE (14)');
    assert.ok(String(reasonFor('x'.repeat(100_000))).length < 4096);
  });

  it('can be received by the same object as the one before', () => {
    const response = received('read', { data: [gzipSync('x')] });
    assert.notEqual(response.failure, undefined);
    const call = prepared.get('read')!;
    response.expect(call, call);
    response.head(200, HEAD);
    response.data(framed([ANN], false));
    response.trailers(OK);
    assert.deepEqual([response.failure, response.body.toString()], [undefined, '{"username":"Ann"}']);
  });
});
