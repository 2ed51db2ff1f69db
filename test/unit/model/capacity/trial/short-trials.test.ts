import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import { judgeTrial } from '../../../../../model/capacity/trial/judge-trial.ts';
import { seededRandom } from '../../../../../model/common/random.ts';
import { virtualTrials } from '../../../../support/virtual-trials.ts';

const THRESHOLD = { metric: 'responseTime.p99', max: '100ms' };
const SECONDS = 20;
/** Trials at low rates that were certain to fail after so long. */
const ENDED_AFTER = [
  { rate: 50, us: 350_000 },
  { rate: 25, us: 550_000 },
  { rate: 12.5, us: 1_000_000 },
];

it('a target that takes equally long at any rate breaks only the time in short trials of several runners', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    load: { type: 'Capacity', capacity: { minRate: 50, maxRate: 5000 } },
    thresholds: [THRESHOLD],
    requests: [{ name: 'one' }],
  });
  const random = seededRandom(19);
  const trials = Array.from({ length: 10 }, () =>
    virtualTrials(
      ENDED_AFTER.map(({ rate, us }) => ({ rate, seconds: SECONDS, endAt: us })),
      {
        spec: { thresholds: [THRESHOLD] },
        workers: [1, 1, 1],
        // The last of a few responses is easily the slowest.
        script: () => ({ outcome: 'response', status: 200, after: 150_000 - 2000 * Math.log(1 - random()) }),
      },
    ).finished.map((measured, i) => {
      const { rate } = ENDED_AFTER[i]!;
      return judgeTrial(spec, { number: i, purpose: 'Climb', rate, seconds: SECONDS }, measured);
    }),
  ).flat();
  assert.equal(trials.length, 30);
  for (const { by } of trials) assert.deepEqual(by, [{ metric: THRESHOLD.metric }]);
});
