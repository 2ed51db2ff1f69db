import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestChooser } from '../../../../model/load/request-chooser.ts';
import { numberAt, type Stripe } from '../../../../model/load/stripe.ts';

const ALL: Stripe = { index: 0, count: 1 };
const WEIGHTS: [title: string, weights: number[], blockLength: number][] = [
  ['1:1', [1, 1], 2],
  ['3:1', [3, 1], 4],
  ['2:3', [2, 3], 5],
  ['50:30:20, which is 5:3:2', [50, 30, 20], 10],
  ['99:1', [99, 1], 100],
  ['33:67', [33, 67], 100],
  ['1:1:1', [1, 1, 1], 3],
  ['32 equal weights', Array(32).fill(7), 32],
  ['32 weights from 1 to 32', Array.from({ length: 32 }, (_, i) => i + 1), 528],
  ['powers of two', Array.from({ length: 10 }, (_, i) => 2 ** i), 1023],
  ['Fibonacci numbers', [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987], 2583],
  ['5000:3000:1999:1', [5000, 3000, 1999, 1], 10_000],
];
/** Longer than any test: 32 weights at their limit add up to 32 millions. */
const LONG: typeof WEIGHTS = [
  ['a million to one', [1_000_000, 1], 1_000_001],
  ['32 weights near a million', Array.from({ length: 32 }, (_, i) => 1_000_000 - i * 7919), 28_072_176],
];
const SEEDS = [1, 2, 3, 4, 5];
/** These weights stay below; no weights exceed 7 (docs/design/0053-rows-and-mix.md). */
const GREATEST_DEVIATION = 3;

/** Counts the requests of the arrivals in a range. */
function countsOf(weights: number[], choose: (arrival: number) => number, from: number, to: number): number[] {
  const counts = weights.map(() => 0);
  for (let arrival = from; arrival < to; arrival++) counts[choose(arrival)]!++;
  return counts;
}

/** The largest difference between the requests of the first n of `arrivals` and their shares of n, over all n. */
function greatestDeviation(weights: number[], choose: (arrival: number) => number, arrivals: number): number {
  const total = weights.reduce((sum, weight) => sum + weight);
  const counts = weights.map(() => 0);
  let greatest = 0;
  for (let n = 1; n <= arrivals; n++) {
    counts[choose(n - 1)]!++;
    for (const [i, weight] of weights.entries())
      greatest = Math.max(greatest, Math.abs(counts[i]! - (n * weight) / total));
  }
  return greatest;
}

describe('each block of arrivals has exactly the shares of the weights', () => {
  for (const [title, weights, length] of WEIGHTS)
    it(title, () => {
      const total = weights.reduce((sum, weight) => sum + weight);
      const exact = weights.map((weight) => (weight * length) / total);
      for (const seed of SEEDS) {
        const choose = requestChooser(weights, seed, ALL);
        for (const block of [0, 1, 2, 1e9])
          assert.deepEqual(countsOf(weights, choose, block * length, (block + 1) * length), exact);
      }
    });
});

describe(`after any number of arrivals, no request deviates from its share by ${GREATEST_DEVIATION} arrivals`, () => {
  for (const [title, weights, length] of [...WEIGHTS, ...LONG])
    it(title, () => {
      for (const seed of SEEDS) {
        const deviation = greatestDeviation(weights, requestChooser(weights, seed, ALL), Math.min(3 * length, 10_000));
        assert.ok(deviation < GREATEST_DEVIATION, `${deviation} with seed ${seed}`);
      }
    });
});

describe('the order of a block', () => {
  const orderOf = (weights: number[], seed: number, block: number, series = ALL) => {
    const length = weights.reduce((sum, weight) => sum + weight);
    const choose = requestChooser(weights, seed, series);
    return Array.from({ length }, (_, i) => choose(numberAt(series, block * length + i))).join('');
  };
  const weights = [5, 3, 2];
  const rows: [sentence: string, orders: string[]][] = [
    ['differs between seeds', SEEDS.map((seed) => orderOf(weights, seed, 0))],
    ['differs between blocks', [0, 1, 2, 3, 4].map((block) => orderOf(weights, 1, block))],
    ['differs between series', [0, 1, 2].map((index) => orderOf(weights, 1, 0, { index, count: 3 }))],
  ];
  for (const [sentence, orders] of rows) it(sentence, () => assert.equal(new Set(orders).size, orders.length));
  it('is the same for the same seed', () => assert.equal(orderOf(weights, 1, 7), orderOf(weights, 1, 7)));

  const everyOrder: [weights: number[], orders: number][] = [
    [[1, 1], 2],
    [[1, 1, 1], 6],
    [[3, 1], 4],
    [[9, 1], 10],
  ];
  for (const [few, orders] of everyOrder)
    it(`is any of ${orders} with weights ${few.join(':')}, each as often as the others`, () => {
      const found = new Map<string, number>();
      const times = 400 * orders;
      for (let block = 0; block < times; block++) {
        const order = orderOf(few, 3, block);
        found.set(order, (found.get(order) ?? 0) + 1);
      }
      assert.equal(found.size, orders);
      for (const [order, count] of found) assert.ok(Math.abs(count - 400) < 100, `${order}: ${count} of ${times}`);
    });

  it('makes a request of weight 1 in 100 one of the first ten arrivals in a tenth of the tests', () => {
    let tests = 0;
    for (let seed = 0; seed < 1000; seed++) tests += countsOf([99, 1], requestChooser([99, 1], seed, ALL), 0, 10)[1]!;
    assert.ok(Math.abs(tests - 100) < 40, `${tests} of 1000`);
  });
});

describe('an engine sends about its part of every request, whatever the number of engines', () => {
  for (const [title, weights] of WEIGHTS)
    it(title, () => {
      const arrivals = 48_000;
      const total = weights.reduce((sum, weight) => sum + weight);
      const choose = requestChooser(weights, 1, ALL);
      for (const engines of [2, 3, 4, 5, 8, 10, 16]) {
        const counts = Array.from({ length: engines }, () => weights.map(() => 0));
        for (let arrival = 0; arrival < arrivals; arrival++) counts[arrival % engines]![choose(arrival)]!++;
        for (const [request, weight] of weights.entries()) {
          const share = weight / total;
          const mean = (arrivals / engines) * share;
          const bound = 5 * Math.sqrt(mean * (1 - share)) + 2; // five standard deviations of independent draws
          for (const own of counts)
            assert.ok(
              Math.abs(own[request]! - mean) < bound,
              `${engines} engines, request ${request}: ${own[request]}`,
            );
        }
      }
    });
});
