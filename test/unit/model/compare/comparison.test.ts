import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Comparison } from '../../../../api/status/comparison.ts';
import { compareRuns } from '../../../../model/compare/comparison.ts';
import type { Intervals } from '../../../../model/compare/intervals.ts';
import { differenceOf } from '../../../../model/compare/same-load.ts';
import { OPEN, type Service, simulate, specOf } from '../../../support/results/comparison-runs.ts';

const WITH = { name: 'v41', maxRegression: '10%' };
const spec = specOf();
const compare = (before: Intervals, after: Intervals) =>
  compareRuns({ spec, intervals: before }, { spec, intervals: after }, WITH);

/** Twenty intervals of 3 s, equal but for a small deterministic ripple; `change` modifies each interval. */
function steady(change: (i: number, intervals: Intervals) => void = () => {}): Intervals {
  const all = (value: number) => Array.from({ length: 20 }, () => value);
  const ripple = (value: number) => Array.from({ length: 20 }, (_, i) => value * (1 + 0.01 * ((i * 7) % 3)));
  const intervals: Intervals = {
    end: Array.from({ length: 20 }, (_, i) => 3000 * (i + 1)),
    ...{ ended: all(300), done: all(300), errors: all(0) },
    ...{ p50: ripple(10_000), p95: ripple(30_000), p99: ripple(80_000) },
  };
  for (let i = 0; i < 20; i++) change(i, intervals);
  return intervals;
}

describe('a comparison', () => {
  const rows: [
    title: string,
    change: (i: number, w: Intervals) => void,
    result: Comparison['result'],
    message: RegExp,
  ][] = [
    ['of a run with itself is Unchanged', () => {}, 'Unchanged', /^unchanged from v41$/],
    [
      'reports a p99 that is 25% higher as Regressed',
      (i, w) => (w.p99[i]! *= 1.25),
      'Regressed',
      /^responseTime.p99 101ms is 25% above 80.8ms of v41$/,
    ],
    ['tolerates a p99 that is 9% higher', (i, w) => (w.p99[i]! *= 1.09), 'Unchanged', /unchanged/],
    [
      'reports a lower p50 as Improved',
      (i, w) => (w.p50[i]! *= 0.8),
      'Improved',
      /^better than v41: responseTime.p50$/,
    ],
    [
      'reports a lower rate as Regressed although times improved',
      (i, w) => {
        w.p50[i]! *= 0.8;
        w.done[i] = 200;
      },
      'Regressed',
      /^rate 66.67 is 33.3% below 100 of v41$/,
    ],
    [
      'reports errors that the baseline did not have',
      (i, w) => (w.errors[i] = 3 + (i % 2)),
      'Regressed',
      /^errors 1.17% is 1.17 points above 0% of v41$/,
    ],
    ['tolerates a single error', (i, w) => (w.errors[i] = i === 9 ? 1 : 0), 'Unchanged', /unchanged/],
    [
      'tolerates one interval that is ten times as slow',
      (i, w) => (w.p99[i]! *= i === 9 ? 10 : 1),
      'Unchanged',
      /unchanged/,
    ],
    ['tolerates four such intervals', (i, w) => (w.p99[i]! *= i > 15 ? 10 : 1), 'Unchanged', /unchanged/],
    ['ignores the warm-up', (i, w) => (w.p50[i]! *= i < 2 ? 10 : 1), 'Unchanged', /unchanged/],
    [
      'reports a run without responses as NotComparable',
      (i, w) => {
        for (const key of ['ended', 'done', 'p50', 'p95', 'p99'] as const) w[key][i] = 0;
      },
      'NotComparable',
      /nothing could be measured/,
    ],
  ];
  for (const [title, change, result, message] of rows) {
    it(title, () => {
      const comparison = compare(steady(), steady(change));
      assert.equal(comparison.result, result);
      assert.match(comparison.message, message);
    });
  }

  it('lists each metric with its change and the confidence interval of the change', () => {
    const { metrics } = compare(
      steady(),
      steady((i, w) => (w.p99[i]! *= 1.2 + 0.1 * (i % 2))),
    );
    assert.deepEqual(
      metrics.map((m) => [m.metric, m.regressed]),
      [
        ['responseTime.p50', false],
        ['responseTime.p95', false],
        ['responseTime.p99', true],
        ['rate', false],
        ['errors', false],
      ],
    );
    const { change, range } = metrics[2]!;
    assert.equal(change, '+24.9%');
    assert.match(range ?? '', /^[+]2[0-4][.0-9]*% to [+](2[5-9]|30)[.0-9]*%$/);
    assert.deepEqual(metrics[4], {
      ...{ metric: 'errors', baseline: '0%', observed: '0%', change: '+0 points', range: '+0 points to +0 points' },
      regressed: false,
    });
  });

  it('shows an unbounded range for extreme noise', () => {
    const wild = steady((i, w) => {
      w.p99[i]! *= i % 2 === 0 ? 50 : 0.1;
    });
    const { result, metrics } = compare(steady(), wild);
    assert.equal(result, 'Unchanged');
    assert.match(metrics[2]!.range!, /^-[0-9.]+% to over [+]1000%$/);
  });

  it('matches intervals of different widths by their time in the run', () => {
    const ramp = (width: number) => {
      const n = 60 / width;
      const of = (value: (middle: number) => number) => Array.from({ length: n }, (_, i) => value((i + 0.5) * width));
      const slow = of((middle) => 1000 * middle);
      return {
        end: of((middle) => (middle + width / 2) * 1000),
        ...{ ended: of(() => 100 * width), done: of(() => 100 * width), errors: of(() => 0) },
        ...{ p50: slow, p95: slow, p99: slow },
      };
    };
    assert.equal(compare(ramp(3), ramp(2)).result, 'Unchanged');
    assert.equal(compare(ramp(2), ramp(3)).result, 'Unchanged');
  });
});

describe('two runs are not comparable', () => {
  const open = (change: object) => ({ type: 'Open', open: { ...OPEN.open, ...change } });
  const closed = (change: object = {}) => ({ type: 'Closed', closed: { users: 5, duration: '60s', ...change } });
  const rows: [title: string, a: object, b: object, difference: string | undefined][] = [
    ['when their rates differ', OPEN, open({ stages: [{ duration: '60s', rate: 110 }] }), 'load.open.stages'],
    ['when their durations differ', OPEN, open({ stages: [{ duration: '61s', rate: 100 }] }), 'load.open.stages'],
    [
      'when their stages differ',
      OPEN,
      open({
        stages: [
          { duration: '30s', rate: 100 },
          { duration: '30s', rate: 100 },
        ],
      }),
      'load.open.stages',
    ],
    ['when only one starts with a ramp', OPEN, open({ startRate: 0 }), 'load.open.startRate'],
    ['when their arrival processes differ', OPEN, open({ arrivals: 'Poisson' }), 'load.open.arrivals'],
    ['when their load models differ', OPEN, closed(), 'load.type'],
    ['when their numbers of users differ', closed(), closed({ users: 6 }), 'load.closed.users'],
    ['when their think times differ', closed(), closed({ thinkTime: '1s' }), 'load.closed.thinkTime'],
    [
      'unless they write the same rate differently',
      OPEN,
      open({ stages: [{ duration: '1m', rate: 6000 }], per: '1m' }),
      undefined,
    ],
    ['unless only the limit of in-flight requests differs', OPEN, open({ maxInFlight: 50 }), undefined],
  ];
  for (const [title, a, b, difference] of rows) {
    it(`${title}: ${difference ?? 'no difference'}`, () =>
      assert.equal(differenceOf(specOf(a), specOf(b)), difference));
  }

  it('when one reuses connections and the other does not', () => {
    const once = specOf(OPEN, { target: { url: 'http://target', http: { keepAlive: false } } });
    assert.equal(differenceOf(specOf(OPEN), once), 'target.http.keepAlive');
    const reusing = specOf(OPEN, { target: { url: 'http://elsewhere', http: { keepAlive: true } } });
    assert.equal(differenceOf(specOf(OPEN), reusing), undefined);
  });

  it('when their requests differ', () => {
    const of = (weight: number) => specOf(OPEN, { requests: [{ name: 'a', weight }, { name: 'b' }] });
    assert.equal(differenceOf(of(1), of(2)), 'requests');
    const thinking = (thinkTime: string) =>
      specOf(OPEN, { requestOrder: 'Sequential', requests: [{ name: 'a' }, { name: 'b', thinkTime }] });
    assert.equal(differenceOf(thinking('1s'), thinking('2s')), 'requests.thinkTime');
    assert.equal(differenceOf(thinking('1s'), thinking('1000ms')), undefined);
  });

  it('and the message names the differing field', () => {
    const other = specOf(open({ stages: [{ duration: '60s', rate: 110 }] }));
    const comparison = compareRuns({ spec, intervals: steady() }, { spec: other, intervals: steady() }, WITH);
    assert.deepEqual(
      [comparison.result, comparison.message],
      ['NotComparable', 'load.open.stages differs from that of v41'],
    );
  });

  it('when there are too few intervals to separate change from noise', () => {
    const short = simulate({ ms: 20, intervals: 8 }, 1);
    const comparison = compare(short, short);
    assert.equal(comparison.result, 'NotComparable');
    assert.match(comparison.message, /^only 6 intervals after the warm-up .* 9 are needed: a longer run has more$/);
  });

  it('when a runner sent no updates for most of a run, and then the advice is not a longer run', () => {
    const [early, late] = [steady(), steady()];
    for (const column of Object.values(early)) column.splice(0, 15);
    assert.match(
      compare(steady(), early).message,
      /^only 4 intervals .* needed: 1 of this test is too long because runners sent no updates/,
    );
    for (const column of Object.values(late)) column.splice(4, 13);
    assert.match(
      compare(steady(), late).message,
      /^only 4 intervals .* needed: 1 of this test is too long because runners sent no updates/,
    );
    assert.match(
      compare(late, late).message,
      /1 of this test is too long because .*, 1 of v41 is too long because runners sent no updates/,
    );
  });
});

/** Noise of a shared cluster: 2% between runs, 5% between autocorrelated intervals, pauses of garbage collection, errors. */
const NOISE = { runNoise: 0.02, intervalNoise: 0.05, pauses: 0.1, errors: 0.002 };
const RUNS = 200;

/** The share of {@link RUNS} pairs of runs, each with its own seed, whose comparison is `result`. */
function share(before: Service, after: Service, result: Comparison['result']): number {
  const seeds = Array.from({ length: RUNS }, (_, i) => 2 * i + 1);
  return seeds.filter((s) => compare(simulate(before, s), simulate(after, s + 1)).result === result).length / RUNS;
}

describe('simulated runs', () => {
  it('of the same service with noise are Regressed in at most 3% of the pairs', () => {
    const regressed = share({ ms: 20, ...NOISE }, { ms: 20, ...NOISE }, 'Regressed');
    assert.ok(regressed <= 0.03, `${regressed} of the pairs`);
  });

  it('of a service that became 20% slower are Regressed in at least 80% of the pairs, despite the noise', () => {
    const regressed = share({ ms: 20, ...NOISE }, { ms: 24, ...NOISE }, 'Regressed');
    assert.ok(regressed >= 0.8, `${regressed} of the pairs`);
  });

  it('of a service that became a sixth faster are Improved in at least 80% of the pairs', () => {
    assert.ok(share({ ms: 24, ...NOISE }, { ms: 20, ...NOISE }, 'Improved') >= 0.8);
  });

  it('with few requests in each interval are Regressed in at most 3% of the pairs', () => {
    const thin = { ms: 20, ...NOISE, perInterval: 20 };
    const regressed = share(thin, thin, 'Regressed');
    assert.ok(regressed <= 0.03, `${regressed} of the pairs`);
  });

  it('have the same comparison every time', () => {
    const once = () => compare(simulate({ ms: 20, ...NOISE }, 3), simulate({ ms: 23, ...NOISE }, 4));
    assert.deepEqual(once(), once());
  });
});
