import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attempted, type Next, nextOf } from '../../../../operator/notifications/retry.ts';

const CASES: [string, Attempted, number, Next][] = [
  ['success ends the delivery', { status: 204 }, 1, { is: 'Delivered' }],
  ['a failing receiver is tried again', { status: 500 }, 1, { is: 'Repeated', afterMs: 1000 }],
  ['an absent receiver is tried again', { problem: 'ECONNREFUSED' }, 2, { is: 'Repeated', afterMs: 2000 }],
  ['waits end at a minute', { status: 503 }, 8, { is: 'Repeated', afterMs: 60_000 }],
  ['a receiver sets a longer wait', { status: 429, retryAfterSeconds: 30 }, 1, { is: 'Repeated', afterMs: 30_000 }],
  ['but none beyond a minute', { status: 429, retryAfterSeconds: 86_400 }, 1, { is: 'Repeated', afterMs: 60_000 }],
  ['attempts end', { status: 500 }, 9, { is: 'GivenUp', reason: 'HTTP status 500, 9 times' }],
  ['a refusal is final', { status: 404 }, 1, { is: 'GivenUp', reason: 'HTTP status 404' }],
  ['a redirect is a refusal', { status: 302 }, 1, { is: 'GivenUp', reason: 'HTTP status 302' }],
];

describe('a delivery', () => {
  for (const [name, attempted, attempt, next] of CASES)
    it(`${name}`, () => assert.deepEqual(nextOf(attempted, attempt), next));
});
