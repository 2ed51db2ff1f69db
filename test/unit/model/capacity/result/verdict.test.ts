import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import type { FinishedTrial } from '../../../../../api/status/capacity.ts';
import { capacityResult } from '../../../../../model/capacity/result/capacity-status.ts';
import { judgeSearch } from '../../../../../model/capacity/result/verdict.ts';
import { searchSettings } from '../../../../../model/capacity/search/settings.ts';
import { searchOf } from '../../../../../model/capacity/trial/trial-spec.ts';
import { carries, P99, search, type Target } from '../../../../support/capacity/searches.ts';

const ORDER = { ...P99, request: 'order' };

function specWith(capacity: object): LoadTestSpec {
  return loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    requests: [{ name: 'order' }],
    load: { type: 'Capacity', capacity: { minRate: 100, maxRate: 10_000, confirm: '10s', ...capacity } },
    thresholds: [ORDER, { metric: 'errors', max: '1%' }],
  });
}

/** A trial of a target of 2,000/s whose p99 comes near its limit gradually: `near` is its value at the capacity. */
const slow =
  (near: number, beyond: number): Target =>
  ({ rate }) => ({
    good: rate <= 2000,
    achieved: rate - 1,
    observed: [`${rate <= 2000 ? near : beyond}ms`, '0%'],
    ...(rate > 2000 && { by: [{ metric: ORDER.metric, request: 'order' }] }),
  });

const SMOOTH = slow(90, 120);
const SATURATED = {
  good: false,
  generator: { reason: 'PacingLag', message: 'requests were sent late; 1 more runner' },
};
const scaling = (): Target => {
  let limit = 500;
  return (trial, start) => {
    if (trial.purpose === 'Hold') limit = 2000;
    return carries(limit)(trial, start);
  };
};

const ROWS: [what: string, capacity: object, target: Target, verdict: string][] = [
  [
    'a limit that is approached',
    {},
    SMOOTH,
    'True/Found carries 1,986/s (1,986–2,075); p99 of `order` is the limit, gradually',
  ],
  ['a cliff', {}, slow(5, 900), 'True/Found carries 1,986/s (1,986–2,075); p99 of `order` is the limit, abruptly'],
  [
    'a required capacity that is reached',
    { atLeast: 1950 },
    SMOOTH,
    'True/CapacityReached carries 1,997/s (1,997–2,048); p99 of `order` is the limit, gradually; 1,950/s are required',
  ],
  [
    'a required capacity that is not reached',
    { atLeast: 2050 },
    SMOOTH,
    'False/CapacityTooLow carries 1,974/s (1,974–2,050); p99 of `order` is the limit, gradually; 2,050/s are required',
  ],
  [
    'a required capacity that there was no time to decide',
    { atLeast: 2050, deadline: '1m' },
    SMOOTH,
    'Unknown/Deadline carries 1,600/s and not 3,200/s at the deadline of the search; p99 of `order` is the limit, gradually; 2,050/s are required, which the trials do not decide',
  ],
  [
    'a required capacity far below what the generator makes',
    { atLeast: 200 },
    ({ rate }) => (rate > 3000 ? SATURATED : { good: true }),
    'True/CapacityReached carries at least 1,600/s, as far as the load generator came; 200/s are required',
  ],
  [
    'a generator that is the limit',
    {},
    ({ rate }) => (rate > 3000 ? SATURATED : { good: true }),
    'Unknown/GeneratorSaturated carries at least 1,600/s, as far as the load generator came',
  ],
  [
    'a generator that is the limit at once',
    {},
    () => SATURATED,
    'Unknown/GeneratorSaturated no rate is known, as the load generator was the limit at the lowest one',
  ],
  [
    'a target beyond the range',
    {},
    carries(1e6),
    'True/AboveRange carries at least 10,000/s, the highest rate of the search',
  ],
  [
    'a target below the range',
    {},
    carries(10),
    'False/BelowRange does not carry 25/s, below the range of the search; p99 is the limit',
  ],
  [
    'a required capacity above a target below the range',
    { atLeast: 100 },
    carries(10),
    'False/CapacityTooLow does not carry 25/s, below the range of the search; p99 is the limit; 100/s are required',
  ],
  [
    'a time with a floor',
    {},
    () => ({ good: false, by: [{ metric: ORDER.metric, request: 'order' }], observed: ['120ms', '0%'] }),
    'False/LatencyFloor carries no rate: p99 of `order` is above its limit at the lowest rates, and lower ones do not improve it',
  ],
  [
    'a target that does not hold for long',
    {},
    (trial, start) => (trial.purpose === 'Confirm' ? { good: false } : carries(2000)(trial, start)),
    'Unknown/NotConfirmed carries no rate for long: rates that held in short trials did not in the long ones; carries 1,746/s and not 1,823/s',
  ],
  [
    'a target that scales',
    { hold: '3m' },
    scaling(),
    'True/Found carries 1,987/s (1,987–2,075); p99 is the limit; 400/s before it had scaled',
  ],
];

function judged(capacity: object, target: Target, lost = 0) {
  const spec = specWith(capacity);
  const settings = searchSettings(searchOf(spec), spec);
  const { trials, reason } = search(settings, target);
  return judgeSearch(spec, capacityResult(settings, trials, reason), { desired: 2, lost });
}

describe('the verdict of a search', () => {
  for (const [what, capacity, target, verdict] of ROWS)
    it(`of ${what} is ${verdict.split(' ')[0]}`, () => {
      const { status, reason, message } = judged(capacity, target).passed;
      assert.equal(`${status}/${reason} ${message}`, verdict);
    });

  it('says that a lost runner fails it, and what was found', () => {
    const { status, reason, message } = judged({}, SMOOTH, 1).passed;
    assert.equal(`${status}/${reason}`, 'False/RunnersLost');
    assert.match(message, /^runners were lost; carries 1,986\/s .+; 1 of 2 runners lost/);
  });

  it('has the thresholds of the trial at the rate found', () =>
    assert.deepEqual(judged({}, SMOOTH).thresholds, [
      { ...ORDER, observed: '90ms', passed: true },
      { metric: 'errors', max: '1%', observed: '0%', passed: true },
    ]));

  it('has those of a trial that failed where no rate held', () => {
    const failing: Target = () => ({ good: false, by: [{ metric: 'errors' }], observed: ['9ms', '5%'] });
    assert.deepEqual(
      judged({}, failing).thresholds.map(({ passed }) => passed),
      [true, false],
    );
  });

  it('names the limit of the generator, and what to do', () => {
    const limited: Target = ({ rate }) => (rate > 3000 ? SATURATED : { good: true });
    assert.deepEqual(judged({}, limited).saturated, {
      status: 'True',
      reason: 'PacingLag',
      message: SATURATED.generator.message,
    });
  });

  it('says which trials the generator spoiled once', () => {
    const once: Target = (trial, start) => (trial.number === 2 ? SATURATED : carries(2000)(trial, start));
    const { status, message } = judged({}, once).saturated;
    assert.equal(status, 'False');
    assert.match(message, /; 1 of \d+ trials were repeated: requests were sent late; 1 more runner$/);
  });
});

describe('the result of a search that the load ended', () => {
  it('is what was found so far', () => {
    const spec = specWith({});
    const settings = searchSettings(searchOf(spec), spec);
    const trials: FinishedTrial[] = search(settings, SMOOTH).trials.slice(0, 9);
    const capacity = capacityResult(settings, trials, 'Unfinished');
    assert.deepEqual([capacity.rate, capacity.low, capacity.high, capacity.regular], [1599, 1600, 3200, false]);
    assert.equal(
      judgeSearch(spec, capacity, { desired: 1, lost: 0 }).passed.message,
      'carries 1,600/s and not 3,200/s when the load ended, before the search did; p99 of `order` is the limit, gradually',
    );
  });
});
