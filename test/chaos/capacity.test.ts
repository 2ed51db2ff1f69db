import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION } from '../../api/common/group.ts';
import { LABEL_TEST, triggeredTestName } from '../../api/common/names.ts';
import type { ScheduledLoadTest } from '../../api/scheduled/scheduled-loadtest.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { seededRandom } from '../../model/common/random.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { until } from '../cluster/system/wait.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { killOperator } from './operator.ts';
import { RUNNERS } from './result.ts';

const SEED = Number(process.env.LOADTEST_CHAOS_SEED ?? Date.now() % 1e6);
/** Requests per second that the target serves, and those of a release that is slower. */
const TRUTH = 150;
const SLOWER = 75;
const PRECISION = 0.5;
const KILLS = 10;
/** An operator that has seen a trial end is killed within this time: the three searches have three times as many trials as it takes. */
const LIFE_MS = 6000;

const spec = (url: string) => ({
  // Only triggers create runs.
  schedule: '0 0 1 1 *',
  loadTestTemplate: {
    spec: {
      target: { url, timeout: '2s' },
      load: {
        type: 'Capacity',
        capacity: { minRate: 60, maxRate: 240, precision: '50%', trialDuration: '2s', confirm: '0s' },
      },
      thresholds: [{ metric: 'responseTime.p50', max: '80ms' }],
      runners: { replicas: RUNNERS, template: { resources: { requests: { cpu: '10m' } } } },
      compareWith: { previous: 'LastPassed', maxRegression: '35%' },
    },
  },
});

describe(`capacity searches of a schedule, whose operator is killed again and again (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let kills = 0;
  const ns = useNamespace('search', {
    operator: [],
    prepare: (ns) =>
      ns.apply({
        apiVersion: API_VERSION,
        kind: 'ScheduledLoadTest',
        metadata: { name: 'nightly' },
        spec: spec(ns.url('/search')),
      }),
  });
  const found = (name: string) => ns.get(name).catch(() => undefined);
  const loadStart = async (name: string) => (await found(name))?.status?.loadStartTime;
  const isComplete = async (name: string) => isTrue((await found(name))?.status?.conditions, 'Complete');

  /** Searches for the capacity of a release; returns the LoadTest, and its entry in the history. */
  async function search(release: string, perSecond: number) {
    await fetch(ns.urlByAddress(`/capacity?path=/search&perSecond=${perSecond}`));
    await ns.kubectl('annotate', '--overwrite', 'scheduledloadtest', 'nightly', `loadtest.dev/trigger=${release}`);
    const name = triggeredTestName('nightly', release);
    await until('its load', () => loadStart(name), { timeoutMs: 120_000, intervalMs: 300 });
    for (let trials = 0; kills < KILLS && !(await isComplete(name)); ) {
      await sleep(LIFE_MS * random());
      const finished = (await found(name))?.status?.capacity?.trials?.length ?? 0;
      if (finished === trials) continue;
      trials = finished;
      await killOperator(ns);
      kills++;
    }
    const test = await ns.waitFor(name, 'Complete', 120);
    const entry = await until(
      'the run in the history',
      async () => {
        const { status }: ScheduledLoadTest = JSON.parse(
          await ns.kubectl('get', 'scheduledloadtest', 'nightly', '-o', 'json'),
        );
        return status?.history?.find((run) => run.name === name);
      },
      { timeoutMs: 60_000 },
    );
    return { test, entry };
  }

  it('have the same answers, and exactly the slower release is a regression', async (t) => {
    let received = 0;
    const rows = [
      ['v1', TRUTH, 'True', undefined],
      ['v2', SLOWER, 'False', 'Regressed'],
      ['v3', TRUTH, 'True', 'Unchanged'],
    ] as const;
    for (const [release, truth, passed, result] of rows) {
      const { test, entry } = await search(release, truth);
      const { status } = test;
      const { reason, low = 0, high = 0, trials = [] } = status.capacity!;
      t.diagnostic(`${release}: ${low} to ${high}/s of ${truth}, ${trials.length} trials, ${kills} kills so far`);
      assert.equal(reason, 'Found');
      assert.ok(low <= truth && high >= truth && high / low <= 1 + PRECISION, `${low} to ${high} of ${truth}`);
      assert.deepEqual([entry.passed, entry.comparison?.result], [passed, result]);
      assert.equal(entry.comparison?.baseline, result && triggeredTestName('nightly', 'v1'));

      assert.deepEqual(
        trials.map(({ number }) => number),
        trials.map((_, index) => index),
      );
      const { total = 0 } = (await ns.received('/search')) ?? {};
      assert.equal(status.counts.made, total - received);
      received = total;
      assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
      assert.deepEqual(status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
      assert.equal((await ns.list('jobs', `${LABEL_TEST}=${test.metadata.name}`)).length, 1, 'one Job');
    }
    assert.equal(kills, KILLS);
  });
});
