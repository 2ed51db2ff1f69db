import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER_NAMES, type LiveCounts } from '../../../../api/status/counters.ts';
import {
  addCounts,
  countsSince,
  endedCount,
  errorShare,
  identityProblems,
  isIdle,
  noCounts,
  resultCounts,
  withoutOutcome,
} from '../../../../model/measure/counters.ts';

const RUNNING: LiveCounts = {
  ...noCounts(),
  ...{ generated: 20, made: 16, done: 8, timeout: 1, failed: 2, dropped: 1, unexpected: 3, inFlight: 5, pending: 3 },
};

const identities: [name: string, change: Partial<LiveCounts>, problems: string[]][] = [
  ['holds for a running test', {}, []],
  [
    'breaks when an arrival is neither made, dropped nor pending',
    { generated: 21 },
    ['generated 21 is not made 16 + dropped 1 + pending 3'],
  ],
  [
    'breaks when a request has two outcomes',
    { aborted: 1 },
    ['made 16 is not done 8 + timeout 1 + failed 2 + aborted 1 + inFlight 5'],
  ],
  ['breaks when a part exceeds its whole', { unexpected: 9 }, ['unexpected 9 is more than done 8']],
];
for (const [name, change, problems] of identities)
  test(`the identity ${name}`, () => assert.deepEqual(identityProblems({ ...RUNNING, ...change }), problems));

test('the identity treats absent counters of a running test as 0', () => {
  assert.deepEqual(identityProblems({ ...resultCounts(RUNNING), generated: 17, made: 11 }), [
    'generated 17 is not made 11 + dropped 1 + pending 0',
  ]);
});

test('addCounts adds counter by counter, and does not modify its arguments', () => {
  const sum = addCounts(RUNNING, RUNNING);
  assert.deepEqual(
    Object.entries(sum),
    Object.entries(RUNNING).map(([name, count]) => [name, 2 * count]),
  );
  assert.deepEqual(addCounts(noCounts(), RUNNING), RUNNING);
});

test('noCounts returns a new object at each call', () => {
  noCounts().done = 1;
  assert.equal(noCounts().done, 0);
});

test('countsSince returns the differences of counters, and the newest value of gauges', () => {
  const now = { ...RUNNING, generated: 30, done: 12, late: 1, inFlight: 2 };
  assert.deepEqual(countsSince(RUNNING, now), {
    ...noCounts(),
    ...{ generated: 10, done: 4, late: 1, inFlight: 2, pending: 3 },
  });
});

test('resultCounts leaves out the counters of a running test', () => {
  assert.deepEqual(Object.keys(resultCounts(RUNNING)), COUNTER_NAMES);
  assert.deepEqual({ ...RUNNING, ...resultCounts(RUNNING) }, RUNNING);
});

test('where nothing is under way, all arrivals have ended', () => {
  const over = { ...RUNNING, inFlight: 0, aborted: 5, pending: 0, dropped: 4 };
  assert.deepEqual(identityProblems(over), []);
  assert.equal(endedCount(over), over.generated);
});

const idle: [name: string, counts: Partial<LiveCounts>, isIdle: boolean][] = [
  ['without arrivals is idle', {}, true],
  ['in which an arrival came due is not', { generated: 1, dropped: 1 }, false],
  ['in which an earlier request ended is not', { done: 1 }, false],
  ['in which earlier requests wait for their responses is not', { inFlight: 1 }, false],
  ['in which earlier arrivals wait for a connection is not', { pending: 1 }, false],
];
for (const [name, counts, expected] of idle)
  test(`a load ${name}`, () => assert.equal(isIdle({ ...noCounts(), ...counts }), expected));

test('withoutOutcome is the made requests minus all outcomes', () => {
  assert.equal(withoutOutcome(RUNNING), RUNNING.inFlight);
});

const shares: [name: string, counts: LiveCounts, share: number | undefined][] = [
  ['counts timeouts, failures, drops and unexpected responses among all that ended', RUNNING, 7 / 12],
  ['counts what was cut off among all that ended', { ...RUNNING, inFlight: 1, aborted: 4 }, 7 / 16],
  ['is unknown without arrivals', noCounts(), undefined],
  ['is unknown before anything ended', { ...noCounts(), generated: 3, made: 2, inFlight: 2, pending: 1 }, undefined],
  ['is 1 at most', { ...noCounts(), generated: 1, made: 1, done: 1, unexpected: 1 }, 1],
];
for (const [name, counts, share] of shares)
  test(`the error share ${name}`, () => assert.equal(errorShare(counts), share));
