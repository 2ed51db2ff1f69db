import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import type { Iterations } from '../../../../../model/measure/rate/iterations.ts';
import { rateOf } from '../../../../../model/measure/rate/rate.ts';
import { histogramOf } from '../../../../support/results/summary.ts';

const S = 1_000_000;
const NONE: Iterations = { generated: 0, made: 0, done: 0, late: 0, open: 0 };

function open(...[startRate, ...stages]: [number, ...[seconds: number, rate: number][]]) {
  return { type: 'Open', open: { startRate, stages: stages.map(([s, rate]) => ({ duration: `${s}s`, rate })) } };
}
const poisson = { type: 'Open', open: { arrivals: 'Poisson', stages: [{ duration: '10s', rate: 50 }] } };
const closed = { type: 'Closed', closed: { users: 5, duration: '10s' } };

type Row = [
  title: string,
  load: object,
  seconds: [from: number, to: number],
  iterations: Partial<Iterations>,
  meanSeconds: number,
  expected: {
    target?: number;
    achieved?: number;
    observed?: number;
    low?: number;
    high?: number;
    made?: number;
    answered?: number;
  },
];

const STEADY = open(50, [60, 50]);
const RAMP = open(0, [60, 600]);
/** All that came due by a time on RAMP. */
const due = (seconds: number) => 5 * seconds ** 2;

const rows: Row[] = [
  [
    'at the end everything that was done in time counts',
    open(50, [10, 50]),
    [0, 10],
    { generated: 500, done: 475 },
    1,
    { target: 50, achieved: 47.5, observed: 0.95, low: 0.95, high: 0.95 },
  ],
  [
    'at the end late responses are no part of it, however long they took on average',
    open(60, [3, 60]),
    [0, 9],
    { generated: 180, done: 180, late: 120 },
    3,
    { target: 60, achieved: 20, observed: 1 / 3, low: 1 / 3, high: 1 / 3 },
  ],
  [
    'at the end of a constant rate, late responses may have come at that rate',
    open(60, [3, 60]),
    [0, 9],
    { generated: 180, done: 180, late: 20 },
    0.002,
    { achieved: 160 / 3, observed: 8 / 9, answered: 1 },
  ],
  [
    'nothing is sure of responses to a rate that changes',
    open(30, [3, 60]),
    [0, 9],
    { generated: 135, done: 135, late: 45 },
    3,
    { observed: 2 / 3, answered: 0 },
  ],
  [
    'what the end cut off may have been done or not',
    open(50, [10, 50]),
    [0, 10.5],
    { generated: 500, done: 470, open: 30 },
    0.6,
    { observed: 0.94, low: 0.94, high: 1, made: 1 },
  ],
  [
    'uniform arrivals are rounded up to whole ones',
    open(5, [1, 0]),
    [0, 1],
    { generated: 3, done: 3 },
    0,
    { observed: 1, low: 1, high: 1 },
  ],
  [
    'of Poisson arrivals it asked for those that were drawn, and not for the mean',
    poisson,
    [0, 10],
    { generated: 470, done: 470 },
    0,
    { target: 50, achieved: 47, observed: 1, low: 1, high: 1 },
  ],
  [
    'so few Poisson arrivals are not drawn by chance: the generator did not make the others',
    poisson,
    [0, 10],
    { generated: 375, done: 375 },
    0,
    { observed: 0.75, low: 0.75, high: 0.75, made: 0.75 },
  ],
  [
    'a lost runner made none of its part, which the target could not reach',
    open(100, [10, 100]),
    [0, 10],
    { generated: 750, done: 750 },
    0,
    { target: 100, observed: 0.75, low: 0.75, high: 0.75, made: 0.75 },
  ],
  [
    'over an interval the rate asked is that of the interval',
    RAMP,
    [50, 60],
    { generated: due(60) - due(50), done: due(60) - due(50) },
    0,
    { target: 550, achieved: 550, observed: 1 },
  ],
  [
    'a slow but healthy target keeps up with a ramp',
    RAMP,
    [10, 20],
    { generated: due(20) - due(10), done: due(18) - due(8), open: due(20) - due(18) },
    2,
    { target: 150, achieved: 130, observed: 1 },
  ],
  [
    'a slow but healthy target keeps up with the beginning of a ramp',
    RAMP,
    [0, 10],
    { generated: due(10), done: due(7), open: due(10) - due(7) },
    3,
    { target: 50, achieved: 24.5, observed: 1 },
  ],
  [
    'a target that is overloaded on a ramp falls behind',
    RAMP,
    [45, 55],
    { generated: due(55) - due(45), done: 10 * 400 },
    1,
    { achieved: 400, observed: 4000 / (due(54) - due(44)) },
  ],
  [
    'at a constant rate its own slowness excuses no target',
    STEADY,
    [20, 30],
    { generated: 500, done: 450 },
    8,
    { target: 50, achieved: 45, observed: 0.9, answered: 0 },
  ],
  [
    'requests in flight scatter, and little of it is chance at a high rate',
    open(5000, [60, 5000]),
    [20, 30],
    { generated: 50_000, done: 49_000 },
    0.1,
    { observed: 0.98, low: 0.98 - 0.0019, high: 0.98 + 0.0019 },
  ],
  [
    'where the generator fell behind, the target could reach only what it made',
    STEADY,
    [20, 30],
    { generated: 400, done: 400 },
    0,
    { observed: 0.8, low: 0.798, high: 0.802, made: 0.8 },
  ],
  ['nothing is asked in a pause', open(5, [1, 0], [60, 0]), [20, 30], NONE, 1, { target: 0, achieved: 0 }],
  ['a load that waits for responses asks for nothing', closed, [0, 10], { done: 50 }, 1, { achieved: 5 }],
];

describe('the rate', () => {
  for (const [title, load, [from, to], iterations, meanSeconds, expected] of rows)
    it(title, () => {
      const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load });
      const period = { fromUs: from * S, toUs: to * S };
      const meanUs = meanSeconds * S;
      const all = histogramOf(Array<number>(iterations.done ?? 0).fill(meanUs));
      const times = { meanUs, responseTime: { measured: all, withoutGenerator: all }, withoutResponse: 0 };
      const { target, achieved, reached } = rateOf(spec, period, { ...NONE, ...iterations }, times);
      const answered = reached?.answered.measured;
      const actual: Record<string, number | undefined> = { target, achieved, ...reached, answered };
      for (const [name, value] of Object.entries(expected))
        assert.equal(actual[name]?.toFixed(4), value.toFixed(4), name);
      if (!('observed' in expected)) assert.equal(reached, undefined);
    });
});
