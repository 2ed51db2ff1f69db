import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Snapshot } from '../../../../api/protocol/snapshot.ts';
import { Arrivals } from '../../../../model/load/arrivals.ts';
import { connectionsOf } from '../../../../model/load/connection-count.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import type { OpenPlan } from '../../../../model/load/open-load.ts';
import { requestChooser } from '../../../../model/load/request-chooser.ts';
import type { Stripe } from '../../../../model/load/stripe.ts';
import { workersFor } from '../../../../model/load/worker-count.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { encodeHistogram } from '../../../../model/measure/histogram-encoding.ts';
import { mergeSnapshots } from '../../../../model/measure/merge-snapshots.ts';
import { summarise } from '../../../../model/measure/summary.ts';

const specOf = (load: object, replicas = 1, http: object = {}): LoadTestSpec =>
  loadTestSpecSchema.parse({ target: { url: 'http://target', http }, load, runners: { replicas } });
const open = (rate: number, fields: object = {}) => ({
  type: 'Open',
  open: { stages: [{ duration: '2s', rate }], ...fields },
});
const closed = (fields: object) => ({ type: 'Closed', closed: { duration: '1s', ...fields } });

const all = (count: number): Stripe[] => Array.from({ length: count }, (_, index) => ({ index, count }));

/** Every engine of runners of which each has as many workers as `workers` says. */
const places = (workers: number[]) =>
  workers.flatMap((count, index) => all(count).map((worker) => ({ runner: { index, count: workers.length }, worker })));

test('the arrivals of all engines are the schedule, also when runners have unequal numbers of workers', () => {
  const spec = specOf(open(500, { arrivals: 'Poisson' }), 3);
  const numbers = places([1, 4, 2]).flatMap((place) => {
    const { schedule, stripe } = loadPlanOf(spec, place) as OpenPlan;
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

test('shares add up to what the spec says over the whole test', () => {
  const plans = places([1, 4, 2]).map((place) => ({
    open: loadPlanOf(specOf(open(1, { maxInFlight: 1000 }), 3), place),
    closed: loadPlanOf(specOf(closed({ users: 101, iterations: 7777 }), 3), place),
  }));
  const sum = (of: (p: (typeof plans)[number]) => number) => plans.reduce((total, p) => total + of(p), 0);
  assert.equal(
    sum((p) => (p.open.type === 'Open' ? p.open.maxInFlight : 0)),
    1000,
  );
  assert.equal(
    sum((p) => (p.closed.type === 'Closed' ? p.closed.users : 0)),
    101,
  );
  assert.equal(
    sum((p) => (p.closed.type === 'Closed' ? p.closed.iterations : 0)),
    7777,
  );
});

test('connections are shared out over the whole test, and every engine has one at least', () => {
  const of = (http: object) => places([1, 2]).map((place) => connectionsOf(specOf(open(1), 2, http).target, place));
  assert.deepEqual(of({}), [Infinity, Infinity, Infinity]);
  assert.deepEqual(of({ connections: 9 }), [5, 2, 2]);
  assert.deepEqual(of({ connections: 1 }), [1, 1, 1]);
  assert.deepEqual(of({ version: 'HTTP2' }), [1, 1, 1]);
});

const WORKERS: [what: string, spec: LoadTestSpec, cores: number, workers: number][] = [
  ['a low rate needs one', specOf(open(100)), 8, 1],
  ['a high rate as many as it asks for', specOf(open(12_000)), 8, 3],
  ['but not more than there are cores', specOf(open(100_000)), 2, 2],
  ['the rate is shared between runners first', specOf(open(12_000), 3), 8, 1],
  ['it is the highest rate that counts', specOf(open(0, { startRate: 12_000 })), 8, 3],
  ['never more than can be in flight', specOf(open(12_000, { maxInFlight: 2 })), 8, 2],
  ['nor than there are connections', specOf(open(12_000), 1, { connections: 2 }), 8, 2],
  ['a closed load takes the cores there are', specOf(closed({ users: 500 })), 4, 4],
  ['but no thread for a few users', specOf(closed({ users: 20 })), 4, 2],
];
for (const [what, spec, cores, expected] of WORKERS) {
  test(`workers: ${what}`, () => {
    assert.equal(workersFor(spec, { index: 0, count: spec.runners.replicas }, cores), expected);
  });
}

test('the same arrival always makes the same request, in proportion to the weights', () => {
  const choose = requestChooser([1, 0.5 + 0.5, 2]);
  const chosen = [0, 0, 0];
  for (let n = 0; n < 10_000; n++) {
    assert.equal(choose(n), choose(n));
    chosen[choose(n)]!++;
  }
  assert.ok(Math.abs(chosen[2]! - 5000) < 200 && Math.abs(chosen[0]! - 2500) < 200, String(chosen));
});

function snapshotOf(times: number[], errors: Snapshot['errors'], elapsedMs: number): Snapshot {
  const histogram = new Histogram();
  for (const time of times) histogram.record(time);
  const time = encodeHistogram(histogram);
  const counts = { ...noCounts(), generated: times.length, made: times.length, done: times.length };
  return {
    elapsedMs,
    requests: [{ name: 'default', counts, responseTime: time, serviceTime: time }],
    responses: [{ status: 200, count: times.length }],
    errors,
    pacingLag: time,
    cpuMs: 10,
    eventLoopUtilization: elapsedMs / 1e5,
    gc: { count: times.length, totalMs: times.length * 10, maxMs: times.length },
    ...(elapsedMs === 2000 && { throttledMs: 500 }),
  };
}

test('merging the workers in the runner first changes nothing in the summary but the mean of the CPU and what it is over', () => {
  const spec = specOf(open(500));
  const parts = [
    snapshotOf([100, 2000, 30_000], [{ kind: 'ConnectionReset', count: 2, example: 'x' }], 2000),
    snapshotOf([150, 9000], [{ kind: 'ConnectionReset', count: 1, example: 'y' }], 1990),
    snapshotOf([7], [], 1500),
  ];
  const { cpu: inParts, runners: _, ...apart } = summarise(spec, parts);
  const { cpu: inOne, runners: __, ...together } = summarise(spec, [mergeSnapshots(parts)]);
  assert.deepEqual(together, apart);
  assert.ok(inOne > inParts);
  assert.equal(together.responseTime.count, 6);
  assert.equal(together.throttled, 0.25);
  assert.deepEqual(together.gc, { maxUs: 3000, share: 0.015 });
});
