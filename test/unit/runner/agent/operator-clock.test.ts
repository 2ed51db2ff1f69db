import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';

/** When it was sent and received by the runner's clock, the operator's clock when it answered, and for how long it held the answer. */
type Observed = Parameters<OperatorClock['observe']>;

const rows: [sentence: string, exchanges: Observed[], aheadMs: number][] = [
  ['is taken to be ours before any exchange', [], 0],
  ['was read in the middle of an exchange', [[1000, 1100, 6050]], 5000],
  ['was read just before a held answer came', [[1000, 3010, 8005, 2000]], 5000],
  [
    'is known better by a shorter round trip',
    [
      [1000, 1100, 6090],
      [2000, 2010, 7005],
    ],
    5000,
  ],
  [
    'is not known better by a longer one',
    [
      [2000, 2010, 7005],
      [3000, 3500, 8000],
    ],
    5000,
  ],
  [
    'is known better by a held answer whose way was short than by a long way',
    [
      [1000, 1100, 6090],
      [2000, 4010, 9005, 2000],
    ],
    5000,
  ],
  [
    'is not known better by a held answer whose way was long',
    [
      [1000, 1010, 6005],
      [2000, 4100, 9090, 2000],
    ],
    5000,
  ],
  ['is as it was told when the answer was held for longer than the exchange took', [[1000, 2990, 7990, 2000]], 5000],
  [
    'is known anew by such an answer, and by the next one also',
    [
      [1000, 2990, 7000, 2000],
      [3000, 4990, 9990, 2000],
    ],
    5000,
  ],
];

describe("the operator's clock", () => {
  for (const [sentence, exchanges, aheadMs] of rows)
    it(sentence, () => {
      const clock = new OperatorClock();
      for (const exchange of exchanges) clock.observe(...exchange);
      assert.equal(clock.toOperator(1000), 1000 + aheadMs);
      assert.equal(clock.toLocal(1000 + aheadMs), 1000);
    });
});
