import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arrivals } from '../../../../model/load/arrivals.ts';
import { type LoadPlan, loadPlanOf, ONE_REQUEST } from '../../../../model/load/load-plan.ts';
import { closed, enginePositions, open, specWithLoad } from '../../../support/specs/loads.ts';

function planOfType<T extends LoadPlan['type']>(type: T, plan: LoadPlan): Extract<LoadPlan, { type: T }> {
  assert.equal(plan.type, type);
  return plan as Extract<LoadPlan, { type: T }>;
}

test('the arrivals of all engines together are the schedule, even when runners have unequal numbers of workers', () => {
  const spec = specWithLoad(open(500, { arrivals: 'Poisson' }), 3);
  const numbers = enginePositions([1, 4, 2]).flatMap((position) => {
    const { schedule, stripe } = planOfType('Open', loadPlanOf(spec, position));
    const arrivals = new Arrivals(schedule, stripe);
    const own: number[] = [];
    for (; arrivals.dueUs !== Number.POSITIVE_INFINITY; arrivals.advance()) own.push(arrivals.number);
    return own;
  });
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    numbers.map((_, i) => i),
  );
  assert.ok(numbers.length > 900 && numbers.length < 1100);
});

test('the shares of all engines add up to the load of the test', () => {
  const [openSpec, closedSpec] = [open(1, { maxInFlight: 1000 }), closed({ users: 101, iterations: 7777 })];
  const plans = enginePositions([1, 4, 2]).map((position) => ({
    open: planOfType('Open', loadPlanOf(specWithLoad(openSpec, 3), position)),
    closed: planOfType('Closed', loadPlanOf(specWithLoad(closedSpec, 3), position)),
  }));
  const sum = (of: (p: (typeof plans)[number]) => number) => plans.reduce((total, p) => total + of(p), 0);
  assert.equal(
    sum((p) => p.open.maxInFlight),
    1000,
  );
  assert.equal(
    sum((p) => p.closed.users),
    101,
  );
  assert.equal(
    sum((p) => p.closed.iterations),
    7777,
  );
});

test('users start evenly over the ramp-up, alternating between engines; with unequal shares the last users start at its end', () => {
  const spec = specWithLoad(closed({ users: 5, rampUp: '1s', thinkTime: '2ms' }), 3);
  const plans = enginePositions([1, 2, 1]).map((position) => planOfType('Closed', loadPlanOf(spec, position)));
  assert.deepEqual(
    plans.map(({ beginsUs, thinkTimeUs }) => [beginsUs, thinkTimeUs]),
    [
      [[0, 600_000], 2000],
      [[200_000], 2000],
      [[800_000], 2000],
      [[400_000], 2000],
    ],
  );
});

const GRACE: [sentence: string, gracefulStop: string | undefined, us: number][] = [
  ['without a graceful stop every request keeps its full timeout', undefined, Infinity],
  ['a graceful stop bounds the time after the last request', '250ms', 250_000],
];
for (const [sentence, gracefulStop, us] of GRACE)
  test(sentence, () => {
    for (const load of [open(1), closed({})])
      for (const position of enginePositions([2]))
        assert.equal(loadPlanOf(specWithLoad({ ...load, gracefulStop }), position).gracefulStopUs, us);
  });

test('a preflight request is arrival 0, due at once', () =>
  assert.deepEqual(ONE_REQUEST, {
    type: 'Closed',
    lengthUs: Infinity,
    series: { index: 0, count: 1 },
    users: 1,
    beginsUs: [0],
    thinkTimeUs: 0,
    iterations: 1,
    gracefulStopUs: Infinity,
  }));
