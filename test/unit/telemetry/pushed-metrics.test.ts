import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { type PushedMetric, prometheusName } from '../../../telemetry/pushed-metrics.ts';
import { metricsOf } from '../../../telemetry/run-metrics.ts';
import { summaryOf } from '../../support/results/summary.ts';

describe('the name of a pushed metric in Prometheus', () => {
  const rows: [name: string, unit: string, type: PushedMetric['type'], prometheus: string][] = [
    ['loadtest.requests.done', '{request}', 'sum', 'loadtest_requests_done_total'],
    ['loadtest.requests.in_flight', '{request}', 'gauge', 'loadtest_requests_in_flight'],
    ['loadtest.response_time', 's', 'histogram', 'loadtest_response_time_seconds'],
    ['loadtest.threshold.limit_seconds', 's', 'gauge', 'loadtest_threshold_limit_seconds'],
    ['loadtest.threshold.limit_ratio', '1', 'gauge', 'loadtest_threshold_limit_ratio'],
    ['loadtest.threshold.limit_rate', '', 'gauge', 'loadtest_threshold_limit_rate'],
  ];
  for (const [name, unit, type, prometheus] of rows)
    it(`is ${prometheus} for ${name}`, () => assert.equal(prometheusName({ name, unit, type }), prometheus));
});

describe('a push', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://a.test' },
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
    thresholds: [{ metric: 'responseTime.p99', max: '250ms' }],
    release: 'v42',
  });
  const run = { namespace: 'shop', name: 'checkout', uid: 'u' };
  const labels = { loadtest_namespace: 'shop', loadtest: 'checkout' };

  /** The attributes and the number of each point of a metric. */
  const pointsOf = (name: string, status?: LoadTestStatus) => {
    const measured = { run, spec, schedule: 'nightly', startMs: 0, nowMs: 1000, summary: summaryOf(1000), status };
    const [scope] = metricsOf(measured).scopeMetrics;
    const points = scope!.metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.count]);
  };
  const judged = { metric: 'responseTime.p99', max: '250ms', observed: '300ms', passed: false };
  const ofMetric = { ...labels, metric: 'responseTime.p99' };

  it('has load model, release and schedule as attributes', () =>
    assert.deepEqual(pointsOf('loadtest.info'), [
      [{ ...labels, type: 'Open', release: 'v42', schedule: 'nightly' }, 1],
    ]));

  it('has the limits of the spec before the verdict', () => {
    assert.deepEqual(pointsOf('loadtest.threshold.limit_seconds'), [[{ ...ofMetric, bound: 'max' }, 0.25]]);
    for (const name of ['observed_seconds', 'passed'])
      assert.deepEqual(pointsOf(`loadtest.threshold.${name}`), [], name);
  });

  it('has the values of the status with the verdict', () => {
    const status = { thresholds: [judged] };
    assert.deepEqual(pointsOf('loadtest.threshold.observed_seconds', status), [[ofMetric, 0.3]]);
    assert.deepEqual(pointsOf('loadtest.threshold.passed', status), [[{ ...ofMetric, unit: 'seconds' }, 0]]);
  });

  it('leaves out whether a threshold holds that the run cannot tell', () => {
    const status = { thresholds: [{ ...judged, inconclusive: 'cut off' }] };
    assert.deepEqual(pointsOf('loadtest.threshold.passed', status), []);
  });

  it('has the time to the first byte of each request', () =>
    assert.equal(pointsOf('loadtest.first_byte').length, summaryOf(1000).requests.length));
});
