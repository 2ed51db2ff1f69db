import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Bound, classify, conditionalThroughput } from '../../../../../model/capacity/search/classification.ts';

/** Trials of ten seconds; five of them decide. + is a good one, - a bad one, and capitals last a minute. */
const trialsOf = (text: string) =>
  [...text].map((c) => ({ good: '+G'.includes(c), seconds: 'GB'.includes(c) ? 60 : 10, rate: 100, achieved: 100 }));

describe('the classification of a rate', () => {
  const rows: [trials: string, bound: Bound][] = [
    ['', 'Undecided'],
    ['+', 'Undecided'],
    ['++', 'Undecided'],
    ['+++', 'Lower'],
    ['--', 'Undecided'],
    ['---', 'Upper'],
    ['+-+-', 'Undecided'],
    ['+-+-+', 'Lower'],
    ['+-+--', 'Upper'],
    ['+-+-+-', 'Lower'],
    ['G', 'Lower'],
    ['---G', 'Lower'],
    ['+++B', 'Upper'],
  ];
  for (const [trials, bound] of rows)
    it(`is ${bound} after "${trials}"`, () => assert.equal(classify(trialsOf(trials), 10), bound));
});

describe('the conditional throughput', () => {
  const rows: [achieved: number[], throughput: number | undefined][] = [
    [[100, 99, 98], 98],
    [[98, 100, 99], 98],
    [[100, 99, 98, 97, 96], 98],
    [[100, 50, 100, 50, 100], 100],
    [[100, 50, 100, 50, 50], 50],
    [[101, 101, 101], 100],
    [[100, 99], undefined],
  ];
  for (const [achieved, throughput] of rows)
    it(`of trials at 100/s that achieved ${achieved.join(', ')} is ${throughput}`, () => {
      const trials = achieved.map((value) => ({ achieved: value, rate: 100, seconds: 10 }));
      assert.equal(conditionalThroughput(trials, 10), throughput);
    });
});
