import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../../../../api/common/group.ts';
import { DEFAULT_THRESHOLD } from '../../../../api/loadtest/threshold.ts';
import type { Condition } from '../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { thresholdFigures } from '../../../../model/result/threshold-figures.ts';
import { aboutTest } from '../../../../operator/metrics/about-test.ts';
import { TEST_FAMILIES } from '../../../../operator/metrics/loadtest-families.ts';
import { type NamedTotals, testMetrics } from '../../../../operator/metrics/loadtest-metrics.ts';
import { totalsOf } from '../../../../operator/metrics/loadtest-totals.ts';
import type { RunnerUpdates } from '../../../../operator/updates/received-update.ts';
import { at, NOW, resource, snapshot, update } from '../../../support/operator/operator-fixtures.ts';
import { countsOf } from '../../../support/results/counts.ts';

const ABOUT = { type: '', release: '', schedule: '', thresholds: [] };
const LABELS = '{loadtest_namespace="shop",loadtest="checkout"}';

const totals = (status: LoadTestStatus, updates: RunnerUpdates) => totalsOf(ABOUT, status, updates);
const textOf = (tests: readonly NamedTotals[]) => [...testMetrics(tests)].join('');
const linesOf = (status: LoadTestStatus) =>
  textOf([{ namespace: 'shop', name: 'checkout', totals: totals(status, new Map()) }]).split('\n');

const condition = (type: Condition['type'], status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: at(0),
});

describe('the metrics of a LoadTest', () => {
  const status: LoadTestStatus = {
    counts: countsOf({ generated: 100, made: 100, done: 90, timeout: 5, failed: 5, unexpected: 1 }),
    responseTime: { min: '1ms', mean: '2ms', p50: '2ms', p90: '3ms', p95: '4ms', p99: '1.5s', p999: '2s', max: '2s' },
    redirects: 12,
    messages: 30,
    runners: { desired: 2, ready: 2, succeeded: 1, lost: 1 },
    generator: { saturated: true, cpu: '99%', throttled: '12.5%', gcPauseMax: '4.5ms', gcShare: '1%' },
    comparison: { baseline: 'before', maxRegression: '10%', result: 'Regressed', message: 'worse', metrics: [] },
    conditions: [condition('Passed', 'False', 'ThresholdExceeded'), condition('Running', 'False', 'Finished')],
  };

  it('are those of the status when there are no runner updates', () => {
    const figures = totals(status, new Map());
    assert.equal(figures.counts.done, 90);
    assert.equal(figures.passed, 0);
    assert.deepEqual(figures.responseTime.at(-2), { quantile: '0.99', seconds: 1.5 });
  });

  it('follow the runner updates, but never fall below the status', () => {
    const two = new Map([
      update(0, { phase: 'Running', snapshot: snapshot(60) }),
      update(1, { phase: 'Running', snapshot: snapshot(70) }),
    ]);
    assert.equal(totals(status, two).counts.done, 130);
    assert.equal(totals(status, new Map([...two].slice(0, 1))).counts.done, 90);
  });

  it('are undecided without a result', () => {
    const figures = totals({}, new Map());
    assert.deepEqual([figures.passed, figures.regressed, figures.generator], [Number.NaN, undefined, undefined]);
  });

  it('have no value of loadtest_regressed when the runs are not comparable', () => {
    const comparison = { ...status.comparison!, result: 'NotComparable' as const };
    assert.deepEqual(totals({ comparison }, new Map()).regressed, Number.NaN);
    assert.equal(totals({ comparison: { ...comparison, result: 'Improved' } }, new Map()).regressed, 0);
  });

  it('sum pending arrivals, redirects and messages over all runners', () => {
    const waiting = (pending: number, redirects: number) => {
      const one = snapshot(10);
      const requests = one.requests.map((r) => ({ ...r, counts: { ...r.counts, pending }, messages: 10 * redirects }));
      return { phase: 'Running' as const, snapshot: { ...one, requests, redirects } };
    };
    const { counts, redirects, messages } = totals(
      status,
      new Map([update(0, waiting(3, 8)), update(1, waiting(4, 9))]),
    );
    assert.deepEqual([counts.pending, redirects, messages], [7, 17, 170]);
  });

  it('have what a capacity search has found so far', () => {
    const capacity = { rate: 1795.2, low: 1800, high: 1890, regular: true, reason: 'Found', trials: [] } as const;
    const found = { ...capacity, trials: [...capacity.trials] };
    const text = textOf([{ namespace: 'shop', name: 'nightly', totals: totals({ capacity: found }, new Map()) }]);
    for (const [name, value] of [
      ['rate', 1795.2],
      ['low_rate', 1800],
      ['high_rate', 1890],
      ['trials', 0],
    ] as const)
      assert.ok(
        text.includes(`loadtest_capacity_${name}{loadtest_namespace="shop",loadtest="nightly"} ${value}\n`),
        name,
      );
    assert.ok(!textOf([{ namespace: 'a', name: 'b', totals: totals(status, new Map()) }]).includes('capacity_rate{'));
  });

  it('disappear with the LoadTest', () => {
    const text = textOf([{ namespace: 'shop', name: 'checkout', totals: totals(status, new Map()) }]);
    const lines = [
      ['loadtest_requests_timeout_total', 5],
      ['loadtest_requests_pending', 0],
      ['loadtest_redirects_total', 12],
      ['loadtest_messages_total', 30],
      ['loadtest_runners_lost', 1],
      ['loadtest_regressed', 1],
      ['loadtest_generator_saturated', 1],
      ['loadtest_generator_throttled_ratio', 0.125],
      ['loadtest_generator_gc_pause_max_seconds', 0.0045],
    ] as const;
    for (const [name, value] of lines)
      assert.ok(text.split('\n').includes(`${name}{loadtest_namespace="shop",loadtest="checkout"} ${value}`), name);
    assert.match(
      text,
      /^loadtest_response_time_seconds\{loadtest_namespace="shop",loadtest="checkout",quantile="0.99"\} 1.5$/m,
    );
    assert.match(text, /^# TYPE loadtest_response_time_seconds summary$/m);
    assert.doesNotMatch(textOf([]), /checkout/);
  });

  it('begin and end with the load', () => {
    const times = { loadStartTime: at(0), loadEndTime: at(10_000) };
    const lines = linesOf({ ...status, ...times, conditions: [condition('Complete', 'True', 'Finished')] });
    assert.ok(lines.includes(`loadtest_load_start_time_seconds${LABELS} ${NOW / 1000}`));
    assert.ok(lines.includes(`loadtest_load_end_time_seconds${LABELS} ${NOW / 1000 + 10}`));
    assert.ok(lines.includes(`loadtest_complete${LABELS} 1`));
    assert.ok(!linesOf(status).some((line) => line.startsWith('loadtest_load_start_time_seconds{')));
  });

  it('have the rates and the share of errors of the status', () => {
    const lines = linesOf({ ...status, rate: { target: '100', achieved: '95.5' }, errorShare: '4.5%' });
    assert.ok(lines.includes(`loadtest_target_rate${LABELS} 100`));
    assert.ok(lines.includes(`loadtest_achieved_rate${LABELS} 95.5`));
    assert.ok(lines.includes(`loadtest_error_ratio${LABELS} 0.045`));
  });

  it('say what the test is', () => {
    const about = { ...ABOUT, type: 'Open', release: 'v42', schedule: 'nightly' };
    const text = textOf([{ namespace: 'shop', name: 'checkout', totals: totalsOf(about, status, new Map()) }]);
    assert.match(text, /^loadtest_info\{.*,type="Open",release="v42",schedule="nightly"\} 1$/m);
  });

  it('have only the labels that their family declares', () => {
    const capacity = { rate: 1, low: 1, high: 2 };
    const thresholds = [{ metric: 'errors', max: '1%', min: '0%', observed: '0%', passed: true }];
    const figures = totals({ ...status, capacity, thresholds, rate: { achieved: '1' } }, new Map());
    for (const { name, labels, of } of TEST_FAMILIES)
      for (const { labels: own = {} } of of(figures)) assert.deepEqual(Object.keys(own), labels, name);
  });
});

describe('what metrics tell of a spec', () => {
  it('is its load model, release and schedule', () => {
    const owner = {
      apiVersion: API_VERSION,
      kind: SCHEDULED_LOAD_TEST.kind,
      name: 'nightly',
      uid: 'u',
      controller: true,
    };
    const test = resource({ release: 'v42' });
    const { type, release, schedule } = aboutTest({
      ...test,
      metadata: { ...test.metadata, ownerReferences: [owner] },
    });
    assert.deepEqual({ type, release, schedule }, { type: 'Open', release: 'v42', schedule: 'nightly' });
  });

  it('has the default threshold for a spec without any', () => {
    assert.deepEqual(
      aboutTest(resource()).thresholds.map(({ metric }) => metric),
      [DEFAULT_THRESHOLD.metric],
    );
  });

  it('is empty for a spec that this version cannot read', () => {
    const about = aboutTest(resource({ load: {}, thresholds: [{ metric: 'ofAnotherVersion', max: '1' }] }));
    assert.deepEqual(about, ABOUT);
  });
});

describe('the figures of thresholds', () => {
  const limits = (thresholds: Parameters<typeof thresholdFigures>[0]) =>
    thresholdFigures(thresholds).map(({ unit, limits, observed, passed }) => [
      unit,
      ...limits.map(({ labels, value }) => `${labels.bound} ${labels.metric} ${labels.request} ${value}`),
      observed,
      passed,
    ]);

  const rows: [name: string, thresholds: Parameters<typeof thresholdFigures>[0], figures: unknown[][]][] = [
    [
      'have seconds for a time',
      [{ metric: 'responseTime.p99', request: 'order', max: '250ms' }],
      [['seconds', 'max responseTime.p99 order 0.25', undefined, undefined]],
    ],
    [
      'have a share for errors',
      [{ metric: 'errors', max: '0.5%' }],
      [['ratio', 'max errors  0.005', undefined, undefined]],
    ],
    ['have a rate for a rate', [{ metric: 'rate', min: '480' }], [['rate', 'min rate  480', undefined, undefined]]],
    [
      'have a share for a rate in percent',
      [{ metric: 'rate', min: '95%', observed: '97%', passed: true }],
      [['ratio', 'min rate  0.95', 0.97, 1]],
    ],
    [
      'are those of the strictest limit where several are about one metric',
      [
        { metric: 'responseTime.p99', max: '2s', observed: '1.5s', passed: true },
        { metric: 'responseTime.p99', max: '1s', min: '1ms', observed: '1.5s', passed: false },
      ],
      [['seconds', 'max responseTime.p99  1', 'min responseTime.p99  0.001', 1.5, 0]],
    ],
    [
      'have no outcome where the run cannot tell',
      [{ metric: 'errors', max: '0%', observed: '0%', passed: false, inconclusive: 'cut off' }],
      [['ratio', 'max errors  0', 0, Number.NaN]],
    ],
    ['leave out a metric of another version', [{ metric: 'ofAnotherVersion', max: '1' }], []],
  ];
  for (const [name, thresholds, figures] of rows) it(name, () => assert.deepEqual(limits(thresholds), figures));
});
