import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimit } from '../../../operator/runtime/rate-limit.ts';

function setUp() {
  const clock = { ms: 0 };
  return { clock, limit: new RateLimit({ burst: 3, perSecond: 2 }, () => clock.ms) };
}

test('a key may do so much at once, and then so much a second', () => {
  const { clock, limit } = setUp();
  const allowed = (calls: number) =>
    Array.from({ length: calls }, () => {
      const waitMs = limit.waitMs('a');
      if (waitMs === 0) limit.charge('a');
      return waitMs;
    });
  assert.deepEqual(allowed(5), [0, 0, 0, 500, 500]);
  clock.ms += 500;
  assert.deepEqual(allowed(2), [0, 500]);
  clock.ms += 60_000;
  assert.deepEqual(allowed(4), [0, 0, 0, 500]);
});

test('what exceeds the limit is paid off before more is allowed', () => {
  const { clock, limit } = setUp();
  limit.charge('a', 13);
  assert.equal(limit.waitMs('a'), 5500);
  clock.ms += 5499;
  assert.ok(limit.waitMs('a') > 0);
  clock.ms += 1;
  assert.equal(limit.waitMs('a'), 0);
});

test('keys do not share, a clock that is set back changes nothing, and a flood of keys is forgotten', () => {
  const { clock, limit } = setUp();
  limit.charge('a', 3);
  assert.deepEqual([limit.waitMs('a'), limit.waitMs('b')], [500, 0]);
  clock.ms -= 60_000;
  assert.equal(limit.waitMs('a'), 500);
  for (let i = 0; i < 25_000; i++) limit.charge(`key ${i}`, 3);
  assert.equal(limit.waitMs('key 24999'), 500);
});
