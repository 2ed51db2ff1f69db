import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Check, MakeRequest, TargetResponse } from '../../../../api/loadtest/loadtest-script.d.ts';
import { NO_DATA } from '../../../../model/request/data.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { scopesOf } from '../../../../runner/request/variables.ts';
import { extractionOf } from '../../../../runner/script/checking.ts';
import type { Script } from '../../../../runner/script/load.ts';
import { scripted } from '../../../../runner/script/scripted.ts';

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://127.0.0.1:9/api' },
  requests: [{ name: 'a', path: '/a' }],
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
});
const AS_IT_IS = Object.assign((text: string) => text, { reach: 0 });
const NOTHING_EXTRACTED = new Map<string, string>();
const scopes = scopesOf({ spec, test: { name: 'x', uid: 'u' }, runner: 0, table: NO_DATA, clock: () => 0 });

/** The one request of the spec as a script has it. */
function requestOf(script: Script, more: { expect?: object; extract?: object[] } = {}, http: object = {}) {
  const { target, requests: specs } = loadTestSpecSchema.parse({
    ...spec,
    target: { ...spec.target, http },
    requests: [{ ...spec.requests[0], ...more }],
    requestOrder: 'Sequential',
  });
  const requests = prepareRequests(target, specs, new Map(), { columns: [], sequential: false });
  const test = { run: 'x', target: spec.target.url, env: {} };
  const parts = { test, requests, scopes, runner: 0, worker: 0, data: null, columns: [] };
  return scripted(parts, { script, extractions: specs.map(extractionOf), journeys: false, redact: AS_IT_IS })
    .requests[0]!;
}

const requests: [what: string, request: () => unknown, problem: RegExp][] = [
  ['a promise', async () => Promise.reject(new Error()), /^request must answer at once and not be async/],
  ['a request of no name', () => ({ name: 'x' }), /^request: the spec has no request "x"$/],
  ['text', () => 'GET /', /^request must answer with an object$/],
  ['a method in lower case', () => ({ method: 'get' }), /^request: method must be a method in upper case, /],
  ['a tunnel', () => ({ method: 'CONNECT' }), /^request: method must be .*, and no CONNECT and no TRACE$/],
  ['a path with spaces', () => ({ path: '/a b' }), /^request: path must begin with/],
  ['a header on two lines', () => ({ headers: { a: 'x\r\nb: y' } }), /^request: the header a must be/],
  ['a length of its own', () => ({ headers: { 'Content-Length': '9' } }), /the runner's to set$/],
  ['a body of a HEAD', () => ({ method: 'HEAD', body: 'x' }), /^request: a HEAD has no body$/],
  ['a body that is no JSON', () => ({ method: 'POST', body: () => {} }), /^request: body must be text, bytes or JSON$/],
  [
    'text that is thrown',
    () => {
      throw 'up';
    },
    /^threw up instead of an Error$/,
  ],
];
for (const [what, request, problem] of requests)
  test(`request: ${what} is a ScriptError in the place of the request`, () => {
    const { render } = requestOf({ request: request as MakeRequest });
    const { failure } = render!(scopes(0, 0, NOTHING_EXTRACTED));
    assert.equal(failure?.kind, 'ScriptError');
    assert.match(failure.example, problem);
  });

const checks: [what: string, check: (response: TargetResponse) => unknown, problem: RegExp][] = [
  ['JSON that is none', ({ body }) => JSON.parse(`${body}x`), /SyntaxError: /],
  ['JSON that the answer is not', ({ json }) => json(), /SyntaxError: /],
  ['a promise', async () => Promise.reject(new Error()), /^check must answer at once and not be async/],
  ['no answer', () => {}, /^check must answer with true, with false or with a text/],
  ['a number', () => 1, /^check must answer with true, with false or with a text/],
];
for (const [what, check, problem] of checks)
  test(`check: ${what} is a ScriptError in the place of a verdict`, () => {
    const { inspection } = requestOf({ check: check as Check });
    const response = { status: 200, headers: {}, body: Buffer.from('{"a":'), arrival: 0 };
    const found = inspection!.inspect(response, new Map());
    assert.ok('failure' in found);
    assert.equal(found.failure.kind, 'ScriptError');
    assert.match(found.failure.example, problem);
  });

test('what is taken out of an answer may be as large as expect says, also when a check judges it', () => {
  const extract = [{ name: 'end', regex: 'x(.)$' }];
  const body = gzipSync(`${'x'.repeat(2 * 1024 * 1024)}y`);
  const response = { status: 200, headers: { 'content-encoding': 'gzip' }, body, arrival: 0 };
  const take = (expect: object) => {
    const session = new Map<string, string>();
    const found = requestOf({ check: () => true }, { extract, expect }).inspection!.inspect(response, session);
    return 'failure' in found ? found.failure.kind : session.get('end');
  };
  assert.equal(take({ maxBodyBytes: 3 * 1024 * 1024 }), 'y');
  assert.equal(take({ maxBodyBytes: 2 * 1024 * 1024 }), 'BodyTooLarge');
});

test('a redirect that is not followed is judged by the check, where there is one', () => {
  const http = { maxRedirects: 1 };
  assert.equal(requestOf({ check: () => true }, {}, http).redirects?.required, false);
  assert.equal(requestOf({}, {}, http).redirects?.required, true);
});
