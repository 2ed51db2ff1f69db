import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LifetimeLimits, lifetimes } from '../../../../../runner/transport/connect/lifetime.ts';

/** The requests of a connection up to its last one, when it carries one each millisecond. */
function requestsUntilLast(limits: LifetimeLimits, random: number): number {
  let nowMs = 1000;
  const lifetime = lifetimes(
    limits,
    () => random,
    () => nowMs,
  )!();
  for (let request = 1; ; request++, nowMs++) if (lifetime.carriesLast()) return request;
}

const ROWS: [what: string, limits: LifetimeLimits, random: number, requests: number][] = [
  ['one request', { maxRequests: 1 }, 0.99, 1],
  ['few requests, none less', { maxRequests: 9 }, 0.99, 9],
  ['a hundred requests', { maxRequests: 100 }, 0, 100],
  ['a hundred requests, up to a tenth less', { maxRequests: 100 }, 0.99, 91],
  ['an age of 50 ms', { maxAgeMs: 50 }, 0, 51],
  ['an age of 50 ms, up to a tenth less', { maxAgeMs: 50 }, 1, 46],
  ['whichever comes first, the age', { maxAgeMs: 10, maxRequests: 100 }, 0, 11],
  ['whichever comes first, the requests', { maxAgeMs: 1000, maxRequests: 10 }, 0, 10],
];
for (const [what, limits, random, requests] of ROWS) {
  test(`a connection with a limit of ${what} (random ${random}) carries ${requests}`, () => {
    assert.equal(requestsUntilLast(limits, random), requests);
  });
}

test('a connection that was idle until its maximum age carries nothing more', () => {
  let nowMs = 0;
  const lifetime = lifetimes(
    { maxAgeMs: 100 },
    () => 0.5,
    () => nowMs,
  )!();
  const at = (ms: number) => {
    nowMs = ms;
    return [lifetime.isAgeing, lifetime.isOver];
  };
  assert.deepEqual(
    [at(94), at(95), at(99), at(100)],
    [
      [false, false],
      [true, false],
      [true, false],
      [true, true],
    ],
  );
});

test('connections without limits have no lifetime', () => {
  assert.equal(lifetimes(undefined), undefined);
  assert.equal(lifetimes({}), undefined);
});
