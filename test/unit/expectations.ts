/** What a target answers: headers by name, of a name that comes several times all values. */
export type Answer = {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: readonly (string | Buffer)[];
};

/** What `expect` says, of an answer, and whether that is as expected: for every transport, a scripted one included. */
export const EXPECTATIONS: [what: string, expect: object, answer: Answer, expected: boolean][] = [
  ['a header by its value', { headers: [{ name: 'X-A', value: 'b' }] }, { headers: { 'x-a': 'b' } }, true],
  ['a header with another value', { headers: [{ name: 'X-A', value: 'b' }] }, { headers: { 'x-a': 'bb' } }, false],
  ['a header that is not there', { headers: [{ name: 'X-A', matches: '.*' }] }, {}, false],
  [
    'a header by a pattern',
    { headers: [{ name: 'Content-Type', matches: '^text/' }] },
    { headers: { 'content-type': 'text/css' } },
    true,
  ],
  ['a body by a pattern over chunks', { bodyMatches: 'o+k[0-9]$' }, { body: ['so', 'ok7'] }, true],
  ['a body against its pattern', { bodyMatches: '^ok' }, { body: ['not ok'] }, false],
  ['JSON text', { json: [{ pointer: '/a/0', value: 'x' }] }, { body: ['{"a":["x"]}'] }, true],
  ['a JSON number', { json: [{ pointer: '/n', value: '3' }] }, { body: ['{"n":3}'] }, true],
  ['another JSON value', { json: [{ pointer: '/n', value: '3' }] }, { body: ['{"n":4}'] }, false],
  ['a JSON value that is not there', { json: [{ pointer: '/n', value: '' }] }, { body: ['{}'] }, false],
  ['a body that is no JSON', { json: [{ pointer: '', value: 'x' }] }, { body: ['x'] }, false],
  ['all of it', { status: ['201'], bodyContains: 'x', bodyMatches: 'y' }, { status: 201, body: ['xy'] }, true],
  ['all of it but the status', { status: ['201'], bodyMatches: 'y' }, { body: ['xy'] }, false],
  ['all of it but the text', { bodyContains: 'z', bodyMatches: 'y' }, { body: ['xy'] }, false],
];
