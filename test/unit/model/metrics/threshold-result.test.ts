import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitValue } from '../../../../api/loadtest/metrics.ts';
import type { Threshold } from '../../../../api/loadtest/threshold.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { perSecond } from '../../../../model/measure/rate/rate.ts';
import { evaluate, problemOf } from '../../../../model/metrics/threshold-result.ts';
import { histogramOf, summaryOf } from '../../../support/results/summary.ts';

// 250,000 us share a bucket with 249,984 to 250,111 us, and 100,000 us with 99,968 to 100,031 us.
const TIMES: [times: number[], threshold: Threshold, problem: string | undefined][] = [
  [[250_000], { metric: 'responseTime.p99', max: '250ms' }, 'responseTime.p99 250.1ms exceeds 250ms'],
  [[250_000], { metric: 'responseTime.p99', max: '250.112ms' }, undefined],
  [[250_000], { metric: 'responseTime.max', max: '250ms' }, 'responseTime.max 250.1ms exceeds 250ms'],
  [[250_000], { metric: 'responseTime.min', max: '250ms' }, 'responseTime.min 250.1ms exceeds 250ms'],
  [[250_000], { metric: 'responseTime.mean', max: '250ms' }, 'responseTime.mean 250.1ms exceeds 250ms'],
  [[250_000], { metric: 'responseTime.p50', min: '250ms' }, 'responseTime.p50 249.98ms is below 250ms'],
  [[250_000], { metric: 'responseTime.max', min: '250ms' }, 'responseTime.max 249.98ms is below 250ms'],
  [[250_000], { metric: 'responseTime.min', min: '250ms' }, 'responseTime.min 249.98ms is below 250ms'],
  [[250_000], { metric: 'serviceTime.mean', min: '250ms' }, 'serviceTime.mean 249.98ms is below 250ms'],
  [[250_000], { metric: 'responseTime.min', min: '249.984ms' }, undefined],
  [[250_000], { metric: 'responseTime.p50', min: '250ms', max: '250ms' }, 'responseTime.p50 250.1ms exceeds 250ms'],
  [[2], { metric: 'responseTime.max', min: '2us', max: '2us' }, undefined],
  [[1, 2], { metric: 'responseTime.mean', max: '1us' }, 'responseTime.mean 2us exceeds 1us'],
  [
    [150_000],
    { metric: 'responseTime.p50', max: '100ms', min: '200ms' },
    'responseTime.p50 150ms exceeds 100ms, responseTime.p50 150ms is below 200ms',
  ],
];
for (const [times, threshold, problem] of TIMES) {
  const { metric, min, max } = threshold;
  test(`a ${metric} of ${times} us ${problem === undefined ? 'keeps' : 'breaks'} the limits ${min ?? 'none'} to ${max ?? 'none'}`, () =>
    assert.equal(problemOf(evaluate(threshold, summaryOf(1000, {}, times))), problem));
}

test('a time that breaks its limit is shown without the generator’s part as well, where that is considerable', () => {
  const measured = summaryOf(1000, {}, [250_000]);
  const less = (us: number) => ({
    ...measured,
    withoutGenerator: { ...measured.withoutGenerator, responseTime: histogramOf([us]) },
  });
  const problemWithout = (us: number) => problemOf(evaluate({ metric: 'responseTime.p99', max: '100ms' }, less(us)));
  assert.equal(
    problemWithout(120_000),
    "responseTime.p99 250ms exceeds 100ms (120ms without the generator's own delay)",
  );
  assert.equal(problemWithout(249_000), 'responseTime.p99 250ms exceeds 100ms');
});

const SHARES: [failed: number, generated: number, threshold: Threshold, problem: string | undefined][] = [
  [100_004, 10_000_000, { metric: 'errors', max: '1%' }, 'errors 1.00004% exceeds 1%'],
  [7, 1000, { metric: 'errors', max: '0.7%' }, undefined],
  [7, 1000, { metric: 'errors', min: '0.7%' }, undefined],
  [99_996, 100_000, { metric: 'failed', min: '100%' }, 'failed 99.996% is below 100%'],
  [1, 1_000_000_000, { metric: 'failed', max: '0%' }, 'failed 0.0000001% exceeds 0%'],
];
for (const [failed, generated, threshold, problem] of SHARES)
  test(`${failed} errors of ${generated} ${problem === undefined ? 'keep' : 'break'} the limit ${threshold.max ?? threshold.min}`, () => {
    const counts = { ...noCounts(), generated, made: generated, done: generated - failed, failed };
    assert.equal(problemOf(evaluate(threshold, summaryOf(1000, counts))), problem);
  });

test('a rate just below its limit is not shown as the limit', () => {
  const summary = {
    ...summaryOf(10_000, { generated: 4800, made: 4800, done: 4800 }),
    rate: { achieved: 479.97, seconds: 10 },
  };
  assert.equal(problemOf(evaluate({ metric: 'rate', min: '480' }, summary)), 'rate 479.97 is below 480');
});

test('a rate that is exactly its limit keeps it, however long the load is', () => {
  for (let tenths = 1; tenths <= 1000; tenths++)
    for (const rate of [30, 480, 1230])
      assert.equal(perSecond((rate * tenths) / 10, tenths / 10), rate, `${rate}/s for ${tenths / 10}s`);
});

test('the text of a broken limit is on the side of the value', () => {
  for (let us = 249_000; us < 251_000; us += 7)
    for (const bound of ['max', 'min'] as const) {
      const { passed, observed = '' } = evaluate(
        { metric: 'responseTime.p90', [bound]: '250ms' },
        summaryOf(1, {}, [us]),
      );
      const shown = limitValue('responseTime.p90', observed);
      const isWithin = bound === 'max' ? shown <= 250_000 : shown >= 250_000;
      assert.equal(isWithin, passed, `${us} us: ${bound} 250ms, ${observed}`);
    }
});
