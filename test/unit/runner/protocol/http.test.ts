import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestSchema } from '../../../../api/loadtest/request.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { ResponseBuffer } from '../../../../runner/response/response-buffer.ts';

type Row = [
  title: string,
  spec: { request?: object; target?: object },
  response: { status: number; headers?: Record<string, string>; body?: string },
  finding: string,
];

const FOLLOWS = { http: { maxRedirects: 1 } };
const REDIRECT = { status: 302, headers: { location: 'http://elsewhere/' } };

const ROWS: Row[] = [
  ['a status below 400 is expected by default', {}, { status: 399 }, 'expected'],
  ['a status of 400 is not expected by default', {}, { status: 400 }, 'unexpected'],
  ['a status in the spec is expected', { request: { expect: { status: ['4xx'] } } }, { status: 404 }, 'expected'],
  ['a redirect is an ordinary response by default', {}, REDIRECT, 'expected'],
  [
    'a redirect to follow that leaves the target is unexpected',
    { target: FOLLOWS },
    REDIRECT,
    'unexpected: a redirect to http://elsewhere/, which is not followed',
  ],
  [
    'a redirect with an expected status is expected',
    { target: FOLLOWS, request: { expect: { status: ['302'] } } },
    REDIRECT,
    'expected',
  ],
  [
    'a body without the expected text is unexpected',
    { request: { expect: { bodyContains: 'ok' } } },
    { status: 200, body: 'no' },
    'unexpected',
  ],
  [
    'a body is not inspected after an unexpected status',
    { request: { expect: { bodyMatches: 'ok' } } },
    { status: 500, body: 'no' },
    'unexpected',
  ],
  [
    'an inspection covers the whole body',
    { request: { expect: { bodyMatches: 'ok' } } },
    { status: 200, body: 'no' },
    'unexpected: the body does not match /ok/',
  ],
  [
    'a body that does not decode is a failure',
    { request: { expect: { bodyMatches: 'ok' } } },
    { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'no' },
    'failure: MalformedResponse',
  ],
];

for (const [title, { request, target }, { status, headers = {}, body = '' }, finding] of ROWS)
  test(title, () => {
    const spec = requestSchema.parse({ name: 'r', ...request });
    const [prepared] = http.prepare(
      { url: 'http://shop/', ...target } as Parameters<typeof http.prepare>[0],
      [spec],
      new Map(),
    );
    const response = new ResponseBuffer();
    response.expect(prepared!, prepared!, 0);
    response.head(status, headers, 0);
    response.data(Buffer.from(body));
    const found = http.judge(prepared!, response, 0, undefined);
    assert.equal(describe(found), finding);
  });

function describe(finding: ReturnType<typeof http.judge>): string {
  if ('later' in finding) return 'later';
  if ('failure' in finding) return `failure: ${finding.failure.kind}`;
  const { expected, reason } = finding;
  const text = typeof reason === 'function' ? reason((value) => value) : reason;
  return `${expected ? 'expected' : 'unexpected'}${text === undefined ? '' : `: ${text}`}`;
}

test('extracted values are added to the session of the iteration', () => {
  const spec = requestSchema.parse({ name: 'r', extract: [{ name: 'id', jsonPointer: '/id' }] });
  const [prepared] = http.prepare({ url: 'http://shop/' }, [spec], new Map());
  const response = new ResponseBuffer();
  response.expect(prepared!, prepared!, 0);
  response.head(200, {}, 0);
  response.data(Buffer.from('{"id":7}'));
  const session = new Map<string, string>();
  http.judge(prepared!, response, 0, session);
  assert.deepEqual([...session], [['id', '7']]);
});
