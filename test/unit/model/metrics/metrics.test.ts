import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '../../../../api/loadtest/metrics.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { percentileOf } from '../../../../model/metrics/statistic-range.ts';
import { histogramOf, summaryOf } from '../../../support/results/summary.ts';

const COUNTS = {
  generated: 200,
  made: 190,
  done: 100,
  timeout: 20,
  failed: 30,
  dropped: 10,
  aborted: 40,
  unexpected: 5,
};
const responses = [
  { code: '200', count: 90 },
  { code: '503', count: 6 },
  { code: '500', count: 4 },
];
const errors = [{ kind: 'ConnectionReset', count: 30, example: '' }];
const all: Summary = {
  ...summaryOf(10_000, COUNTS, [1000, 2000, 3000]),
  serviceTime: histogramOf([500]),
  responses,
  errors,
  rate: { achieved: 9.5, seconds: 10 },
};
const one = { ...all, name: 'order', counts: { ...all.counts, late: 20 }, outcomes: { responses, errors }, overdue: 0 };
const summary: Summary = { ...all, requests: [one, { ...one, name: 'lost', outcomes: undefined }] };

const values: [metric: string, request: string | undefined, value: number | undefined][] = [
  ['responseTime.min', undefined, 1000],
  ['responseTime.mean', undefined, 2000],
  ['serviceTime.p99', undefined, 500],
  ['errors', undefined, 65 / 200],
  ['errors.ConnectionReset', undefined, 30 / 200],
  ['errors.Other', undefined, 0],
  ['timeout', undefined, 20 / 200],
  ['failed', undefined, 30 / 200],
  ['dropped', undefined, 10 / 200],
  ['unexpected', undefined, 5 / 200],
  ['status.5xx', undefined, 0.1],
  ['status.503', undefined, 0.06],
  ['status.404', undefined, 0],
  ['rate', undefined, 9.5],
  ['rate', 'order', 8],
  ['status.503', 'order', 0.06],
  ['errors', 'lost', 65 / 200],
  ['errors.ConnectionReset', 'lost', undefined],
  ['status.503', 'lost', undefined],
  ['errors', 'nobody', undefined],
];
for (const [metric, request, value] of values)
  test(`${metric} of ${request ?? 'all requests'} is ${value ?? 'unknown'}`, () => {
    const actual = metricRange(metric, summary, request)?.observed;
    assert.equal(actual === undefined ? actual : Number(actual.toPrecision(3)), value);
  });

test('each kind of metric has a value', () => {
  for (const { examples } of Object.values(METRICS))
    for (const metric of examples) assert.equal(typeof metricRange(metric, summary)?.observed, 'number', metric);
});

const empty: [metric: string, value: number | undefined][] = [
  ['responseTime.p99', undefined],
  ['status.200', undefined],
  ['errors', undefined],
  ['errors.ConnectionReset', undefined],
  ['timeout', undefined],
  ['failed', undefined],
  ['dropped', undefined],
  ['unexpected', undefined],
  ['rate', undefined],
];
for (const [metric, value] of empty)
  test(`without arrivals, ${metric} is ${value ?? 'unknown'}`, () =>
    assert.equal(metricRange(metric, summaryOf(0))?.observed, value));

const percentiles: [name: string, percentile: number][] = [
  ['p1', 1],
  ['p5', 5],
  ['p50', 50],
  ['p99', 99],
  ['p999', 99.9],
  ['p99999', 99.999],
];
for (const [name, percentile] of percentiles)
  test(`${name} is the percentile ${percentile}`, () => assert.equal(percentileOf(name), percentile));
