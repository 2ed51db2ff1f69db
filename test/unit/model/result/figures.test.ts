import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestStatusSchema } from '../../../../api/status/loadtest-status.ts';
import type { Verdict } from '../../../../model/judge/verdict.ts';
import { evaluate } from '../../../../model/metrics/threshold-result.ts';
import { figuresOf, timesUs } from '../../../../model/result/figures.ts';
import { resultStatus } from '../../../../model/result/result-status.ts';
import { statusFigures } from '../../../../model/result/status-figures.ts';
import { histogramOf, summaryOf } from '../../../support/results/summary.ts';

const summary = {
  ...summaryOf(10_000, {}, [1000, 2000, 12_000]),
  pacingLag: histogramOf([300]),
  rate: { target: 500, achieved: 498.64, seconds: 10 },
  errorShare: 0.083_333,
  cpu: 0.4102,
  throttled: 0.125,
  gc: { maxUs: 4512, share: 0.01 },
};
const verdict: Verdict = {
  passed: { status: 'True', reason: 'ThresholdsMet', message: '' },
  saturated: { status: 'True', reason: 'PacingLag', message: '' },
  thresholds: [],
};

test('the figures of a summary have the precision of its histograms', () => {
  const { responseTimeUs, rate, generator } = figuresOf(summary, true);
  assert.equal(responseTimeUs?.min, 1000);
  assert.deepEqual([rate?.achieved, generator?.cpu, generator?.gcPauseMaxUs], [498.64, 0.4102, 4512]);
});

const rates: [target: number, achieved: number, seconds: number, shown: { target: string; achieved: string }][] = [
  [1000, 999.96, 100, { target: '1000', achieved: '999.96' }],
  [999.98, 999.96, 100, { target: '1000', achieved: '999.96' }],
  [487.5342, 487.5, 12, { target: '487.5', achieved: '487.5' }],
  [1000, 1000, 100, { target: '1000', achieved: '1000' }],
  [100, 100.0004, 10_000, { target: '100', achieved: '100' }],
  [500, 400.04, 10, { target: '500', achieved: '400' }],
];
for (const [target, achieved, seconds, shown] of rates)
  test(`a rate of ${achieved}/s for ${seconds} s with a target of ${target}/s is shown as ${Object.values(shown)}`, () =>
    assert.deepEqual(resultStatus({ ...summary, rate: { target, achieved, seconds } }, verdict).rate, shown));

const TIMES_US = {
  min: 1000,
  mean: 5000,
  p50: 2000,
  p90: 12_000,
  p95: 12_000,
  p99: 12_000,
  p999: 12_000,
  max: 12_000,
};

test('the figures of a status are those of its summary, rounded to the digits of the status', () => {
  assert.deepEqual(statusFigures(loadTestStatusSchema.parse(resultStatus(summary, verdict))), {
    rate: { target: 500, achieved: 498.6 },
    errorShare: 0.0833,
    responseTimeUs: TIMES_US,
    firstByteUs: TIMES_US,
    serviceTimeUs: TIMES_US,
    generator: {
      saturated: true,
      pacingLagP99Us: 300,
      cpu: 0.41,
      throttled: 0.125,
      gcPauseMaxUs: 4510,
      gcShare: 0.01,
    },
  });
});

test('a status without a measurement has no figures', () => {
  const none = undefined;
  assert.deepEqual(statusFigures({}), {
    ...{ rate: none, errorShare: none, responseTimeUs: none, firstByteUs: none },
    ...{ serviceTimeUs: none, generator: none },
  });
});

test('an empty histogram has no statistics', () => assert.equal(timesUs(histogramOf([])), undefined));

test('the status of a time that breaks its limit without the generator, too, has only fields of the API', () => {
  const measured = summaryOf(1000, {}, [250_000]);
  const responseTime = histogramOf([120_000]);
  const delayed = { ...measured, withoutGenerator: { ...measured.withoutGenerator, responseTime } };
  const threshold = evaluate({ metric: 'responseTime.p99', max: '100ms' }, delayed);
  assert.equal(threshold.withoutGenerator, '120ms');
  const { thresholds } = loadTestStatusSchema.parse(resultStatus(summary, { ...verdict, thresholds: [threshold] }));
  assert.deepEqual(thresholds, [{ metric: 'responseTime.p99', max: '100ms', observed: '250ms', passed: false }]);
});
