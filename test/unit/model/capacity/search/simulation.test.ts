import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CAPACITY_REASONS } from '../../../../../api/status/capacity.ts';
import { bracketOf, triedRates } from '../../../../../model/capacity/search/tried-rates.ts';
import { seededRandom } from '../../../../../model/common/random.ts';
import { search, settingsWith } from '../../../../support/capacity/searches.ts';

const CAPACITY = 2000;
const SEARCHES = 4000;

/** In the grey zone a trial fails with logistic probability: one in eleven 7% below the capacity, ten in eleven 7% above. */
const GREY_ZONE = 0.07 / Math.log(10);

type Noise = { random: () => number; greyZone: number; disturbed: number };

/** Whether one trial at a rate is good. A disturbed one is bad at any rate. */
function isGood(rate: number, { random, greyZone, disturbed }: Noise): boolean {
  if (random() < disturbed) return false;
  return random() >= 1 / (1 + (rate / CAPACITY) ** (-1 / greyZone));
}

type Results = { rates: number[]; trials: number[] };
type Method = (noise: Noise) => { rate: number; trials: number };

/** What plain tools do: doubling and bisection, with one trial a rate. */
const bisection = (tries: number): Method => {
  return (noise) => {
    let trials = 0;
    const holds = (rate: number) => {
      for (let i = 0; i < tries; i++) {
        trials++;
        if (isGood(rate, noise)) return true;
      }
      return false;
    };
    let [low, high] = [50, 100];
    while (holds(high)) [low, high] = [high, 2 * high];
    while (high / low > 1.05) {
      const middle = Math.sqrt(low * high);
      if (holds(middle)) low = middle;
      else high = middle;
    }
    return { rate: low, trials };
  };
};

const settings = settingsWith({ minRate: 100, maxRate: 100_000, trialDuration: '5s', deadline: '10h' });

const product: Method = (noise) => {
  const { trials } = search(settings, ({ rate }) => ({ good: isGood(rate, noise) }));
  return { rate: bracketOf(triedRates(settings, trials)).low?.rate ?? 0, trials: trials.length };
};

function simulate(method: Method, noise: Omit<Noise, 'random'>): Results {
  const random = seededRandom(20_261_129);
  const runs = Array.from({ length: SEARCHES }, () => method({ random, ...noise }));
  return {
    rates: runs.map(({ rate }) => rate / CAPACITY).sort((a, b) => a - b),
    trials: runs.map(({ trials }) => trials),
  };
}

const farOff = ({ rates }: Results) => rates.filter((rate) => rate < 0.9 || rate > 1.1).length / rates.length;
const percentile = ({ rates }: Results, percent: number) => rates[Math.floor((rates.length * percent) / 100)]!;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe(`${SEARCHES} searches with a grey zone of 7% and 5% of the trials disturbed`, () => {
  const noise = { greyZone: GREY_ZONE, disturbed: 0.05 };
  const rows: [name: string, method: Method, check: (results: Results) => void][] = [
    [
      'by plain bisection are off by more than 10% in a quarter of the cases',
      bisection(1),
      (results) => assert.ok(farOff(results) > 0.2, String(farOff(results))),
    ],
    [
      'by bisection with a retry are so in at least 2%',
      bisection(2),
      (results) => assert.ok(farOff(results) > 0.02, String(farOff(results))),
    ],
    [
      'by the search are so in at most 0.5%, with p5 at least 0.9 of the truth and at most 26 trials in the mean',
      product,
      (results) => {
        assert.ok(farOff(results) <= 0.005, String(farOff(results)));
        assert.ok(percentile(results, 5) >= 0.9, String(percentile(results, 5)));
        assert.ok(percentile(results, 95) <= 1.05, String(percentile(results, 95)));
        assert.ok(mean(results.trials) <= 26, String(mean(results.trials)));
      },
    ],
  ];
  for (const [name, method, check] of rows) it(name, () => check(simulate(method, noise)));
});

describe('searches without noise', () => {
  it('find every capacity within the precision', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 1000; i++) {
      const precision = 0.01 + 0.49 * random();
      const capacity = 10 * 10_000 ** random();
      const fields = { minRate: 10, maxRate: 100_000, precision: `${(precision * 100).toFixed(2)}%`, deadline: '168h' };
      const exact = settingsWith(fields);
      const { reason, trials } = search(exact, ({ rate }) => ({ good: rate <= capacity }));
      const { low, high } = bracketOf(triedRates(exact, trials));
      assert.equal(reason, 'Found');
      assert.ok(low!.rate <= capacity && capacity < high!.rate, `${low!.rate} ${capacity} ${high!.rate}`);
      assert.ok(high!.rate / low!.rate <= 1 + exact.precision + 1e-9, `${low!.rate} ${high!.rate} ${precision}`);
    }
  });
});

describe('searches of any outcome', () => {
  it('end within the most trials and with a named reason, the same for the same trials', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 1000; seed++) {
      const run = () => {
        const random = seededRandom(seed);
        const [share, saturated, confirm] = [random(), random() < 0.2 ? 0.1 : 0, random() < 0.5 ? '0s' : '60s'];
        const any = settingsWith({ maxRate: 5000, atLeast: 1000, deadline: random() < 0.5 ? '5m' : '2h', confirm });
        return search(any, () => ({
          good: random() < share,
          ...(random() < saturated && { good: false, generator: { reason: 'PacingLag', message: '' } }),
        }));
      };
      const { reason, trials } = run();
      assert.deepEqual(run().trials, trials);
      assert.ok(CAPACITY_REASONS.includes(reason) && trials.length <= 60);
      seen.add(reason);
    }
    for (const reason of ['Found', 'AboveRange', 'BelowRange', 'Deadline', 'GeneratorSaturated', 'Unstable'])
      assert.ok(seen.has(reason), `never ${reason}`);
  });
});
