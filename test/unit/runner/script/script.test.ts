import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type LoadTest, loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import type { Patience } from '../../../../runner/workers/watchdog.ts';

/** The requests that the target has received: "POST /orders {...}". */
let received: { line: string; headers: IncomingMessage['headers'] }[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request);
  received.push({ line: `${request.method} ${request.url}${body && ` ${body}`}`, headers: request.headers });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ path: request.url, token: 'abc' }));
});
before(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
after(() => server.close());

type Options = {
  spec?: object;
  values?: Record<string, string>;
  env?: object[];
  interrupt?: AbortSignal;
  runners?: number;
  patience?: Patience;
};

/** Runs a script against the target, with ten arrivals by default. */
async function run(
  source: string,
  options: Options = {},
): Promise<LoadTestStatus & { ended: string; lines: string[] }> {
  const { spec, values = {}, env, patience, runners = 1, interrupt = new AbortController().signal } = options;
  received = [];
  const loadTest: LoadTest = loadTestSchema.parse({
    apiVersion: 'loadtest.dev/v1alpha1',
    kind: 'LoadTest',
    metadata: { name: 'scripted' },
    spec: {
      target: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` },
      load: { type: 'Closed', closed: { users: 1, iterations: 10 } },
      seed: 7,
      script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' }, ...(env && { env }) },
      ...spec,
    },
  });
  const all = { 'ConfigMap/hooks/hooks.js': source, ...values };
  const { status } = await runLocally({
    test: loadTest,
    values: new Map(Object.entries(all).map(([path, value]) => [path, Buffer.from(value)])),
    runners,
    cores: runners,
    now: Date.now,
    environment: { version: 'test' },
    onProgress: () => {},
    onRequestLogged: () => {},
    onWritten: () => {},
    interrupt,
    ...(patience && { patience }),
  });
  const complete = findCondition(status.conditions, 'Complete');
  return { ...status, ended: `${complete?.reason}: ${complete?.message}`, lines: received.map(({ line }) => line) };
}

test('request overrides fields of the spec and keeps the others', async () => {
  const { counts, lines } = await run(
    `export function request({ index, request }) {
       return { path: '/orders/' + index + '?was=' + request.method, headers: { 'x-index': String(index), accept: null } };
     }`,
    {
      spec: {
        requests: [{ name: 'order', method: 'POST', path: '/orders', body: { type: 'JSON', json: { sku: 'a' } } }],
      },
    },
  );
  assert.equal(counts?.done, 10);
  assert.deepEqual(lines.slice(0, 2), [
    'POST /api/orders/0?was=POST {"sku":"a"}',
    'POST /api/orders/1?was=POST {"sku":"a"}',
  ]);
  assert.equal(received[3]?.headers['x-index'], '3');
  assert.equal(received[3]?.headers.accept, undefined);
});

test('request chooses a request of the spec by its name, and the arrival counts as that', async () => {
  const { requests, lines } = await run(
    `export const request = ({ index }) => index % 2 === 0 ? { name: 'b' } : undefined;`,
    {
      spec: {
        requests: [
          { name: 'a', path: '/a', weight: 1000000 },
          { name: 'b', path: '/b' },
        ],
      },
    },
  );
  assert.deepEqual(
    requests?.map(({ name, counts }) => [name, counts.done]),
    [
      ['a', 5],
      ['b', 5],
    ],
  );
  assert.deepEqual(lines.slice(0, 2), ['GET /api/b', 'GET /api/a']);
});

test('an object as the body is sent as JSON, with the right length and type', async () => {
  const { lines } = await run(`export const request = ({ index }) => ({ method: 'PUT', body: { index, text: 'ä' } });`);
  assert.equal(lines[1], 'PUT /api {"index":1,"text":"ä"}');
  assert.equal(received[1]?.headers['content-type'], 'application/json');
});

test('the same seed draws the same numbers, and row is the row of the arrival', async () => {
  const source = `export const request = ({ random, row }) => ({ path: '/' + row.sku + '/' + Math.floor(random() * 1e6) });`;
  const spec = { data: { from: { configMapKeyRef: { name: 'rows', key: 'rows.csv' } }, format: 'CSV' } };
  const values = { 'ConfigMap/rows/rows.csv': 'sku\na1\nb2\n' };
  const first = await run(source, { spec, values });
  const second = await run(source, { spec, values });
  assert.deepEqual(first.lines, second.lines);
  assert.match(first.lines[1]!, /^GET \/api\/b2\/\d+$/);
  assert.equal(new Set(first.lines).size, 10);
});

test('check replaces expect, and its reason appears in an example', async () => {
  const { counts, unexpected } = await run(
    `export function check(response, { index }) {
       const { json } = response;
       if (response.status !== 200 || response.headers['content-type'] !== 'application/json') return false;
       return index < 8 || (json().path === '/api' ? 'the path is ' + response.json().path : false);
     }`,
    { spec: { requests: [{ name: 'a', expect: { status: ['404'] } }] } },
  );
  assert.deepEqual([counts?.done, counts?.unexpected], [10, 2]);
  assert.deepEqual(unexpected, [
    { request: 'a', status: 200, body: '{"path":"/api","token":"abc"}', reason: 'the path is /api', count: 2 },
  ]);
});

const wrong: [what: string, source: string, example: RegExp][] = [
  [
    'an exception in request',
    'export function request() {\n  return undefined.x;\n}',
    /^hooks\.js:2: TypeError: Cannot read/,
  ],
  [
    'an exception in check',
    'export function check(r) {\n\n  throw new Error("no " + r.status);\n}',
    /^hooks\.js:3: Error: no 200$/,
  ],
  [
    'a fetch under load',
    'export const request = ({ target }) => { fetch(target); };',
    /^fetch is available only in setup and teardown$/,
  ],
];
for (const [what, source, example] of wrong)
  test(`${what} counts as a ScriptError, and the test continues`, async () => {
    const { counts, errors, ended } = await run(source);
    assert.deepEqual([counts?.generated, counts?.failed], [10, 10]);
    assert.equal(errors?.length, 1);
    assert.deepEqual([errors![0]!.kind, errors![0]!.count], ['ScriptError', 10]);
    assert.match(errors![0]!.example, example);
    assert.equal(ended, 'Finished: ');
  });

test('setup runs once for all threads, and teardown receives its result', async () => {
  const { counts, lines, ended } = await run(
    `export async function setup({ target, run }) {
       const response = await (await fetch(target + '/login?run=' + run)).json();
       return { token: response.token };
     }
     export const request = ({ data }) => ({ headers: { authorization: 'Bearer ' + data.token } });
     export async function teardown({ token }, { target }) {
       await fetch(target + '/logout?token=' + token);
     }`,
    { runners: 2, spec: { load: { type: 'Closed', closed: { users: 2, iterations: 10 } } } },
  );
  assert.equal(counts?.done, 10);
  assert.equal(lines[0], 'GET /api/login?run=scripted');
  assert.equal(lines.at(-1), 'GET /api/logout?token=abc');
  assert.equal(lines.length, 12);
  assert.ok(received.slice(1, -1).every(({ headers }) => headers.authorization === 'Bearer abc'));
  assert.equal(ended, 'Finished: ');
});

test('teardown also runs after an interrupt', async () => {
  const interrupt = new AbortController();
  server.once('request', () => interrupt.abort(130)); // the load has started
  const { lines, ended } = await run(`export const teardown = (data, { target }) => fetch(target + '/down');`, {
    interrupt: interrupt.signal,
    spec: { load: { type: 'Closed', closed: { users: 1, thinkTime: '100ms', duration: '1m' } } },
  });
  assert.equal(lines.at(-1), 'GET /api/down');
  assert.equal(ended, 'Interrupted: ');
});

test('a failed teardown is reported and changes no verdict', async () => {
  const { conditions, ended } = await run(`export function teardown() {\n  throw new Error('no way');\n}`);
  assert.equal(ended, "Finished: the script's teardown failed: hooks.js:2: Error: no way");
  assert.equal(findCondition(conditions, 'Passed')?.status, 'True');
});

const never: [what: string, source: string, ended: RegExp][] = [
  [
    'a setup that fails',
    'export function setup() {\n  throw new Error("no");\n}',
    /^SetupFailed: setup: hooks\.js:2: Error: no$/,
  ],
  [
    'a result of setup that is too large',
    'export const setup = () => "x".repeat(70000);',
    /^SetupFailed: setup: .*65536/,
  ],
  ['a result of setup that is not JSON', 'export const setup = () => 1n;', /^SetupFailed: setup: .*BigInt/],
  [
    'a syntax error',
    'export const a = 1;\nexport function request( {\n  return 1\n}',
    /^ScriptInvalid: script: hooks\.js:3: SyntaxError: /,
  ],
  ['an error while loading', '\nnowhere();', /^ScriptInvalid: script: hooks\.js:2: ReferenceError: nowhere/],
  [
    'an export that is not a function',
    'export const request = 3;',
    /^ScriptInvalid: script: export request is not a function$/,
  ],
  ['no export', 'export const requests = 3;', /^ScriptInvalid: script: exports none of setup, /],
  [
    'an import of a package',
    'import "lodash";\nexport const request = () => {};',
    /^ScriptInvalid: script: .*a script cannot import lodash/,
  ],
];
for (const [what, source, expected] of never)
  test(`${what} ends the test before the load, with the reason`, async () => {
    const { ended, lines, counts } = await run(source);
    assert.match(ended, expected);
    assert.deepEqual(lines, []);
    assert.equal(counts, undefined);
  });

test('a script reads secrets, and its errors are redacted', async () => {
  const { errors, unexpected } = await run(
    `export function request({ env, index }) {
       if (index === 0) throw new Error('the key is ' + env.KEY + ' of ' + env.WHO);
       return { headers: { 'x-length': String(env.KEY.length) } };
     }
     export const check = (response, { env }) => 'not ' + env.KEY;`,
    {
      env: [
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'signing', key: 'key' } } },
        { name: 'WHO', value: 'me' },
      ],
      values: { 'Secret/signing/key': 'sesame' },
    },
  );
  assert.match(errors![0]!.example, /: Error: the key is \*\*\* of me$/);
  assert.equal(unexpected?.[0]?.reason, 'not ***');
  assert.equal(received[0]?.headers['x-length'], '6');
});

test('in a sequential iteration, a script reads extracted values, and extract applies to responses that pass its check', async () => {
  const { counts, lines } = await run(
    `export const request = ({ session, request }) => ({ path: request.path + (session.token ? '/' + session.token : '') });
     export const check = (response) => response.status === 200;`,
    {
      spec: {
        requestOrder: 'Sequential',
        requests: [
          { name: 'login', path: '/login', extract: [{ name: 'token', jsonPointer: '/token' }] },
          { name: 'use', path: '/use' },
        ],
      },
    },
  );
  assert.equal(counts?.done, 20);
  assert.deepEqual(lines.slice(0, 2), ['GET /api/login', 'GET /api/use/abc']);
});

const busy: [model: string, load: object, reason: string][] = [
  ['an open load', { type: 'Open', open: { stages: [{ duration: '1s', rate: 50 }] } }, 'PacingLag'],
  // So many users that a response is always ready, even when the target is slow on a busy machine.
  ['a closed load', { type: 'Closed', closed: { users: 50, iterations: 110 } }, 'EventLoopBusy'],
];
for (const [model, load, reason] of busy)
  test(`a script that keeps the thread of ${model} busy makes the verdict inconclusive`, async () => {
    const { conditions } = await run(
      `export function request() { for (const end = Date.now() + 40; Date.now() < end; ); }`,
      { spec: { load } },
    );
    const saturated = findCondition(conditions, 'GeneratorSaturated');
    assert.deepEqual([saturated?.status, saturated?.reason], ['True', reason]);
    const passed = findCondition(conditions, 'Passed');
    assert.deepEqual([passed?.status, passed?.reason], ['Unknown', 'GeneratorSaturated']);
  });

test('an uncaught error ends the run with its line, redacted', async () => {
  const { ended } = await run(
    `export function request({ env }) {\n  setTimeout(() => {\n    throw new Error('late ' + env.KEY);\n  });\n}`,
    {
      env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'signing', key: 'key' } } }],
      values: { 'Secret/signing/key': 'sesame' },
    },
  );
  assert.equal(ended, 'RunnersLost: script: hooks.js:3: Error: late ***');
});

test('a script that blocks forever ends the run with the reason', async () => {
  const patience = { progressMs: 1500, beginningMs: 20_000 };
  const { ended } = await run(`export function request({ index }) { if (index === 5) for (;;); }`, { patience });
  assert.equal(ended, 'RunnersLost: script: it has blocked its thread for 1.5 s');
});
