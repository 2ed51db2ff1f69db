import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_TEST } from '../../api/common/names.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { seededRandom } from '../../model/common/random.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { killOperator } from './operator.ts';
import { RUNNERS } from './result.ts';

const SEED = Number(process.env.LOADTEST_CHAOS_SEED ?? Date.now() % 1e6);
/** Requests per second that the target serves. */
const TRUTH = 120;
/** The mean time between the start of an operator and its end. */
const LIFE_MS = 6000;

describe(`a capacity search whose operator is killed again and again (seed ${SEED})`, () => {
  const ns = useNamespace('search', { operator: [] });

  it('has the same answer, and counts no trial twice', async (t) => {
    const random = seededRandom(SEED);
    await ns.start('search', {
      target: { url: ns.url(''), timeout: '2s' },
      requests: [{ name: 'search', path: `/search?capacity=${TRUTH}` }],
      load: {
        type: 'Capacity',
        capacity: { minRate: 30, maxRate: 240, precision: '20%', trialDuration: '2s', confirm: '3s' },
      },
      thresholds: [{ metric: 'responseTime.p50', max: '80ms' }],
      runners: { replicas: RUNNERS, template: { resources: { requests: { cpu: '10m' } } } },
    });
    let kills = 0;
    while (!isTrue((await ns.get('search')).status?.conditions, 'Complete') && kills < 10) {
      await sleep(2 * LIFE_MS * random());
      await killOperator(ns);
      kills++;
    }
    const { status } = await ns.waitFor('search', 'Complete', 120);
    t.diagnostic(`${kills} kills, ${status.capacity?.trials?.length} trials`);

    const { reason, low = 0, high = 0, trials = [] } = status.capacity!;
    assert.equal(reason, 'Found');
    assert.ok(low < TRUTH * 1.2 && high > TRUTH * 0.8 && high / low <= 1.2 + 1e-6, `${low} to ${high} of ${TRUTH}`);
    assert.deepEqual(
      trials.map(({ number }) => number),
      trials.map((_, index) => index),
    );
    assert.equal(status.counts.made, (await ns.received('/search'))?.total);
    assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
    assert.deepEqual(status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
    assert.equal((await ns.list('jobs', `${LABEL_TEST}=search`)).length, 1, 'one Job');
  });
});
