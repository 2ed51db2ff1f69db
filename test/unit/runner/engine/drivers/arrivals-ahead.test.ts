import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../../../../model/load/load-plan.ts';
import type { OpenPlan } from '../../../../../model/load/open-load.ts';
import { ArrivalsAhead } from '../../../../../runner/engine/drivers/arrivals-ahead.ts';

const spec = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 10 }] } },
});
const { schedule } = loadPlanOf(spec, {
  runner: { index: 0, count: 1 },
  worker: { index: 0, count: 1 },
}) as unknown as OpenPlan;

test('the arrivals ahead of an engine are those of its stripe, by the time at which they are due', () => {
  const ahead = new ArrivalsAhead();
  assert.deepEqual(ahead.take(5, 1e6), [], 'none without a schedule');
  ahead.follow(schedule, { index: 1, count: 2 });
  assert.deepEqual(ahead.take(5, 0.35e6), [1, 3]);
  assert.deepEqual(ahead.take(1, 1e6), [5]);
  assert.equal(ahead.passes(5), false);
  assert.equal(ahead.passes(7), true, 'an arrival that was not taken before');
  assert.deepEqual(ahead.take(5, 1e6), [9]);
  ahead.follow(schedule, { index: 0, count: 2 });
  assert.deepEqual(ahead.take(2, 1e6), [0, 2], 'those of the next schedule');
});
