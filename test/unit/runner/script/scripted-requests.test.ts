import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Check, MakeRequest, TargetResponse } from '../../../../api/loadtest/loadtest-script.d.ts';
import { NO_DATA } from '../../../../model/request/data.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import type { PreparedRequest } from '../../../../runner/request/prepared-request.ts';
import { scopesOf } from '../../../../runner/request/variables.ts';
import type { Finding, Judgement } from '../../../../runner/response/inspection.ts';
import { extractionOf } from '../../../../runner/script/response-check.ts';
import { scriptedRequests } from '../../../../runner/script/scripted-requests.ts';
import { callsHere } from '../../../support/script-link.ts';

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://127.0.0.1:9/api' },
  requests: [{ name: 'a', path: '/a' }],
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
});
const UNCHANGED = (text: string) => text;
const NOTHING_EXTRACTED = new Map<string, string>();
const series = { index: 0, count: 1 };
const scopes = scopesOf({ spec, test: { name: 'x', uid: 'u' }, runner: 0, series, table: NO_DATA, clock: () => 0 });

/** The only request of the spec, with a script. */
function requestOf(
  script: { request?: MakeRequest; check?: Check },
  more: { expect?: object; extract?: object[] } = {},
  http: object = {},
) {
  const { target, requests: specs } = loadTestSpecSchema.parse({
    ...spec,
    target: { ...spec.target, http },
    requests: [{ ...spec.requests[0], ...more }],
    requestOrder: 'Sequential',
    data: { from: { configMapKeyRef: { name: 'rows', key: 'rows' } }, format: 'CSV' },
  });
  const requests = prepareRequests(target, specs, new Map(), { columns: [], sequential: false });
  const test = { run: 'x', target: spec.target.url, env: {} };
  const parts = { test, requests, scopes, columns: [] };
  const exported = { request: script.request !== undefined, check: script.check !== undefined };
  const { calls } = callsHere(script);
  const upcoming = { take: () => [], passes: () => true };
  const options = {
    exported,
    calls,
    upcoming,
    nowUs: () => 0,
    sequential: true,
    redact: UNCHANGED,
    hosts: ['127.0.0.*'],
  };
  return scriptedRequests(parts, { ...options, extractions: specs.map(extractionOf) }).requests[0]!;
}

/** What a callback receives, in a later turn of the event loop. */
const later = <T>(begin: (done: (value: T) => void) => void) => new Promise<T>(begin);

const judgementOf = (finding: Finding) =>
  'later' in finding ? later<Judgement>(finding.later) : Promise.resolve(finding);

const requests: [what: string, request: () => unknown, problem: RegExp][] = [
  ['a promise', async () => Promise.reject(new Error()), /^request must be synchronous, but returned a promise/],
  ['an unknown name', () => ({ name: 'x' }), /^request: the spec has no request "x"$/],
  ['text', () => 'GET /', /^request must return an object or undefined$/],
  ['a method in lower case', () => ({ method: 'get' }), /^request: method must be a method in upper case, /],
  ['the method CONNECT', () => ({ method: 'CONNECT' }), /^request: method must be .*, but not CONNECT or TRACE$/],
  ['a path with spaces', () => ({ path: '/a b' }), /^request: path must begin with/],
  ['a header on two lines', () => ({ headers: { a: 'x\r\nb: y' } }), /^request: header a must be/],
  [
    'a content-length',
    () => ({ headers: { 'Content-Length': '9' } }),
    /^request: header Content-Length is set by the runner$/,
  ],
  [
    'a Host that the operator does not allow',
    () => ({ headers: { hOSt: 'admin.other.svc:80' } }),
    /^request: header Host: host admin[.]other[.]svc is not allowed by the operator$/,
  ],
  ['a HEAD with a body', () => ({ method: 'HEAD', body: 'x' }), /^request: a HEAD request must not have a body$/],
  [
    'a body that cannot be JSON',
    () => ({ method: 'POST', body: () => {} }),
    /^request: body must be text, bytes or JSON$/,
  ],
  [
    'thrown text',
    () => {
      throw 'up';
    },
    /^threw up instead of an Error$/,
  ],
];
for (const [what, request, problem] of requests)
  test(`request: ${what} fails the request with a ScriptError`, async () => {
    const { makeLater } = requestOf({ request: request as MakeRequest });
    const { failure } = await later<PreparedRequest>((made) => makeLater!(0, NOTHING_EXTRACTED, made));
    assert.equal(failure?.kind, 'ScriptError');
    assert.match(failure.example, problem);
  });

const checks: [what: string, check: (response: TargetResponse) => unknown, problem: RegExp][] = [
  ['invalid JSON', ({ body }) => JSON.parse(`${body}x`), /SyntaxError: /],
  ['a response that is not JSON', ({ json }) => json(), /SyntaxError: /],
  ['a promise', async () => Promise.reject(new Error()), /^check must be synchronous, but returned a promise/],
  ['nothing', () => {}, /^check must return true, false or a text/],
  ['a number', () => 1, /^check must return true, false or a text/],
];
for (const [what, check, problem] of checks)
  test(`check: ${what} fails the request with a ScriptError`, async () => {
    const { inspection } = requestOf({ check: check as Check });
    const response = { status: 200, headers: {}, body: Buffer.from('{"a":'), arrival: 0 };
    const finding = await judgementOf(inspection!.inspect(response, new Map()));
    assert.ok('failure' in finding);
    assert.equal(finding.failure.kind, 'ScriptError');
    assert.match(finding.failure.example, problem);
  });

test('maxBodyBytes of expect applies to extract, even with a check', async () => {
  const extract = [{ name: 'end', regex: 'x(.)$' }];
  const body = gzipSync(`${'x'.repeat(2 * 1024 * 1024)}y`);
  const response = { status: 200, headers: { 'content-encoding': 'gzip' }, body, arrival: 0 };
  const take = async (expect: object) => {
    const session = new Map<string, string>();
    const { inspection } = requestOf({ check: () => true }, { extract, expect });
    const finding = await judgementOf(inspection!.inspect(response, session));
    return 'failure' in finding ? finding.failure.kind : session.get('end');
  };
  assert.equal(await take({ maxBodyBytes: 3 * 1024 * 1024 }), 'y');
  assert.equal(await take({ maxBodyBytes: 2 * 1024 * 1024 }), 'BodyTooLarge');
});

test('a check judges every status, of a request with variables too', () => {
  const extract = [{ name: 'a', header: 'a' }];
  for (const expect of [{ status: ['200'] }, { status: ['${data.status}'] }]) {
    const { expectsStatus, render } = requestOf({ check: () => true }, { expect, extract });
    const message = render?.(scopes(0, 0, NOTHING_EXTRACTED));
    assert.deepEqual([expectsStatus(500), message?.expectsStatus(500) ?? true], [true, true]);
  }
});

test('a check judges a redirect that is not followed', () => {
  const http = { maxRedirects: 1 };
  assert.equal(requestOf({ check: () => true }, {}, http).redirects?.required, false);
  assert.equal(requestOf({}, {}, http).redirects?.required, true);
});
