import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { NOTHING_SURE } from '../../../../model/measure/rate/answered.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { histogramOf, summaryOf } from '../../../support/results/summary.ts';

const COUNTS = {
  ...{ generated: 200, made: 190, done: 100, timeout: 20, failed: 30, dropped: 10, aborted: 40, unexpected: 5 },
  ...{ late: 20, lateByGenerator: 15, droppedByGenerator: 4, abortedByGenerator: 5 },
};
const errors = [
  { kind: 'ConnectionReset', count: 24, example: '' },
  { kind: 'PortsExhausted', count: 6, example: '' },
];
const responses = [
  { code: '200', count: 90 },
  { code: '503', count: 10 },
];
const cutOff: Summary = {
  ...summaryOf(10_000, COUNTS),
  ...{ errors, responses, rate: { achieved: 8, seconds: 10 } },
};
const unknown = Number.POSITIVE_INFINITY;

const SHARES: [metric: string, low: number, observed: number, high: number][] = [
  ['errors', 55 / 200, 65 / 200, 105 / 200],
  ['errors.ConnectionReset', 24 / 200, 24 / 200, 64 / 200],
  ['errors.PortsExhausted', 0, 6 / 200, 46 / 200],
  ['timeout', 20 / 200, 20 / 200, 60 / 200],
  ['failed', 24 / 200, 30 / 200, 70 / 200],
  ['unexpected', 5 / 200, 5 / 200, 45 / 200],
  ['dropped', 6 / 200, 10 / 200, 10 / 200],
  ['status.503', 10 / 140, 10 / 100, 50 / 140],
  ['rate', 8, 8, 11],
];
for (const [metric, low, observed, high] of SHARES)
  test(`${metric} is between ${low} and ${high}, with requests cut off and errors of the generator`, () => {
    const range = metricRange(metric, cutOff)!;
    assert.deepEqual([range.low, range.observed, range.high], [low, observed, high]);
  });

/** Times of 10 requests, 1 to 10 ms, of which the generator took 500 us each, and `aborted` were cut off. */
function timesOf(aborted: number): Summary {
  const ms = Array.from({ length: 10 }, (_, i) => (i + 1) * 1000);
  const less = histogramOf(ms.map((us) => us - 500));
  return {
    ...summaryOf(10_000, { generated: 10, made: 10, done: 10 - aborted, aborted }, ms),
    withoutGenerator: { responseTime: less, firstByte: less, serviceTime: less },
  };
}

const TIMES: [metric: string, aborted: number, low: number, high: number][] = [
  ['responseTime.min', 0, 500, 1000],
  ['responseTime.p50', 0, 4500, 5000],
  ['firstByte.p50', 0, 4500, 5000],
  ['responseTime.mean', 0, 5000, 5500],
  ['serviceTime.max', 0, 9500, 10_000],
  ['responseTime.min', 2, 500, 3000],
  ['responseTime.p50', 2, 4500, 7000],
  ['responseTime.p80', 2, 7500, 10_000],
  ['responseTime.p90', 2, 8500, unknown],
  ['firstByte.p90', 2, 8500, unknown],
  ['serviceTime.max', 1, 9500, unknown],
  ['responseTime.mean', 1, 5000, unknown],
];
for (const [metric, aborted, low, high] of TIMES)
  test(`with ${aborted} requests cut off, ${metric} is between ${low} us and ${high} us`, () => {
    const range = metricRange(metric, timesOf(aborted))!;
    const isNear = (actual: number, expected: number) => actual === expected || Math.abs(actual - expected) < 8;
    assert.ok(isNear(range.low, low) && isNear(range.high, high), JSON.stringify(range));
  });

const UNSEEN: [metric: string, low: number, high: number][] = [
  ['responseTime.min', 0, 1000],
  ['responseTime.p50', 3000, 8000],
  ['responseTime.p80', 7000, unknown],
  ['responseTime.max', 10_000, unknown],
  ['responseTime.mean', 55_000 / 15, unknown],
];
for (const [metric, low, high] of UNSEEN)
  test(`with five requests in flight of a lost runner beside 10 of 1 to 10 ms, ${metric} is between ${low} us and ${high} us`, () => {
    const ms = Array.from({ length: 10 }, (_, i) => (i + 1) * 1000);
    const range = metricRange(metric, summaryOf(10_000, { done: 10, aborted: 5 }, ms))!;
    const isNear = (actual: number, expected: number) => actual === expected || Math.abs(actual - expected) < 8;
    assert.ok(isNear(range.low, low) && isNear(range.high, high), JSON.stringify(range));
  });

test('all that the generator made and did not lose is the whole rate, exactly', () => {
  const share = 81 / 100.1;
  const reached = { asked: 100.1, observed: share, low: share, high: share, made: 90 / 100.1, answered: NOTHING_SURE };
  const counts = { generated: 90, made: 90, done: 90, lateByGenerator: 9 };
  const summary = { ...summaryOf(1000, counts), rate: { achieved: 81, seconds: 1, reached } };
  assert.deepEqual(metricRange('rate.ofAsked', summary)?.withoutGenerator, { low: 1, high: 1 });
});

test('responses after the end of a load count where the target answered at its rate', () => {
  const reached = { asked: 100, observed: 0.8, low: 0.8, high: 0.9, made: 1 };
  const rangeWith = (measured: number, withoutGenerator: number) =>
    metricRange('rate.ofAsked', {
      ...summaryOf(1000, { generated: 100, made: 100, done: 100 }),
      rate: { achieved: 80, seconds: 1, reached: { ...reached, answered: { measured, withoutGenerator } } },
    })!;
  const { observed, measured, withoutGenerator } = rangeWith(0.85, 0.95);
  assert.deepEqual([observed, measured, withoutGenerator], [0.85, { low: 0.85, high: 0.9 }, { low: 0.95, high: 0.95 }]);
  assert.deepEqual(rangeWith(0.5, 0.5).measured, { low: 0.8, high: 0.9 });
});

const USERS: [title: string, lostShare: number, high: number][] = [
  ['lost no time, the rate is as measured', 0, 8],
  ['might have sent a quarter more, the rate might have been a quarter higher', 0.25, 10],
  ['had a generator that was the limit, any rate might have been possible', unknown, unknown],
];
for (const [title, lostShare, high] of USERS)
  test(`where users ${title}`, () => {
    const counts = { generated: 80, made: 80, done: 80 };
    const range = metricRange('rate', {
      ...cutOff,
      ...summaryOf(10_000, counts),
      errors: [],
      rate: cutOff.rate,
      lostShare,
    })!;
    assert.deepEqual([range.low, range.high], [8, high]);
  });

test('whatever times the requests that were cut off would have had, the statistics lie within their ranges', () => {
  const random = seededRandom(16);
  for (let run = 0; run < 300; run++) {
    const ended = Array.from({ length: 1 + Math.floor(random() * 40) }, () => 1 + Math.floor(random() * 2000));
    const waited = Array.from({ length: Math.floor(random() * 10) }, () => 1 + Math.floor(random() * 2000));
    const own = Math.floor(random() * 500);
    const counts = { done: ended.length, aborted: waited.length };
    const without = histogramOf([...ended, ...waited].map((us) => Math.max(1, us - own)));
    const summary: Summary = {
      ...summaryOf(10_000, counts, [...ended, ...waited]),
      withoutGenerator: { responseTime: without, firstByte: without, serviceTime: without },
    };
    const became = waited.map((us) => us + Math.floor(random() * 5000));
    const truth = summaryOf(
      10_000,
      {},
      [...ended, ...became].map((us) => Math.max(1, us - Math.round(own * random()))),
    );
    for (const metric of ['min', 'mean', 'p50', 'p90', 'p99', 'max'].map((s) => `responseTime.${s}`)) {
      const { low, high } = metricRange(metric, summary)!;
      const { observed } = metricRange(metric, truth)!;
      // A bucket above 2,048 us is up to 4 us wide.
      assert.ok(low <= observed + 4 && observed - 4 <= high, `${metric} ${observed} of run ${run}: ${low} to ${high}`);
    }
  }
});
