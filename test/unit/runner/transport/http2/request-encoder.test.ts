import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HpackDecoder } from '../../../../../runner/transport/http2/hpack/decoder.ts';
import { RequestEncoder } from '../../../../../runner/transport/http2/request-encoder.ts';
import type { OutgoingRequest } from '../../../../../runner/transport/message.ts';

const URL_ = new URL('https://shop.test:8443/');
const requestOf = (fields: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  ...{ method: 'GET', path: '/', headers: [], body: null, fixed: false, wantsHeaders: false },
  ...fields,
});

/** The fields of a request as lines. */
function linesOf(encoder: RequestEncoder, request: OutgoingRequest): string[] {
  const { bytes, length } = encoder.encode(request);
  const lines: string[] = [];
  const problem = new HpackDecoder().decode(bytes, 0, length, {
    field: ({ name, value }) => lines.push(`${name}: ${value}`),
  });
  assert.equal(problem, '');
  return lines;
}

const pseudo = (method: string, path: string, authority = 'shop.test:8443') => [
  `:method: ${method}`,
  ':scheme: https',
  `:authority: ${authority}`,
  `:path: ${path}`,
];

const ROWS: [what: string, fields: Partial<OutgoingRequest>, lines: string[]][] = [
  ['no headers', {}, pseudo('GET', '/')],
  [
    'names in lower case, in their order',
    { headers: ['X-B', '1', 'a', '2'] },
    [...pseudo('GET', '/'), 'x-b: 1', 'a: 2'],
  ],
  ['a Host header as the authority', { headers: ['Host', 'other'] }, pseudo('GET', '/', 'other')],
  ['a header twice', { headers: ['Accept', '1', 'accept', '2'] }, [...pseudo('GET', '/'), 'accept: 1', 'accept: 2']],
  [
    'the length of a body',
    { method: 'POST', path: '/a?b=%20', body: Buffer.from('four') },
    [...pseudo('POST', '/a?b=%20'), 'content-length: 4'],
  ],
  [
    'the length of an empty body',
    { method: 'PUT', body: Buffer.alloc(0) },
    [...pseudo('PUT', '/'), 'content-length: 0'],
  ],
  [
    'a value of 8 KiB',
    { headers: ['cookie', '~'.repeat(8192)] },
    [...pseudo('GET', '/'), `cookie: ${'~'.repeat(8192)}`],
  ],
  ['bytes above 127', { headers: ['x', '\xe9\xff'] }, [...pseudo('GET', '/'), 'x: \xe9\xff']],
];
for (const [what, fields, lines] of ROWS) {
  test(`a header block has ${what}, alone and after others`, () => {
    const encoder = new RequestEncoder(URL_);
    assert.deepEqual(linesOf(encoder, requestOf(fields)), lines);
    for (const [, others] of ROWS) linesOf(encoder, requestOf(others));
    for (let times = 0; times < 3; times++) assert.deepEqual(linesOf(encoder, requestOf(fields)), lines);
    assert.deepEqual(linesOf(encoder, requestOf({ ...fields, fixed: true })), lines);
  });
}

test('a fixed request is encoded once', () => {
  const encoder = new RequestEncoder(URL_);
  const request = requestOf({ fixed: true });
  const block = encoder.encode(request);
  encoder.encode(requestOf({ path: '/other' }));
  assert.equal(encoder.encode(request), block);
});

test('of a header that changes, each request has its own value', () => {
  const encoder = new RequestEncoder(URL_);
  for (const value of ['a', 'a', 'a', 'b', 'a', 'a', 'b', 'b', 'b', 'c']) {
    assert.deepEqual(linesOf(encoder, requestOf({ path: `/${value}`, headers: ['x', value] })), [
      ...pseudo('GET', `/${value}`),
      `x: ${value}`,
    ]);
  }
});
