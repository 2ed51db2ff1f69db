import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapacityReason, FinishedTrial } from '../../../../../api/status/capacity.ts';
import { nextMove } from '../../../../../model/capacity/search/next-move.ts';
import { carries, P99, search, settingsWith, type Target, trialsText } from '../../../../support/capacity/searches.ts';

const RANGE = { minRate: 100, maxRate: 10_000 };
const CLIMB_TO_3200 =
  'WarmUp 100 good, Climb 100 good, Climb 200 good, Climb 400 good, Climb 800 good, Climb 1600 good, Climb 3200 bad, Climb 3200 bad';
const NARROW_TO_1903 = `${CLIMB_TO_3200}, Narrow 2263 bad, Narrow 2263 bad, Narrow 1903 good`;
const DECIDE_1987 = `${NARROW_TO_1903}, Decide 1903 good, Decide 1903 good, Decide 2075 bad, Decide 2075 bad, Decide 2075 bad, Decide 1987 good, Decide 1987 good, Decide 1987 good`;

/** Fails the trials with these numbers, whatever their rates. */
const disturbed =
  (numbers: readonly number[], target: Target): Target =>
  (trial, start) =>
    numbers.includes(trial.number) ? { good: false } : target(trial, start);

const late: Target = ({ rate }) => ({ good: false, by: [{ metric: P99.metric }], observed: [`${100 + rate / 100}ms`] });
/** The requests under way at the end are too large a share of one trial at the lowest rate. */
const lateAndSlow: Target = (trial, start) => {
  const found = late(trial, start);
  return trial.number === 5 ? { ...found, by: [{ metric: P99.metric }, { metric: 'rate' }] } : found;
};
const queues: Target = ({ rate }) => ({
  good: false,
  by: [{ metric: P99.metric }],
  observed: [`${100 + 10 * rate}ms`],
});
const failing: Target = () => ({ good: false, by: [{ metric: 'errors' }], observed: ['120ms'] });
const SATURATED = { good: false, generator: { reason: 'PacingLag', message: 'late' } };

/** Carries 500/s, and 2,000/s once it was held. */
function scaling(): Target {
  let capacity = 500;
  return (trial, start) => {
    if (trial.purpose === 'Hold') capacity = 2000;
    return carries(capacity)(trial, start);
  };
}

const SEARCHES: [what: string, fields: object, target: Target, reason: CapacityReason, trials: string][] = [
  ['a capacity within the range', {}, carries(2000), 'Found', `${DECIDE_1987}, Confirm 1987 good`],
  ['a search without confirmation', { confirm: '0s' }, carries(2000), 'Found', DECIDE_1987],
  [
    'a first failure by a disturbance, which is tried once more',
    { confirm: '0s' },
    disturbed([3], carries(2000)),
    'Found',
    DECIDE_1987.replace('Climb 400 good', 'Climb 400 bad, Climb 400 good'),
  ],
  [
    'two failures in a row by a disturbance, whose rate is decided anew',
    { confirm: '0s', maxRate: 400 },
    disturbed([3, 4], carries(2000)),
    'AboveRange',
    'WarmUp 100 good, Climb 100 good, Climb 200 good, Climb 400 bad, Climb 400 bad, Narrow 282.8 good, Narrow 336.3 good, Decide 336.3 good, Decide 336.3 good, Decide 366.8 good, Decide 366.8 good, Decide 366.8 good, Decide 383 good, Decide 383 good, Decide 383 good, Decide 400 good, Decide 400 good, Decide 400 good',
  ],
  [
    'a required capacity within the bracket, which is decided itself',
    { confirm: '0s', atLeast: 1950, precision: '10%' },
    carries(2000),
    'Found',
    `${NARROW_TO_1903}, Decide 1903 good, Decide 1903 good, Decide 1950 good, Decide 1950 good, Decide 1950 good, Decide 2048 bad, Decide 2048 bad, Decide 2048 bad`,
  ],
  [
    'a range that the target carries',
    { maxRate: 300 },
    carries(1e6),
    'AboveRange',
    'WarmUp 100 good, Climb 100 good, Climb 200 good, Climb 300 good, Decide 300 good, Decide 300 good, Confirm 300 good',
  ],
  [
    'a capacity a little below the range',
    {},
    carries(60),
    'BelowRange',
    'WarmUp 100 bad, Climb 100 bad, Climb 100 bad, Below 50 good, Decide 100 bad, Decide 100 bad, Decide 100 bad',
  ],
  ...(
    [
      ['a time that queueing explains', queues, 'BelowRange'],
      ['a time that no rate improves', late, 'LatencyFloor'],
      ['such a time, and a trial whose end cuts off many of its requests', lateAndSlow, 'LatencyFloor'],
      ['a target that fails at every rate', failing, 'BelowRange'],
    ] as const
  ).map(([what, target, reason]): (typeof SEARCHES)[number] => [
    what,
    {},
    target,
    reason,
    'WarmUp 100 bad, Climb 100 bad, Climb 100 bad, Below 50 bad, Below 50 bad, Below 25 bad, Below 25 bad',
  ]),
  [
    'a target that never bears the long trial',
    { precision: '50%' },
    (trial, start) => (trial.purpose === 'Confirm' ? { good: false } : carries(2000)(trial, start)),
    'NotConfirmed',
    `${CLIMB_TO_3200}, Narrow 2263 bad, Narrow 2263 bad, Decide 1600 good, Decide 1600 good, Decide 2263 bad, Decide 2263 bad, Decide 2263 bad, Confirm 1600 bad, Confirm 1600 bad, Narrow 1131 good, Decide 1131 good, Decide 1131 good, Confirm 1131 bad, Confirm 1131 bad, Decide 800 good, Decide 800 good, Confirm 800 bad, Confirm 800 bad`,
  ],
  [
    'a generator that is the limit twice in a row',
    {},
    ({ rate }) => (rate > 300 ? SATURATED : { good: true }),
    'GeneratorSaturated',
    'WarmUp 100 good, Climb 100 good, Climb 200 good, Climb 400 saturated, Climb 400 saturated',
  ],
  [
    'a generator that is still cold in the warm-up, which says nothing',
    { maxRate: 100, confirm: '0s' },
    ({ number }) => (number === 0 ? SATURATED : { good: true }),
    'AboveRange',
    'WarmUp 100 saturated, Climb 100 good, Decide 100 good, Decide 100 good',
  ],
  [
    'a generator that is disturbed once',
    { maxRate: 200, confirm: '0s' },
    ({ number }) => (number === 2 ? SATURATED : { good: true }),
    'AboveRange',
    'WarmUp 100 good, Climb 100 good, Climb 200 saturated, Climb 200 good, Decide 200 good, Decide 200 good',
  ],
  ['a search without the time for another trial', { deadline: '90s' }, carries(2000), 'Deadline', CLIMB_TO_3200],
  [
    'a target that scales while a bad rate is held',
    { hold: '3m', confirm: '0s', precision: '50%' },
    scaling(),
    'Found',
    'WarmUp 100 good, Climb 100 good, Climb 200 good, Climb 400 good, Climb 800 bad, Climb 800 bad, Hold 800 good, Climb 800 good, Climb 1600 good, Climb 3200 bad, Climb 3200 bad, Hold 3200 bad, Climb 3200 bad, Narrow 2263 bad, Narrow 2263 bad, Decide 1600 good, Decide 1600 good, Decide 2263 bad, Decide 2263 bad, Decide 2263 bad',
  ],
];

describe('a search', () => {
  for (const [what, fields, target, reason, trials] of SEARCHES)
    it(`of ${what} ends as ${reason}`, () => {
      const found = search(settingsWith({ ...RANGE, trialDuration: '10s', ...fields }), target);
      assert.equal(trialsText(found.trials), trials);
      assert.equal(found.reason, reason);
    });

  it('follows a capacity that halves after a minute', () => {
    const halves: Target = (trial, start) => carries(start < 60 ? 800 : 400)(trial, start);
    const { reason, trials } = search(settingsWith(RANGE), halves);
    assert.deepEqual([reason, trials.at(-1)!.rate], ['Found', 400]);
  });

  it('goes on from the trials in the status alone, wherever the controller was killed', () => {
    const settings = settingsWith(RANGE);
    const { trials } = search(settings, carries(2000));
    for (const { number, purpose, rate, seconds } of trials)
      assert.deepEqual(nextMove(settings, JSON.parse(JSON.stringify(trials.slice(0, number))) as FinishedTrial[], 0), {
        type: 'Trial',
        trial: { number, purpose, rate, seconds },
      });
  });
});
