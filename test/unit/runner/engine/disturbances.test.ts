import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Threshold } from '../../../../api/loadtest/threshold.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { rankOf } from '../../../../model/measure/histogram.ts';
import { percentileOf } from '../../../../model/metrics/statistic-range.ts';
import { evaluate, type ThresholdResult } from '../../../../model/metrics/threshold-result.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

// Disturbances of the generator, in virtual time, times behaviours of the target, times limits around what the target's own log says: a test never
// fails where the log keeps the limit, and never passes where it does not.

const SECONDS = 3;
const MS = 1000;
/** What is never answered counts with this time. */
const TIMEOUT_US = 2000 * MS;
type Stops = [from: number, until: number][];

/** Stops of `length` ms, one every `every` ms from `from` s until `until` s. */
function stops(length: number, every: number, from = 0, until = SECONDS): Stops {
  const count = Math.floor(((until - from) * 1000) / every);
  return Array.from({ length: count }, (_, i) => {
    const begin = from * 1e6 + (i + 0.37) * every * MS;
    return [begin, begin + length * MS];
  });
}

const DISTURBANCES: Record<string, Stops> = {
  none: [],
  'one stop of 50 ms': stops(50, SECONDS * 1000),
  'one stop of 120 ms': stops(120, SECONDS * 1000),
  'one stop of 400 ms': stops(400, SECONDS * 1000),
  'three stops of 400 ms': stops(400, 1000),
  'stops of 8 ms for half of the time': stops(8, 16),
  'stops of 36 ms of every 48 ms in one second': stops(36, 48, 1, 2),
  'a CPU limit of a third of a core': stops(66, 100),
  'pauses of 15 ms for garbage collection': stops(15, 150),
};

/** The service time of each request in us; Infinity for one that is never answered. */
const TARGETS: Record<string, (number: number) => number> = {
  'a steady target': () => 5 * MS,
  'a target with noise': (n) => (2 + 12 * seededRandom(n)()) * MS,
  'a target with one slow answer in fifty': (n) => (n % 50 === 7 ? 60 * MS : 5 * MS),
  'a target that freezes for 200 ms': (n) => (n >= 100 && n < 120 ? (125 - n) * 10 * MS : 5 * MS),
  'a target that hangs in the end': (n) => (n < 200 ? 5 * MS : Number.POSITIVE_INFINITY),
  'a target that hangs at once': () => Number.POSITIVE_INFINITY,
};

const LOADS: Record<string, object> = {
  'an open load': { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: 100 }], maxInFlight: 1000 } },
  'an open load that drops': {
    type: 'Open',
    open: { stages: [{ duration: `${SECONDS}s`, rate: 100 }], maxInFlight: 2 },
  },
  'a closed load': { type: 'Closed', closed: { users: 3, thinkTime: '10ms', duration: `${SECONDS}s` } },
};

const METRICS = [
  ...['p50', 'p99', 'p999', 'max', 'mean'].map((statistic) => `responseTime.${statistic}`),
  'serviceTime.p99',
  'errors',
  'rate',
];
const FACTORS = [0.5, 0.98, 1.02, 2] as const;

/** What is true of the target: the times of the requests that it received, and its errors and its rate without a disturbance. */
type Truth = { timesUs: readonly number[]; errors: number; rate: number };

function trueValue(metric: string, { timesUs, errors, rate }: Truth): number {
  if (metric === 'errors') return errors;
  if (metric === 'rate') return rate;
  const statistic = metric.split('.')[1]!;
  if (statistic === 'mean') return timesUs.reduce((sum, us) => sum + us, 0) / timesUs.length;
  const rank = statistic === 'max' ? timesUs.length : rankOf(percentileOf(statistic), timesUs.length);
  return timesUs.toSorted((a, b) => a - b)[rank - 1]!;
}

/** Thresholds on both sides of the true value, each with whether the truth keeps it. */
function thresholdsAround(metric: string, value: number): { threshold: Threshold; holds: boolean }[] {
  if (metric === 'rate' && value === 0) return [{ threshold: { metric, min: '1' }, holds: false }];
  if (metric === 'rate')
    return FACTORS.map((factor) => ({ threshold: { metric, min: (value * factor).toFixed(6) }, holds: factor < 1 }));
  if (metric === 'errors') {
    const limits = value === 0 ? [0.001, 0.01] : FACTORS.map((factor) => value * factor);
    return limits.map((max) => ({ threshold: { metric, max: `${(max * 100).toFixed(6)}%` }, holds: value < max }));
  }
  return FACTORS.map((factor) => ({
    threshold: { metric, max: `${Math.round(value * factor)}us` },
    holds: factor > 1,
  }));
}

function specOf(load: object): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: `${TIMEOUT_US}us` }, load });
}

type Told = 'holds' | 'is broken' | 'is undecided';

function toldBy({ passed, uncertainty }: ThresholdResult): Told {
  if (passed) return 'holds';
  return uncertainty === undefined ? 'is broken' : 'is undecided';
}

/** How often the limits of each metric were undecided in disturbed runs. */
const undecided = new Map<string, { yes: number; all: number }>();
after(() => {
  const shares = [...undecided].map(([metric, { yes, all }]) => `${metric} ${Math.round((yes / all) * 100)}%`);
  console.log(`undecided limits in disturbed runs: ${shares.join(', ')}`);
});

for (const [load, fields] of Object.entries(LOADS))
  for (const [target, timeOf] of Object.entries(TARGETS))
    test(`no disturbance of ${load} blames ${target} or excuses it`, () => {
      const script: Script = (_, number) => {
        const us = timeOf(number);
        return us === Number.POSITIVE_INFINITY
          ? { outcome: 'never' }
          : { outcome: 'response', status: 200, after: Math.round(us) };
      };
      const undisturbed = virtualLoad(specOf(fields), script).summary;
      const spec = specOf({ ...fields, gracefulStop: '300ms' });
      for (const [disturbance, stopped] of Object.entries(DISTURBANCES)) {
        const { summary, sent } = virtualLoad(spec, script, { stopped });
        const timesUs = sent.map((_, number) => Math.min(timeOf(number), TIMEOUT_US));
        const truth = { timesUs, errors: undisturbed.errorShare ?? 0, rate: undisturbed.rate.achieved };
        const limits = METRICS.flatMap((metric) => thresholdsAround(metric, trueValue(metric, truth)));
        for (const { threshold, holds } of limits) {
          const result = evaluate(threshold, summary);
          const told = toldBy(result);
          const what = `${disturbance}, ${JSON.stringify(threshold)} ${told}: ${result.observed}`;
          assert.notEqual(told, holds ? 'is broken' : 'holds', what);
          if (stopped.length > 0) count(threshold.metric, told);
          else if (summary.counts.aborted === 0) assert.notEqual(told, 'is undecided', what);
        }
      }
    });

function count(metric: string, told: Told): void {
  const { yes, all } = undecided.get(metric) ?? { yes: 0, all: 0 };
  undecided.set(metric, { yes: yes + Number(told === 'is undecided'), all: all + 1 });
}
