import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capacity } from '../../../../../api/status/capacity.ts';
import { capacityText } from '../../../../../model/capacity/result/text.ts';

const ROWS: [Capacity, string][] = [
  [{}, 'no rate is known yet'],
  [{ high: 50 }, 'does not carry 50/s'],
  [{ low: 800, high: 1600 }, 'carries 800/s and not 1,600/s'],
  [{ reason: 'Found', rate: 400, low: 400, high: 418 }, 'carries 400/s (400–418)'],
  // The Poisson arrivals of the best trial reached less than its rate.
  [{ reason: 'Found', rate: 366, low: 367, high: 383 }, 'carries 366/s (366–383)'],
  [{ reason: 'AboveRange', low: 1000 }, 'carries at least 1,000/s, the highest rate of the search'],
  [{ reason: 'GeneratorSaturated' }, 'no rate is known, as the load generator was the limit at the lowest one'],
  [
    { reason: 'GeneratorSaturated', low: 1600, high: 3200 },
    'carries 1,600/s and not 3,200/s, as close as the load generator could measure',
  ],
  [
    { reason: 'GeneratorSaturated', high: 3200 },
    'does not carry 3,200/s, as close as the load generator could measure',
  ],
  [{ reason: 'Deadline', low: 200, high: 400 }, 'carries 200/s and not 400/s at the deadline of the search'],
];
for (const [capacity, text] of ROWS) test(text, () => assert.equal(capacityText(capacity, '/s'), text));
