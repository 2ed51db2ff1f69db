import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { UnexpectedResponse } from '../../../../api/status/fields/unexpected.ts';
import { mergeUnexpected } from '../../../../model/measure/merge-snapshots.ts';
import { folded, oneOfEachKind } from '../../../../model/measure/unexpected-examples.ts';
import { ExampleSampling } from '../../../../runner/response/example-sampling.ts';
import type { Redact } from '../../../../runner/response/redact.ts';
import { UnexpectedExamples } from '../../../../runner/response/unexpected-examples.ts';

const response = (status: number, body: string | Buffer) => ({ status, headers: {}, body: Buffer.from(body) });
const busy = (status = 503) => response(status, `{"error":"busy","id":"${randomUUID()}"}`);

/** The bodies of examples with their ids folded. */
const bodies = (list: readonly UnexpectedResponse[]) => list.map(({ body }) => folded(body));
const BUSY = '{"error":"busy","id":"#"}';

const ALIKE: [one: string, other: string, alike: boolean][] = [
  ['order 17 is late', 'order 4711 is late', true],
  [`id ${randomUUID()}`, `id ${randomUUID()}`, true],
  ['trace 4bf92f3577b34da6a3ce929d0e0e4736', 'trace 00f067aa0ba902b7', true],
  ['at 2026-11-27T22:59:31.123Z', 'at 2026-11-28T01:02:03Z', true],
  ['took 1.5ms', 'took 20.25ms', true],
  ['order is late', 'order is lost', false],
];
for (const [one, other, alike] of ALIKE)
  test(`"${one}" and "${other}" are ${alike ? 'alike' : 'different'}`, () =>
    assert.equal(folded(one) === folded(other), alike));

/** A body is not counted apart from others of the same request, status and reason. */
const RARE: [title: string, rare: UnexpectedResponse, count?: number][] = [
  ['status', { request: 'r', status: 500, body: 'x' }],
  ['body', { request: 'r', status: 503, body: 'no such table' }, 10_200],
  ['mismatch', { request: 'r', status: 503, body: BUSY, reason: 'the body is not JSON' }],
  ['request', { request: 'other', status: 503, body: 'x' }],
];
for (const [title, rare, count = 200] of RARE)
  test(`a rare ${title} is shown among ten thousand responses that differ only in an id`, () => {
    const examples = new UnexpectedExamples();
    for (let i = 0; i < 10_000; i++) examples.add('r', busy());
    for (let i = 0; i < 200; i++) examples.add(rare.request, response(rare.status, rare.body), rare.reason);
    const list = examples.list();
    assert.equal(list.length, 10);
    assert.deepEqual(list.at(-1), { ...rare, count });
    assert.deepEqual(bodies(list.slice(0, 9)), Array(9).fill(BUSY));
  });

test('ten examples are shown, and each of ten statuses before a second example of one', () => {
  const examples = new UnexpectedExamples();
  for (const text of 'abcdefghijkl') examples.add('r', response(400, text));
  for (let status = 401; status < 420; status++) examples.add('r', busy(status));
  assert.deepEqual(
    examples.list().map(({ status }) => status),
    [400, 401, 402, 403, 404, 405, 406, 407, 408, 409],
  );
  assert.equal(examples.wanted, 0);
});

test('similar examples leave room for new ones', () => {
  const examples = new UnexpectedExamples();
  for (let i = 0; i < 20; i++) examples.add('r', busy());
  assert.ok(examples.wanted > 0);
});

test('a rare example of one runner is shown beside the frequent ones of all runners', () => {
  const list = (texts: string[]) => ({ unexpected: texts.map((body) => ({ request: 'r', status: 503, body })) });
  const many = () => list(Array.from({ length: 10 }, () => busy().body.toString()));
  const merged = mergeUnexpected([many(), many(), list([...Array(9).fill(0).map(String), 'disk full']), many()]);
  assert.equal(merged.length, 10);
  assert.equal(merged.filter(({ body }) => body === 'disk full').length, 1);
  assert.equal(merged.filter(({ body }) => folded(body) === BUSY).length > 0, true);
});

test('every response is counted with those like it, also when no further example is kept', () => {
  const examples = new UnexpectedExamples();
  for (let i = 0; i < 1000; i++) examples.add('r', busy(500 + (i % 10)), (value) => `took ${value(`${i} ms`)}`);
  assert.equal(examples.wanted, 0);
  assert.deepEqual(
    examples.list().map(({ count }) => count),
    Array(10).fill(100),
  );
});

test('the counts of runners add up, once for all examples of a group', () => {
  const example = (body: string, count: number) => ({ request: 'r', status: 503, body, count });
  const [one, other] = [[example('a', 30), example('b', 30)], [example('a', 12)]];
  const merged = mergeUnexpected([{ unexpected: one }, { unexpected: other }, {}]);
  assert.deepEqual(merged, [example('a', 42), example('b', 42)]);
  assert.deepEqual(mergeUnexpected([{ unexpected: merged }]), merged);
});

test('one of each kind is shown of bodies that are truncated at different places of the same text', () => {
  const text = `","text":"${'no such item '.repeat(30)}"}`;
  const example = (beginning: string) => ({ request: 'r', status: 404, body: (beginning + text).slice(0, 256) });
  const alike = [1, 22, 333_333, 4444].map((id) => example(`{"id":"${id}`));
  assert.ok(new Set(alike.map(({ body }) => folded(body))).size > 1, 'they end differently');
  const other = example('{"name":"x');
  assert.deepEqual(oneOfEachKind([...alike, other]), [alike[0], other]);
  const short = { ...other, body: '{"id":"5' };
  assert.deepEqual(oneOfEachKind([short, ...alike]), [short, alike[0]]);
});

test('one of each kind is shown, the most frequent group first, with the count of a group once', () => {
  const example = (status: number, body: string, count: number) => ({ request: 'r', status, body, count });
  const rare = example(500, 'no such table', 3);
  const often = Array.from({ length: 8 }, (_, i) => example(503, `{"id":"${i}"}`, 900));
  const { count: _, ...another } = example(503, 'too busy', 900);
  assert.deepEqual(oneOfEachKind([rare, ...often, { ...another, count: 900 }]), [often[0], another, rare]);
});

test('example sampling inspects the first 64 responses of a key, and exponentially fewer after them', () => {
  const sampling = new ExampleSampling();
  const taken = Array.from({ length: 1_000_000 }, (_, i) => (sampling.takes('a') ? i : -1)).filter((i) => i >= 0);
  assert.deepEqual(taken.slice(0, 64), [...Array(64).keys()]);
  assert.ok(taken.length < 1100, `${taken.length}`);
  assert.ok(taken.at(-1)! > 980_000);
  assert.equal(sampling.takes('b'), true);
});

const LONG = `{"message":"${'no such item, '.repeat(500)}"}`;
const VARIED = Array.from({ length: 500 }, (_, i) => `${i * i} is no item`).join(', ');
const CODED: [title: string, headers: Record<string, string>, body: Buffer, shown: string][] = [
  ['gzip by its header', { 'content-encoding': 'gzip' }, gzipSync('no item'), 'no item'],
  ['gzip by its first bytes', {}, gzipSync('no item'), 'no item'],
  ['deflate by its header', { 'content-encoding': 'deflate' }, deflateSync('no item'), 'no item'],
  ['deflate by its first bytes', {}, deflateSync('no item'), 'no item'],
  ['brotli by its header', { 'content-encoding': 'br' }, brotliCompressSync('no item'), 'no item'],
  ['brotli without a header', {}, brotliCompressSync('nö item'), 'nö item'],
  ['the beginning of gzip', {}, gzipSync(LONG).subarray(0, 60), LONG.slice(0, 256)],
  [
    'the beginning of brotli',
    { 'content-encoding': 'br' },
    brotliCompressSync(VARIED).subarray(0, 257),
    VARIED.slice(0, 256),
  ],
  ['text with a wrong content-encoding', { 'content-encoding': 'gzip' }, Buffer.from('no item'), 'no item'],
  ['text that begins like deflate', {}, Buffer.from('x^2 is no item'), 'x^2 is no item'],
  ['ISO 8859-1', {}, Buffer.from('n\u00f6 item', 'latin1'), 'n\ufffd item'],
  ['an empty body', { 'content-encoding': 'gzip' }, Buffer.alloc(0), ''],
];
for (const [title, headers, body, shown] of CODED)
  test(`an example of ${title} is shown as text`, () => {
    const examples = new UnexpectedExamples();
    examples.add('r', { status: 500, headers, body });
    assert.equal(examples.list()[0]!.body, shown);
  });

test('a secret in an encoded body is redacted, also when the body is truncated inside it', () => {
  const redact: Redact = Object.assign((text: string) => text.replaceAll('sesame', '***'), { reach: 6 });
  for (let shift = 0; shift < 12; shift++) {
    const examples = new UnexpectedExamples(redact);
    const noise = Array.from({ length: 400 }, () => `${randomUUID().replace(/[a-f]/g, '0')} sesame `).join('');
    examples.add('r', response(500, gzipSync('-'.repeat(shift) + noise).subarray(0, examples.wanted)));
    assert.doesNotMatch(examples.list()[0]!.body, /[a-z]/);
    assert.match(examples.list()[0]!.body, /[*]{3}/);
  }
});
