import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  linkedTraces,
  mergeTraces,
  type TracedRequest,
  withSlow,
  withUnexpected,
} from '../../../../model/measure/traces/kept-traces.ts';

/** A traced request from a text such as "pay 500 120": request, outcome, microseconds. */
function traced(text: string): TracedRequest {
  const [request = '', outcome = '', us = '0'] = text.split(' ');
  return { traceId: text, request, outcome, responseTimeUs: Number(us), endedAtMs: 0 };
}
const idsOf = (list: readonly TracedRequest[]) => list.map(({ traceId }) => traceId);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('the ten slowest are kept, the slowest first', () => {
  const shuffled = numbers(1, 30).map((n) => traced(`a 200 ${(n * 7) % 31}`));
  const kept = shuffled.reduce(withSlow, [] as TracedRequest[]);
  assert.deepEqual(
    kept.map(({ responseTimeUs }) => responseTimeUs),
    numbers(21, 30).reverse(),
  );
});

test('a new kind of unexpected response replaces one of the most frequent kind', () => {
  const many = numbers(1, 20).map((n) => traced(`pay 500 ${n}`));
  const kept = [...many, traced('pay 503 1'), traced('login TimedOutWaiting 2')].reduce(withUnexpected, []);
  assert.deepEqual(idsOf(kept), [...idsOf(many.slice(0, 8)), 'pay 503 1', 'login TimedOutWaiting 2']);
});

test('runners that have no traces merge into none', () => assert.deepEqual(mergeTraces([{}, {}]), {}));

test('the traces of runners merge into the slowest of all, and unexpected ones of each', () => {
  const part = (name: string, us: number) => ({
    traces: {
      slowest: [traced(`${name} 200 ${us}`)],
      unexpected: numbers(1, 10).map((n) => traced(`${name} 500 ${n}`)),
    },
  });
  const { slowest, unexpected } = mergeTraces([part('a', 5), part('b', 9)]).traces!;
  assert.deepEqual(idsOf(slowest), ['b 200 9', 'a 200 5']);
  assert.deepEqual(unexpected.map(({ request }) => request).join(''), 'ab'.repeat(5));
});

test('a link has the identifier wherever its template has the place', () => {
  const [linked] = linkedTraces({ slowest: [traced('x')], unexpected: [] }, 'https://t/{traceId}?id={traceId}');
  assert.deepEqual([linked?.kept, linked?.link], ['Slowest', 'https://t/x?id=x']);
});
