import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestSchema } from '../../../../api/loadtest/request.ts';
import { rowProblem } from '../../../../model/request/row-problem.ts';

const METHOD = { method: '${data.v}' };
const STATUS = { expect: { status: ['200', '${data.v}'] } };
const URL = { path: '${data.v|raw}' };
const HOST = (value: string) => ({ ...URL, headers: [{ name: 'host', value }] });
const NO_METHOD =
  'must be a method in upper case, such as GET or PROPFIND, of at most 32 characters, but not CONNECT or TRACE';
const OTHER_HOST = (hosts: string) =>
  `must be a URL of ${hosts}, or a path: requests go to the target, so leave the host out or set the header Host`;

const ROWS: [request: object, value: string, fault: string | undefined][] = [
  [METHOD, 'PROPFIND', undefined],
  [METHOD, 'HEAD', undefined],
  [METHOD, 'get', NO_METHOD],
  [METHOD, '', NO_METHOD],
  [METHOD, 'TRACE', NO_METHOD],
  [METHOD, 'G'.repeat(33), NO_METHOD],
  [METHOD, 'G'.repeat(1e5), NO_METHOD],
  [METHOD, 'GET / HTTP/1.1\r\nX: y', NO_METHOD],
  [{ ...METHOD, expect: { bodyContains: 'x' } }, 'GET', undefined],
  [
    { ...METHOD, expect: { bodyContains: 'x' } },
    'HEAD',
    'must have no expect.bodyContains: the response to a HEAD request has no body',
  ],
  [STATUS, '404', undefined],
  [STATUS, '5xx', undefined],
  [STATUS, '', 'must be a status such as "200" or a class such as "2xx"'],
  [STATUS, '200.0', 'must be a status such as "200" or a class such as "2xx"'],
  [STATUS, '000', 'must be a status such as "200" or a class such as "2xx"'],
  [URL, '/a', undefined],
  [URL, '*', undefined],
  [URL, '//double', undefined],
  [URL, 'http://shop:8080/a?b#c', undefined],
  [URL, 'HTTPS://user@SHOP:8080', undefined],
  [URL, 'http://shop/a', OTHER_HOST('shop:8080')],
  [URL, 'https://other.test/a', OTHER_HOST('shop:8080')],
  [URL, 'http://', OTHER_HOST('shop:8080')],
  [URL, 'http://shop:8080@evil.test/', OTHER_HOST('shop:8080')],
  [{ path: '/to?u=${data.v|raw}' }, 'http://other.test/', undefined],
  [HOST('Other.test'), 'https://other.test/a', undefined],
  [HOST('other.test'), 'https://shop:8080/a', undefined],
  [HOST('other.test'), 'https://third.test/a', OTHER_HOST('shop:8080 or other.test')],
  [HOST('${data.host}'), 'https://third.test/a', undefined],
];
for (const [request, value, fault] of ROWS)
  test(`${JSON.stringify(request)} with ${JSON.stringify(value.slice(0, 50))} ${fault ?? 'is accepted'}`, () => {
    const table = {
      columns: ['first', 'v'],
      rows: [
        ['x', ''],
        ['y', value],
      ].slice(1),
    };
    const problem = (secret: boolean) =>
      rowProblem([requestSchema.parse({ name: 'r', ...request })], table, { targetHost: 'shop:8080', secret });
    const text = (shown: string) => (fault === undefined ? fault : `row 1, column "v"${shown} ${fault} (request "r")`);
    assert.equal(problem(false), text(`: ${JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)}`));
    assert.equal(problem(true), text(''));
  });

test('the first row that a request cannot use is named', () => {
  const table = {
    columns: ['m', 's'],
    rows: [
      ['GET', '200'],
      ['POST', '99'],
      ['?', '200'],
    ],
  };
  const request = requestSchema.parse({ name: 'r', method: '${data.m}', expect: { status: ['${data.s}'] } });
  const problem = rowProblem([request], table, { targetHost: 'shop', secret: false });
  assert.match(problem!, /^row 3, column "m": "\?" /);
});
