/** A response of a target. A repeated header has a list of values. */
export type TargetResponse = {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: readonly (string | Buffer)[];
};

/** Cases of `expect`: a response and the expected mismatch, or null. They apply to every transport, including scripted ones. */
export const EXPECTATIONS: [what: string, expect: object, response: TargetResponse, wrong: string | null][] = [
  ['a header with the expected value', { headers: [{ name: 'X-A', value: 'b' }] }, { headers: { 'x-a': 'b' } }, null],
  [
    'a header with another value',
    { headers: [{ name: 'X-A', value: 'b' }] },
    { headers: { 'x-a': 'bb' } },
    'header x-a is bb, not b',
  ],
  ['no expected header', { headers: [{ name: 'X-A', matches: '.*' }] }, {}, 'header x-a is missing'],
  [
    'a header that matches its pattern',
    { headers: [{ name: 'Content-Type', matches: '^text/' }] },
    { headers: { 'content-type': 'text/css' } },
    null,
  ],
  [
    'a header that does not match its pattern',
    { headers: [{ name: 'Content-Type', matches: '^text/' }] },
    { headers: { 'content-type': 'image/png' } },
    'header content-type is image/png and does not match /^text//',
  ],
  [
    'a header with several other values',
    { headers: [{ name: 'X-A', value: 'b' }] },
    { headers: { 'x-a': ['c', 'd'] } },
    'header x-a is c, d, not b',
  ],
  ['a body that matches its pattern across chunks', { bodyMatches: 'o+k[0-9]$' }, { body: ['so', 'ok7'] }, null],
  [
    'a body that does not match its pattern',
    { bodyMatches: '^ok' },
    { body: ['not ok'] },
    'the body does not match /^ok/',
  ],
  ['the expected JSON string', { json: [{ pointer: '/a/0', value: 'x' }] }, { body: ['{"a":["x"]}'] }, null],
  ['the expected JSON number', { json: [{ pointer: '/n', value: '3' }] }, { body: ['{"n":3}'] }, null],
  ['another JSON value', { json: [{ pointer: '/n', value: '3' }] }, { body: ['{"n":4}'] }, 'json /n is 4, not 3'],
  ['no expected JSON value', { json: [{ pointer: '/n', value: '' }] }, { body: ['{}'] }, 'nothing at /n'],
  ['a body that is not JSON', { json: [{ pointer: '', value: 'x' }] }, { body: ['x'] }, 'the body is not JSON'],
  [
    'everything that is expected',
    { status: ['201'], bodyContains: 'x', bodyMatches: 'y' },
    { status: 201, body: ['xy'] },
    null,
  ],
  [
    'everything but the expected status',
    { status: ['201'], bodyMatches: 'y' },
    { body: ['xy'] },
    'the status is not 201',
  ],
  [
    'everything but the expected text',
    { bodyContains: 'z', bodyMatches: 'y' },
    { body: ['xy'] },
    'the body does not contain "z"',
  ],
  [
    'none of several expected statuses',
    { status: ['201', '3xx'] },
    { status: 204 },
    'the status is not one of 201, 3xx',
  ],
  ['an error status, by default,', {}, { status: 503 }, 'the status is not below 400'],
];
