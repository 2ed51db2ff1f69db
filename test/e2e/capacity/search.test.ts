import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../../api/common/names.ts';
import { findCondition } from '../../../api/status/conditions.ts';
import { identityProblems } from '../../../model/measure/counters.ts';
import { until } from '../../cluster/system/wait.ts';
import { withoutData } from '../support/dashboards.ts';
import { type EndedLoadTest, type Spec, useNamespace } from '../support/namespace.ts';
import { scalar } from '../support/prometheus.ts';
import type { Received } from '../support/received.ts';

const RUNNERS = 3;
/** Requests per second that the target serves. */
const TRUTH = 300;
const PRECISION = 0.2;
/** As in docs/design/0043-the-operator-at-scale.md. */
const MOST_WRITES = 12;

describe('a capacity search on a real node', () => {
  let test: EndedLoadTest;
  let received: Received;
  let began: Date;
  let podsInTheMiddle: string[];
  let writes: number;
  const podsOf = async () =>
    (await ns.list<{ metadata: { uid: string } }>('pods', `${LABEL_TEST}=search`)).map(({ metadata }) => metadata.uid);

  /** Writes of LoadTests that the API server has accepted, their statuses included. */
  const writesOfLoadTests = async () => {
    const isWrite = /^apiserver_request_total\{.*code="2.*resource="loadtests".*verb="(APPLY|PATCH|POST|PUT)"/;
    const lines = (await ns.kubectl('get', '--raw', '/metrics')).split('\n').filter((line) => isWrite.test(line));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  const ns = useNamespace('capacity', {
    prepare: async (ns) => {
      began = new Date();
      await fetch(ns.urlByAddress(`/capacity?path=/search&perSecond=${TRUTH}`));
      const writesBefore = await writesOfLoadTests();
      await ns.start('search', specOf(ns.url('')));
      podsInTheMiddle = await until(
        'the third trial',
        async () => (((await ns.get('search')).status.capacity?.trials?.length ?? 0) >= 3 ? podsOf() : undefined),
        { timeoutMs: 90_000, intervalMs: 300 },
      );
      test = await ns.waitFor('search', 'Complete', 180);
      writes = (await writesOfLoadTests()) - writesBefore;
      received = (await ns.received('/search'))!;
    },
  });

  it('finds what the target carries', () => {
    const { capacity, conditions } = test.status;
    assert.equal(capacity?.reason, 'Found');
    const { low = 0, high = 0, rate = 0 } = capacity;
    assert.ok(high / low <= 1 + PRECISION + 1e-6, `${low} to ${high}`);
    assert.ok(rate > TRUTH * (1 - PRECISION) && rate < TRUTH * (1 + PRECISION), `${rate} of ${TRUTH}`);
    assert.deepEqual(findCondition(conditions, 'Passed')?.status, 'True');
    assert.deepEqual(findCondition(conditions, 'Complete')?.reason, 'Finished');
  });

  it('is on the dashboards with its capacity and bracket', async () => {
    const complete = `loadtest_complete{loadtest_namespace="${ns.name}"} == 1`;
    await until('the scraped result', () => scalar(ns.environment, complete), { timeoutMs: 10_000, intervalMs: 200 });
    const range = { from: began, to: new Date(Date.now() + 2000) };
    const values = { namespace: ns.name, loadtest: 'search' };
    const regressed = /^(Regressions|Runs that failed|Runs: I)/;
    const ofCapacity = await withoutData(ns.environment, 'capacity', { range, values });
    assert.deepEqual(
      ofCapacity.filter((name) => !regressed.test(name)),
      [],
    );
    const ofTest = await withoutData(ns.environment, 'loadtest', { range, values });
    // A search asks for no mean rate, has no baseline, and the one limit here is an upper one of the median.
    const inapplicable =
      /^(Reached of asked|Requests per second: A|Errors by kind|(p99|Errors|Share of errors): B|(First byte|Service time): F|Thresholds: A|Runs of this namespace: F)/;
    assert.deepEqual(
      ofTest.filter((name) => !inapplicable.test(name)),
      [],
    );
  });

  it('counts each request of each trial once', () => {
    const { counts } = test.status;
    assert.equal(counts.made, received.total);
    assert.deepEqual(identityProblems({ ...counts, inFlight: 0 }), []);
    const trials = test.status.capacity?.trials ?? [];
    assert.deepEqual(
      trials.map(({ number }) => number),
      trials.map((_, index) => index),
    );
    const planned = trials.reduce((sum, { rate, seconds, lasted = seconds }) => sum + rate * lasted, 0);
    // A runner that learns of a trial too late leaves arrivals out, and of its end up to a second later.
    assert.ok(
      counts.generated >= planned * 0.9 && counts.generated <= planned * 1.3,
      `${counts.generated} of ${planned}`,
    );
  });

  it('writes its status once for each trial, beside the writes of any test', (t) => {
    const trials = test.status.capacity!.trials!.length;
    t.diagnostic(`${writes} writes for ${trials} trials`);
    assert.ok(writes >= trials && writes <= trials + MOST_WRITES, `${writes} writes for ${trials} trials`);
  });

  it('begins the trials of all runners together', (t) => {
    const trials = test.status.capacity!.trials!.length;
    const starts = received.bursts.map(({ at }) => at).toSorted((a, b) => a - b);
    const together = starts.reduce<number[][]>((groups, at) => {
      const group = groups.at(-1);
      if (group === undefined || at - group[0]! > 500) groups.push([at]);
      else group.push(at);
      return groups;
    }, []);
    const whole = together.filter((group) => group.length === RUNNERS);
    assert.ok(whole.length >= trials * 0.7, `${whole.length} of ${trials} trials begin with all runners`);
    const skews = whole.map((group) => group.at(-1)! - group[0]!).toSorted((a, b) => a - b);
    // The first arrivals of three runners are due within three intervals of the lowest rate.
    const median = skews[Math.floor(skews.length / 2)]!;
    t.diagnostic(`median ${Math.round(median)} ms, at most ${Math.round(skews.at(-1)!)} ms`);
    assert.ok(median < 60, `median ${median} ms`);
  });

  it('keeps its pods from the first trial to the last', async () => {
    assert.equal(podsInTheMiddle.length, RUNNERS);
    assert.deepEqual((await podsOf()).sort(), podsInTheMiddle.sort());
  });
});

function specOf(url: string): Spec {
  return {
    target: { url, timeout: '2s' },
    requests: [{ name: 'search', path: '/search' }],
    load: {
      type: 'Capacity',
      capacity: { minRate: 75, maxRate: 600, precision: '20%', trialDuration: '2s', confirm: '4s' },
    },
    thresholds: [{ metric: 'responseTime.p50', max: '80ms' }],
    runners: { replicas: RUNNERS, template: { resources: { requests: { cpu: '10m' } } } },
  };
}
