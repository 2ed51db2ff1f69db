import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { WHOLE } from '../../../../model/load/engine-position.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { NO_DATA } from '../../../../model/request/data.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { redirected } from '../../../../runner/request/redirect.ts';
import { redactor } from '../../../../runner/response/redact.ts';
import { UnexpectedExamples } from '../../../../runner/response/unexpected-examples.ts';
import { freezeSnapshot } from '../../../support/freeze-snapshot.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';
import { type Script, scriptedTransport, VirtualTime } from '../../../support/virtual-time.ts';

const MS = 1000;
const TARGET = 'http://target:8080/api';

function prepared(request: object) {
  const spec = realSpec({ target: { url: TARGET, http: { maxRedirects: 5 } }, requests: [{ name: 'r', ...request }] });
  return prepareRequests(spec.target, spec.requests, new Map())[0]!;
}
const GET = { path: '/a/b?c=d' };
const POST = { method: 'POST', path: '/a', body: { type: 'JSON', json: 1 } };
const HOST = { path: '/a', headers: [{ name: 'Host', value: 'shop.test' }] };

const ROWS: [
  what: string,
  request: object,
  status: number,
  location: string | undefined,
  becomes: string | undefined,
][] = [
  ['a path', GET, 302, '/x', 'GET /x'],
  ['a path relative to that of the request', GET, 302, 'x?y#z', 'GET /api/a/x?y'],
  ['a query', GET, 302, '?e', 'GET /api/a/b?e'],
  ['a complete URL', GET, 301, 'http://target:8080/x', 'GET /x'],
  ['a URL without a scheme', GET, 301, '//target:8080/x', 'GET /x'],
  ['the host of the Host header', HOST, 302, 'http://shop.test/x', 'GET /x'],
  ['the target instead of the host of the Host header', HOST, 302, 'http://target:8080/x', 'GET /x'],
  ['a path with an unencoded space', GET, 302, '/x y', 'GET /x%20y'],
  ['a path, after a POST and with 301', POST, 301, '/x', 'GET /x'],
  ['a path, after a POST and with 302', POST, 302, '/x', 'GET /x'],
  ['a path, after a POST and with 303', POST, 303, '/x', 'GET /x'],
  ['a path, after a POST and with 307', POST, 307, '/x', 'POST /x 1'],
  ['a path, after a POST and with 308', POST, 308, '/x', 'POST /x 1'],
  ['a path, after a HEAD and with 303', { ...GET, method: 'HEAD' }, 303, '/x', 'HEAD /x'],
  ['a path, after a HEAD and with 307', { ...GET, method: 'HEAD' }, 307, '/x', 'HEAD /x'],
  ['another host', GET, 302, 'http://other:8080/', undefined],
  ['another port', GET, 302, 'http://target/', undefined],
  ['another scheme', GET, 302, 'https://target:8080/', undefined],
  ['no location', GET, 302, undefined, undefined],
  ['an empty location', GET, 302, '', undefined],
  ['an invalid location', GET, 302, 'http://[', undefined],
  [
    'letters in UTF-8, each byte a character',
    GET,
    302,
    '/gr\u00c3\u00bc\u00c3\u009fe?n=\u00c3\u00a4',
    'GET /gr%C3%BC%C3%9Fe?n=%C3%A4',
  ],
  ['letters in UTF-8 behind encoded ones', GET, 302, '/%C3%A9\u00c3\u00a9', 'GET /%C3%A9%C3%A9'],
  ['letters that are decoded', GET, 302, '/\u20ac', 'GET /%E2%82%AC'],
  ['letters in ISO 8859-1', GET, 302, '/\u00e9', 'GET /%C3%A9'],
  ['a host with letters beyond ASCII', GET, 302, 'http://t\u00c3\u00a4rget:8080/', undefined],
  ['a path with a tab', GET, 302, '/x\ty', undefined],
  ['a path with a NUL', GET, 302, '/x\0y', undefined],
  ['a path, with a status that is not a redirect', GET, 304, '/x', undefined],
  ['a path, with status 300', GET, 300, '/x', undefined],
  ['a path, with status 201', GET, 201, '/x', undefined],
];
for (const [what, request, status, location, becomes] of ROWS) {
  test(`a redirect to ${what} ${becomes === undefined ? 'is not followed' : `becomes ${becomes}`}`, () => {
    const next = redirected(prepared(request), status, { location }, new URL(TARGET));
    const { method, path, body } = next?.request ?? {};
    const line = next && [method, path, ...(body ? [body.toString()] : [])].join(' ');
    assert.equal(line, becomes);
    const types = (next?.request.headers ?? []).filter((h) => /^content-/i.test(h));
    assert.deepEqual(types, body ? ['Content-Type'] : []);
  });
}

function run(script: Script, { most = 3, request = {} as object, timeout = '100ms' } = {}) {
  const spec = realSpec({
    target: { url: TARGET, timeout, http: { maxRedirects: most } },
    requests: [{ name: 'r', ...request }],
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
  });
  const timing = new VirtualTime();
  const { transport, sent } = scriptedTransport(timing, script);
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, WHOLE),
    requests: prepareRequests(spec.target, spec.requests, new Map()),
    timeoutUs: Number(/^[0-9]+/.exec(timeout)![0]) * MS,
    transport,
    timing,
    loop: timing,
  });
  engine.run(() => {});
  timing.run();
  return { summary: summarise(spec, [freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }))]), sent };
}
/** Redirects to /1, /2, … and responds after `hops` redirects. Each request takes 5 ms to connect and 10 ms to the response. */
const chain =
  (hops: number, last = 200): Script =>
  (_, n) => ({
    outcome: 'response',
    ...(n < hops ? { status: 302, headers: { location: `/${n + 1}` } } : { status: last }),
    body: ['x'.repeat(n < hops ? 100 : 10)],
    connect: 5 * MS,
    after: 10 * MS,
  });

test('redirects belong to their request: it counts once, and its times cover all hops', () => {
  const { summary, sent } = run(chain(2));
  assert.partialDeepStrictEqual(summary.counts, { generated: 1, made: 1, done: 1, failed: 0, inFlight: 0 });
  assert.deepEqual(
    sent.map(({ at, request }) => [at / MS, request.path]),
    [
      [0, '/api'],
      [15, '/1'],
      [30, '/2'],
    ],
  );
  assert.deepEqual([summary.responseTime.max, summary.serviceTime.max], [45 * MS, 40 * MS].map(near));
  assert.deepEqual([summary.redirects, summary.responses], [2, [{ code: '200', count: 1 }]]);
});
/** The value rounded to the resolution of a histogram. */
const near = (value: number) =>
  run((_) => ({ outcome: 'response', status: 200, after: value })).summary.serviceTime.max;

test('redirects are followed up to maxRedirects; another one fails with its URL', () => {
  assert.deepEqual(kindsOf(run(chain(3)).summary), {});
  const { summary, sent } = run(chain(4));
  assert.deepEqual(kindsOf(summary), { TooManyRedirects: 1 });
  assert.equal(summary.errors[0]!.example, 'more than 3, the last to http://target:8080/4');
  assert.deepEqual([sent.length, summary.counts.failed, summary.redirects], [4, 1, 3]);
});

const away =
  (location: string | undefined): Script =>
  () => ({ outcome: 'response', status: 301, headers: location === undefined ? {} : { location }, after: MS });
const UNFOLLOWED: [what: string, location: string | undefined, request: object, reason: string | undefined][] = [
  ['to https', 'https://target:8080/', {}, 'a redirect to https://target:8080/, which is not followed'],
  ['to another host', 'http://other/', {}, 'a redirect to http://other/, which is not followed'],
  ['with an empty Location', '', {}, 'a redirect with an empty Location'],
  ['with letters in UTF-8', 'https://x/gr\u00c3\u00bcn', {}, 'a redirect to https://x/grün, which is not followed'],
  ['without a Location', undefined, {}, 'a redirect without a Location'],
  [
    'with an expected body',
    '//other/',
    { expect: { bodyContains: 'x' } },
    'a redirect to //other/, which is not followed',
  ],
  ['with an expected status', 'https://target:8080/', { expect: { status: ['3xx'] } }, undefined],
  ['with an unexpected status', 'https://t/', { expect: { status: ['200'] } }, 'the status is not 200'],
];
for (const [what, location, request, reason] of UNFOLLOWED)
  test(`an unfollowed redirect ${what} is ${reason === undefined ? 'expected' : `unexpected: ${reason}`}`, () => {
    const { counts, unexpected } = run(away(location), { request }).summary;
    assert.deepEqual([counts.done, counts.unexpected], [1, reason === undefined ? 0 : 1]);
    assert.equal(unexpected[0]?.reason, reason);
  });

test('without maxRedirects, a redirect is an ordinary response', () => {
  const { summary, sent } = run(chain(1), { most: 0 });
  assert.deepEqual([sent.length, summary.counts.done, summary.redirects], [1, 1, 0]);
  assert.deepEqual(summary.responses, [{ code: '302', count: 1 }]);
});

test('the timeout covers all redirects of a request, from the first write', () => {
  const { summary } = run(chain(3), { timeout: '30ms' });
  assert.deepEqual(kindsOf(summary), { TimedOutWaiting: 1 });
  assert.equal(summary.serviceTime.max, near(30 * MS));
  assert.deepEqual([summary.counts.timeout, summary.counts.made], [1, 1]);
});

test('expectations apply only to the last response', () => {
  const expect = { status: ['200'], bodyMatches: '^x{10}$', maxBodyBytes: 100 };
  assert.equal(run(chain(2), { request: { expect } }).summary.counts.unexpected, 0);
  assert.equal(run(chain(2), { request: { expect: { bodyContains: 'x'.repeat(11) } } }).summary.counts.unexpected, 1);
  assert.equal(run(chain(2, 500), { request: { expect } }).summary.counts.unexpected, 1);
});

test('secrets in a URL are redacted', () => {
  const spec = realSpec({
    target: { url: TARGET, auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 's', key: 'k' } } } },
  });
  const redact = redactor(spec, new Map([['Secret/s/k', Buffer.from('sesame')]]), NO_DATA);
  assert.equal(new UnexpectedExamples(redact).shown('http://t/?k=sesame'), 'http://t/?k=***');
});

/** Redirects /start to /step and /step to /end for any method. Returns the received method, URL, body and cookie. */
async function respond(request: IncomingMessage, response: ServerResponse): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { url = '', method, headers } = request;
  if (url === '/start') response.writeHead(307, { location: '/step?x=1', 'set-cookie': 'a=1; Path=/' }).end('go on');
  else if (url === '/step?x=1') response.writeHead(303, { location: '/end' }).end();
  else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (url === '/away') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  else response.end(`end ${method}`);
  return `${method} ${url} ${body}${headers.cookie ? ` ${headers.cookie}` : ''}`;
}
const seen: Promise<string>[] = [];
const handler = (request: unknown, response: unknown) =>
  void seen.push(respond(request as IncomingMessage, response as ServerResponse));
const http1 = createServer(handler).listen(0, '127.0.0.1');
const closing = createServer({ keepAlive: false }, (request, response) => {
  response.shouldKeepAlive = false;
  handler(request, response);
}).listen(0, '127.0.0.1');
const http2 = createHttp2Server(handler).listen(0, '127.0.0.1');
await Promise.all([http1, closing, http2].map((server) => once(server, 'listening')));
after(() => [http1, closing, http2].forEach((server) => void server.close()));

const TRANSPORTS = [
  ['Lean', http1, { transport: 'Lean' }],
  ['Lean, without keep-alive', closing, { transport: 'Lean' }],
  ['Undici', http1, { transport: 'Undici' }],
  ['Undici, without keep-alive', closing, { transport: 'Undici' }],
  ['HTTP2', http2, { version: 'HTTP2' }],
] as const;
for (const [transport, server, http] of TRANSPORTS) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const specOf = (path: string, rest: object = {}) =>
    realSpec({
      target: { url, timeout: '5000ms', http: { ...http, maxRedirects: 4 } },
      requests: [{ name: 'r', method: 'POST', path, body: { type: 'Text', text: 'order' }, ...rest }],
    });

  test(`${transport} follows redirects, and the target receives as many requests as made and redirects together`, async () => {
    seen.length = 0;
    const summary = await realLoad(specOf('/start', { expect: { bodyContains: 'end GET' } }), new Map());
    assert.deepEqual([summary.counts.made, summary.counts.done, summary.counts.unexpected], [20, 20, 0]);
    assert.deepEqual([summary.redirects, kindsOf(summary)], [40, {}]);
    const arrived = (await Promise.all(seen)).sort();
    assert.equal(arrived.length, summary.counts.made + summary.redirects);
    assert.deepEqual([...new Set(arrived)], ['GET /end ', 'POST /start order', 'POST /step?x=1 order']);
  });

  test(`${transport} ends a loop of redirects, and does not follow a redirect to another host`, async () => {
    const loop = await realLoad(specOf('/loop'), new Map());
    assert.deepEqual([kindsOf(loop), loop.redirects], [{ TooManyRedirects: 20 }, 80]);
    const away = await realLoad(specOf('/away'), new Map());
    assert.deepEqual([away.responses, away.redirects], [[{ code: '302', count: 20 }], 0]);
  });

  test(`${transport} sends the cookies of an iteration with redirected requests`, async () => {
    seen.length = 0;
    const one = { type: 'Closed', closed: { users: 1, iterations: 1 } };
    const { name, method, path, body } = specOf('/start').requests[0]!;
    const target = { url, timeout: '5000ms', http: { ...http, maxRedirects: 4 } };
    const requests = [{ name, method, path, body }];
    await realLoad(realSpec({ target, requests, requestOrder: 'Sequential', load: one }), new Map());
    assert.deepEqual(await Promise.all(seen), ['POST /start order', 'POST /step?x=1 order a=1', 'GET /end  a=1']);
  });
}
