import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';

/** Times of sending and receiving by the runner's clock, the response's time by the operator's clock, and the time for which it was held. */
type Exchange = Parameters<OperatorClock['observe']>;

const rows: [sentence: string, exchanges: Exchange[], aheadMs: number][] = [
  ['equals the clock of the runner before any exchange', [], 0],
  ['was read in the middle of an exchange', [[1000, 1100, 6050]], 5000],
  ['was read just before a held response arrived', [[1000, 3010, 8005, 2000]], 5000],
  [
    'is corrected by a shorter round trip',
    [
      [1000, 1100, 6090],
      [2000, 2010, 7005],
    ],
    5000,
  ],
  [
    'is not corrected by a longer round trip',
    [
      [2000, 2010, 7005],
      [3000, 3500, 8000],
    ],
    5000,
  ],
  [
    'is corrected by a held response with a short round trip',
    [
      [1000, 1100, 6090],
      [2000, 4010, 9005, 2000],
    ],
    5000,
  ],
  [
    'is not corrected by a held response with a long round trip',
    [
      [1000, 1010, 6005],
      [2000, 4100, 9090, 2000],
    ],
    5000,
  ],
  [
    'is that of the response if the operator held it for longer than the exchange took',
    [[1000, 2990, 7990, 2000]],
    5000,
  ],
  [
    'is corrected by such a response, and by the next one',
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
