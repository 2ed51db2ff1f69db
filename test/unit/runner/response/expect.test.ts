import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { microseconds } from '../../../../api/common/duration.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { mergeUnexpected } from '../../../../model/measure/merge-snapshots.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { NO_DATA } from '../../../../model/request/data.ts';
import { textOfJson } from '../../../../model/request/json.ts';
import { valueAt } from '../../../../model/request/json-pointer.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { redactor } from '../../../../runner/response/redact.ts';
import { EXPECTATIONS, type TargetResponse } from '../../../support/expectations.ts';
import { freezeSnapshot } from '../../../support/freeze-snapshot.ts';
import { type Script, scriptedTransport, VirtualTime } from '../../../support/virtual-time.ts';

const ONE = { index: 0, count: 1 };

function specOf(request: object, rest: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({
    target: { url: 'http://target', timeout: '100ms' },
    requests: [{ name: 'r', ...request }],
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 4 }] } },
    ...rest,
  });
}

function run(spec: LoadTestSpec, script: (number: number) => TargetResponse, values = new Map<string, Buffer>()) {
  const timing = new VirtualTime();
  const full: Script = (_, number) => ({ outcome: 'response', status: 200, after: 1000, ...script(number) });
  const { transport } = scriptedTransport(timing, full);
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, { runner: ONE, worker: ONE }),
    requests: prepareRequests(spec.target, spec.requests, values),
    timeoutUs: microseconds(spec.target.timeout),
    transport,
    timing,
    loop: timing,
    redact: redactor(spec, values, NO_DATA),
  });
  engine.run(() => {});
  timing.run();
  return summarise(spec, [freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }))]);
}

for (const [what, expect, response, wrong] of EXPECTATIONS) {
  test(`a response with ${what} is ${wrong === null ? 'expected' : `unexpected: ${wrong}`}`, () => {
    const { counts, unexpected } = run(specOf({ expect }), () => response);
    assert.deepEqual([counts.done, counts.unexpected], [4, wrong === null ? 0 : 4]);
    assert.equal(unexpected[0]?.reason, wrong ?? undefined);
  });
}

const EXTRACTS: [extract: object, missing: string][] = [
  [{ jsonPointer: '/nope' }, 'nothing at /nope to extract'],
  [{ jsonPointer: '/null' }, 'nothing at /null to extract'],
  [{ header: 'X-Token' }, 'no header x-token to extract'],
  [{ regex: 'id=(.*)' }, 'the body has no match of /id=(.*)/ to extract'],
];
for (const [extract, missing] of EXTRACTS)
  test(`a failed extraction is reported as: ${missing}`, () => {
    const request = { extract: [{ name: 'x', ...extract }] };
    const { unexpected } = run(specOf(request, { requestOrder: 'Sequential' }), () => ({ body: ['{"null":null}'] }));
    assert.equal(unexpected[0]?.reason, missing);
  });

test('a value in a reason is truncated, and has no part of a secret, even where it is cut', () => {
  const values = new Map([['Secret/s/k', Buffer.from('sesame-open-sesame')]]);
  const spec = specOf({
    headers: [{ name: 'k', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    expect: { json: [{ pointer: '/a', value: 'x'.repeat(100) }] },
  });
  for (let shift = 0; shift < 70; shift++) {
    const json = JSON.stringify({ a: `${'-'.repeat(shift)}sesame-open-sesame${'-'.repeat(300)}` });
    const [example] = run(spec, () => ({ body: [json] }), values).unexpected;
    const [, value] = /^json [/]a is (.*)\u2026, not x{64}\u2026$/.exec(example!.reason!)!;
    assert.equal(value!.length, 64);
    assert.doesNotMatch(value!, /[a-z]/);
  }
});

const JSON_BODY = '{"a":"needle"}';
const CODED: [coding: string | string[], body: Buffer][] = [
  ['gzip', gzipSync(JSON_BODY)],
  ['GZIP', gzipSync(JSON_BODY)],
  [' x-gzip ', gzipSync(JSON_BODY)],
  ['deflate', deflateSync(JSON_BODY)],
  ['deflate', deflateRawSync(JSON_BODY)],
  ['br', brotliCompressSync(JSON_BODY)],
  ['zstd', zstdCompressSync(JSON_BODY)],
  ['identity', Buffer.from(JSON_BODY)],
  ['gzip, br', brotliCompressSync(gzipSync(JSON_BODY))],
  ['identity,gzip', gzipSync(JSON_BODY)],
  [['deflate', 'zstd'], zstdCompressSync(deflateSync(JSON_BODY))],
  [['gzip', 'br, identity'], brotliCompressSync(gzipSync(JSON_BODY))],
  ['utf-8', Buffer.from(JSON_BODY)],
];
const NEEDLE = { bodyContains: 'needle' };
const NEEDLE_IN_JSON = { json: [{ pointer: '/a', value: 'needle' }] };
for (const [coding, body] of CODED) {
  test(`a body of content-encoding ${JSON.stringify(coding)} is decoded before it is checked, asked for or not`, () => {
    const response = { headers: { 'content-encoding': coding }, body: [body] };
    for (const headers of [[], [{ name: 'Accept-Encoding', value: 'gzip, deflate, br, zstd' }]])
      for (const expect of [NEEDLE, NEEDLE_IN_JSON, { ...NEEDLE, ...NEEDLE_IN_JSON }, { bodyMatches: '"needle"' }]) {
        const { counts, unexpected, errors } = run(specOf({ headers, expect }), () => response);
        assert.deepEqual([counts.done, counts.unexpected, errors], [4, 0, []], JSON.stringify(unexpected));
      }
    const { unexpected } = run(specOf({ expect: { bodyContains: 'hay' } }), () => response);
    const suffix = coding === 'utf-8' ? '; its content-encoding utf-8 is not decoded' : '';
    assert.deepEqual(unexpected[0], {
      request: 'r',
      status: 200,
      body: JSON_BODY,
      reason: `the body does not contain "hay"${suffix}`,
      count: 4,
    });
  });
}

test('the reason names a coding that is not decoded, but not for a header', () => {
  const response = { headers: { 'content-encoding': 'gzip, compress' }, body: ['LZW'] };
  const reasonOf = (expect: object) => run(specOf({ expect }), () => response).unexpected[0]?.reason;
  assert.equal(reasonOf(NEEDLE_IN_JSON), 'the body is not JSON; its content-encoding compress is not decoded');
  assert.equal(reasonOf({ headers: [{ name: 'x', value: '1' }], ...NEEDLE_IN_JSON }), 'header x is missing');
});

test('a coded body above the limit is a failure, coded or decoded, and so is one that is not of its coding', () => {
  const gzip = { headers: { 'content-encoding': 'gzip' } };
  const errors = (expect: object, body: (string | Buffer)[]) =>
    run(specOf({ expect }), () => ({ ...gzip, body })).errors.map((e) => [e.kind, e.count, e.example]);
  const small = { ...NEEDLE, maxBodyBytes: 60 };
  assert.deepEqual(errors(small, [gzipSync(Buffer.alloc(100_000))]), [
    ['BodyTooLarge', 4, 'a body of more than 60 bytes'],
  ]);
  assert.deepEqual(errors(NEEDLE, [gzipSync(Buffer.alloc(16 * 1024 * 1024))]), [
    ['BodyTooLarge', 4, 'a body of more than 1048576 bytes'],
  ]);
  assert.deepEqual(errors(NEEDLE, Array(17).fill(Buffer.alloc(65536))), [
    ['BodyTooLarge', 4, 'a body of more than 1048576 bytes'],
  ]);
  assert.deepEqual(errors(NEEDLE, ['needle']), [['MalformedResponse', 4, 'the body is not valid gzip']]);
});

test('a body that is not of its coding is malformed', () => {
  const spec = specOf({ expect: NEEDLE_IN_JSON });
  const broken = run(spec, () => ({ headers: { 'content-encoding': 'gzip' }, body: ['no gzip'] }));
  assert.deepEqual(
    broken.errors.map(({ kind, count }) => [kind, count]),
    [['MalformedResponse', 4]],
  );
});

test('a body above maxBodyBytes is a failure, before or after decoding', () => {
  const errors = (request: object, response: TargetResponse) =>
    run(specOf(request), () => response).errors.map((e) => [e.kind, e.count]);
  const expect = { maxBodyBytes: 5 };
  assert.deepEqual(errors({ expect }, { body: ['123', '45'] }), []);
  assert.deepEqual(errors({ expect }, { body: ['123', '456', '7'] }), [['BodyTooLarge', 4]]);
  const bomb = gzipSync(Buffer.alloc(100_000));
  const request = {
    headers: [{ name: 'accept-encoding', value: 'gzip' }],
    expect: { maxBodyBytes: 50_000, bodyMatches: 'x' },
  };
  assert.deepEqual(errors(request, { headers: { 'content-encoding': 'gzip' }, body: [bomb] }), [['BodyTooLarge', 4]]);
});

test('the first ten distinct unexpected responses are kept as examples, with truncated bodies', () => {
  const spec = specOf({}, { load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 100 }] } } });
  const { unexpected } = run(spec, (n) => ({ status: 400 + (n % 30), body: ['é'.repeat(200)] }));
  assert.equal(unexpected.length, 10);
  assert.deepEqual(unexpected[3], {
    request: 'r',
    status: 403,
    body: 'é'.repeat(128),
    reason: 'the status is not below 400',
    count: 4,
  });
});

test('the example of a body without the expected text has its start', () => {
  const { unexpected } = run(specOf({ expect: { bodyContains: 'ok' } }), () => ({ body: ['not ', 'o', '\u0000k'] }));
  assert.deepEqual(unexpected, [
    { request: 'r', status: 200, body: 'not o\ufffdk', reason: 'the body does not contain "ok"', count: 4 },
  ]);
});

test('an example contains no value from a Secret in any encoding', () => {
  const secret = 'p&ss "wörd"\n';
  const values = new Map([
    ['Secret/s/k', Buffer.from(secret)],
    ['Secret/login/username', Buffer.from('ada')],
    ['Secret/login/password', Buffer.from('open-sesame')],
  ]);
  const spec = specOf(
    { headers: [{ name: 'k', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    { target: { url: 'http://t', auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } } },
  );
  const trimmed = secret.trim();
  const forms = [
    trimmed,
    JSON.stringify(trimmed),
    encodeURIComponent(trimmed),
    `Basic ${Buffer.from('ada:open-sesame').toString('base64')}`,
    `${'x'.repeat(250)}open-sesame`,
  ];
  for (const form of forms) {
    const [example] = run(spec, () => ({ status: 500, body: [form] }), values).unexpected;
    assert.match(example!.body, /[*]|x{250}/);
    for (const part of ['wörd', 'w%C3', 'ses', 'YWRh']) assert.ok(!example!.body.includes(part), example!.body);
  }
});

test('a secret across the truncation is redacted completely, even after other redactions', () => {
  const values = new Map([['Secret/s/k', Buffer.from('0123456789abcdefghij'.repeat(4))]]);
  const spec = specOf({ headers: [{ name: 'k', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] });
  for (let shift = 0; shift < 80; shift++) {
    const body = 'x'.repeat(shift) + '0123456789abcdefghij'.repeat(4 * 20);
    const [example] = run(spec, () => ({ status: 500, body: [body] }), values).unexpected;
    assert.doesNotMatch(example!.body, /[0-9a-j]/);
  }
});

test('examples of several runners are merged alternately, each once', () => {
  const example = (body: string) => ({ request: 'r', status: 500, body });
  const lists = [['a', 'b', 'c'], ['b'], undefined].map((list) => ({ unexpected: list?.map(example) }));
  const merged = mergeUnexpected(lists);
  assert.deepEqual(
    merged.map((e) => e.body),
    ['a', 'b', 'c'],
  );
});

const POINTERS: [pointer: string, value: unknown][] = [
  ['', { a: [1, { b: null }], '': 0, 'x/y': 'slash', 'm~n': 'tilde' }],
  ['/a/0', 1],
  ['/a/1/b', null],
  ['/a/2', undefined],
  ['/a/-', undefined],
  ['/a/length', undefined],
  ['/', 0],
  ['/x~1y', 'slash'],
  ['/m~0n', 'tilde'],
  ['/constructor', undefined],
];
for (const [pointer, value] of POINTERS)
  test(`the JSON Pointer "${pointer}" finds ${textOfJson(value)}`, () =>
    assert.deepEqual(valueAt({ a: [1, { b: null }], '': 0, 'x/y': 'slash', 'm~n': 'tilde' }, pointer), value));
