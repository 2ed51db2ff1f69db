import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../../../api/status/capacity.ts';
import { judgeSearch } from '../../../../model/capacity/result/verdict.ts';
import { compareWith } from '../../../../model/compare/baseline.ts';
import { compareCapacities } from '../../../../model/compare/capacities.ts';

const specOf = (change: object = {}) =>
  loadTestSpecSchema.parse({
    target: { url: 'http://shop.test' },
    load: { type: 'Capacity', capacity: { maxRate: 5000 } },
    thresholds: [{ metric: 'responseTime.p99', max: '200ms' }],
    ...change,
  });
const SPEC = specOf();
const found = (rate: number, width = 1.05): Capacity => ({
  ...{ rate, low: rate, high: rate * width, regular: true, reason: 'Found' },
});
const above = (low: number): Capacity => ({ rate: low, low, regular: false, reason: 'AboveRange' });
const below = (high: number): Capacity => ({ high, regular: false, reason: 'BelowRange' });
const deadline = (rate: number): Capacity => ({ ...found(rate, 1.5), regular: false, reason: 'Deadline' });
const WANTED = { name: 'v41', maxRegression: '10%' };

const rows: [title: string, before: Capacity, after: Capacity, result: string, message: RegExp][] = [
  [
    'the same capacity is unchanged',
    found(1830),
    found(1830),
    'Unchanged',
    /unchanged from v41: 1,830 after 1,830, \+0%/,
  ],
  ['one that is 6% lower is unchanged, as 10% are tolerated', found(1830), found(1720), 'Unchanged', /-6.01%/],
  [
    'one that is 15% lower has regressed',
    found(1830),
    found(1555),
    'Regressed',
    /worse than that of v41: 1,555 after 1,830, -15% \(-19.1% to -10.8%\)/,
  ],
  ['one that is 15% higher has improved', found(1830), found(2105), 'Improved', /better/],
  [
    'brackets that overlap show no regression',
    found(1830, 1.1),
    found(1600, 1.2),
    'TooNoisy',
    /too wide to tell 10%.*precision/,
  ],
  ['wide brackets that do not overlap do', found(1830, 1.3), found(1200, 1.3), 'Regressed', /worse/],
  [
    'a capacity below the range has regressed from one above it',
    found(1830),
    below(100),
    'Regressed',
    /no rate after 1,830/,
  ],
  ['a capacity above the range has improved from one within', found(1830), above(5000), 'Improved', /better/],
  [
    'an irregular result that does not differ for sure is not compared',
    found(1830),
    deadline(1830),
    'NotComparable',
    /the capacity of this test is not certain: Deadline/,
  ],
  [
    'two irregular results are not compared',
    above(5000),
    below(100),
    'NotComparable',
    /of this test is not certain: BelowRange, the capacity of v41 is not certain: AboveRange/,
  ],
];

describe('of two capacities', () => {
  for (const [title, before, after, result, message] of rows)
    it(title, () => {
      const compared = compareCapacities({ spec: SPEC, capacity: before }, { spec: SPEC, capacity: after }, WANTED);
      assert.equal(compared.result, result, compared.message);
      assert.match(compared.message, message);
    });
});

describe('two searches are not comparable', () => {
  const differs: [field: string, spec: object][] = [
    ['thresholds', { thresholds: [{ metric: 'responseTime.p99', max: '100ms' }] }],
    ['load.capacity.arrivals', { load: { type: 'Capacity', capacity: { maxRate: 5000, arrivals: 'Poisson' } } }],
  ];
  for (const [field, change] of differs)
    it(`where ${field} differs`, () => {
      const other = { spec: specOf(change), capacity: found(1830) };
      const { result, message } = compareCapacities({ spec: SPEC, capacity: found(1830) }, other, WANTED);
      assert.deepEqual([result, message], ['NotComparable', `${field} differs from that of v41`]);
    });
});

describe('the verdict of a search with a baseline', () => {
  const finished = {
    type: 'Complete',
    status: 'True',
    reason: 'Finished',
    message: '',
    lastTransitionTime: '',
  } as const;
  const verdict = (baseline: Capacity | undefined, ours: Capacity) => {
    const status = { conditions: [finished], ...(baseline && { capacity: baseline }) };
    const run = { spec: SPEC, intervals: undefined, capacity: ours };
    const compared = compareWith(WANTED, { spec: SPEC, status }, run);
    const { passed, comparison } = judgeSearch(SPEC, { ...ours, trials: [] }, { desired: 1, lost: 0 }, compared);
    return [passed.status, passed.reason, comparison?.result];
  };
  it('passes an unchanged one', () =>
    assert.deepEqual(verdict(found(1830), found(1800)), ['True', 'Unchanged', 'Unchanged']));
  it('fails a lower one', () =>
    assert.deepEqual(verdict(found(1830), found(1500)), ['False', 'Regressed', 'Regressed']));
  it('is open without a usable baseline', () =>
    assert.deepEqual(verdict(undefined, found(1500)), ['Unknown', 'BaselineUnavailable', 'NotComparable']));
});
