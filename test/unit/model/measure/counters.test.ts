import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveCounts } from '../../../../api/status/counters.ts';
import {
  addCounts,
  countsSince,
  errorShare,
  identityProblems,
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
  const { inFlight: _, pending: __, late: ___, ...result } = RUNNING;
  assert.deepEqual(resultCounts(RUNNING), result);
});

test('withoutOutcome is the made requests minus all outcomes', () => {
  assert.equal(withoutOutcome(RUNNING), RUNNING.inFlight);
});

const shares: [name: string, counts: LiveCounts, share: number][] = [
  ['counts timeouts, failures, drops and unexpected responses among all arrivals', RUNNING, 7 / 20],
  ['is 0 without arrivals', noCounts(), 0],
];
for (const [name, counts, share] of shares)
  test(`the error share ${name}`, () => assert.equal(errorShare(counts), share));
