import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Comparison } from '../../../../api/status/comparison.ts';
import { compareRuns } from '../../../../model/compare/comparison.ts';
import type { Intervals } from '../../../../model/compare/intervals.ts';
import { differenceOf } from '../../../../model/compare/same-load.ts';
import { intervalsOfRun, OPEN, type Service, simulate, specOf } from '../../../support/results/comparison-runs.ts';

const WITH = { name: 'v41', maxRegression: '10%' };
const spec = specOf();
const compare = (before: Intervals, after: Intervals) =>
  compareRuns({ spec, intervals: before }, { spec, intervals: after }, WITH);

/** Thirty requests a second for a minute. */
const MINUTE = { ms: 20, perInterval: 90 };

/** A response time in microseconds of the same distribution in every run, at `share` of all. */
const timeAt = (share: number) => 10_000 * (share / (1 - share)) ** 0.25;
/** The response times of an interval, equal but for a small deterministic ripple. */
const timesOf = (i: number) =>
  Array.from({ length: 300 }, (_, n) => timeAt((n + 0.5) / 300) * (1 + 0.01 * ((i * 7) % 3)));
type Change = (measured: { times: number[]; errors: number }, i: number) => void;

/** Twenty intervals of 3 s with 300 requests; `change` modifies each interval. */
function steady(change: Change = () => {}): Intervals {
  return intervalsOfRun(
    Array.from({ length: 20 }, (_, i) => {
      const measured = { times: timesOf(i), errors: 0 };
      change(measured, i);
      return measured;
    }),
  );
}

/** Makes the times of an interval longer by a factor, from a share of them on. */
const slow = (measured: { times: number[] }, factor: number, from = 0) => {
  measured.times = measured.times.map((time, n, { length }) => (n >= from * length ? time * factor : time));
};

describe('a comparison', () => {
  const rows: [title: string, change: Change, result: Comparison['result'], message: RegExp][] = [
    ['of a run with itself is Unchanged', () => {}, 'Unchanged', /^unchanged from v41$/],
    [
      'reports response times that are 25% higher as Regressed',
      (m) => slow(m, 1.25),
      'Regressed',
      /^responseTime.p50 12.6ms is 25% above 10.1ms of v41, responseTime.p95 .* of v41, responseTime.p99 [^,]* of v41$/,
    ],
    [
      'reports a p99 that is higher alone as Regressed',
      (m) => slow(m, 1.25, 0.97),
      'Regressed',
      /^responseTime.p99 [^,]* is 25[.0-9]*% above [^,]* of v41$/,
    ],
    ['tolerates times that are 9% higher', (m) => slow(m, 1.09), 'Unchanged', /unchanged/],
    [
      'reports lower times as Improved',
      (m) => slow(m, 0.8),
      'Improved',
      /^better than v41: responseTime.p50, responseTime.p95, responseTime.p99$/,
    ],
    [
      'reports a lower rate as Regressed although times improved',
      (m) => {
        m.times = m.times.filter((_, n) => n % 3 > 0).map((time) => time * 0.8);
      },
      'Regressed',
      /^rate 66.67 is 33.3% below 100 of v41$/,
    ],
    [
      'reports times far beyond those of the baseline without a sign',
      (m) => slow(m, 40),
      'Regressed',
      /^responseTime.p50 [0-9.]+m?s is over 1000% above [0-9.]+ms of v41, /,
    ],
    [
      'reports errors that the baseline did not have',
      (m, i) => (m.errors = 3 + (i % 2)),
      'Regressed',
      /^errors 1.15% is 1.15 points above 0% of v41$/,
    ],
    ['tolerates a single error', (m, i) => (m.errors = i === 9 ? 1 : 0), 'Unchanged', /unchanged/],
    ['tolerates one interval that is ten times as slow', (m, i) => slow(m, i === 9 ? 10 : 1), 'Unchanged', /unchanged/],
    [
      'cannot tell whether four such intervals are chance',
      (m, i) => slow(m, i > 15 ? 10 : 1),
      'TooNoisy',
      /^too noisy to tell 10%: responseTime.p50 -[0-9.]+% to [^,]*, responseTime.p95 .*, responseTime.p99 /,
    ],
    [
      'reports a run of which a quarter has no response as Regressed',
      (m, i) => (m.times = i > 14 ? [] : m.times),
      'Regressed',
      /^rate 72.22 is 27.8% below 100 of v41$/,
    ],
    [
      'reports a run that was answered in its first third only as Regressed',
      (m, i) => (m.times = i > 6 ? [] : m.times),
      'Regressed',
      /rate 27.78 is 72.2% below 100 of v41$/,
    ],
    [
      'tolerates one interval without a response',
      (m, i) => (m.times = i === 9 ? [] : m.times),
      'Unchanged',
      /unchanged/,
    ],
    ['ignores slow responses of the warm-up', (m, i) => slow(m, i < 2 ? 10 : 1), 'Unchanged', /unchanged/],
    ['reports errors of the warm-up', (m, i) => (m.errors = i < 4 ? 5 : 0), 'TooNoisy', /errors/],
    [
      'reports a run without requests as NotComparable',
      (m) => (m.times = []),
      'NotComparable',
      /nothing could be measured/,
    ],
  ];
  for (const [title, change, result, message] of rows) {
    it(title, () => {
      const before = result === 'NotComparable' ? steady(change) : steady();
      const comparison = compare(before, steady(change));
      assert.match(comparison.message, message);
      assert.equal(comparison.result, result);
    });
  }

  it('lists each metric with its change and the confidence interval of the change', () => {
    const { metrics } = compare(
      steady(),
      steady((m, i) => slow(m, 1.2 + 0.1 * (i % 2), 0.97)),
    );
    assert.deepEqual(
      metrics.map((m) => [m.metric, m.result]),
      [
        ['responseTime.p50', 'Unchanged'],
        ['responseTime.p95', 'Unchanged'],
        ['responseTime.p99', 'Regressed'],
        ['rate', 'Unchanged'],
        ['errors', 'Unchanged'],
      ],
    );
    const { change, range } = metrics[2]!;
    assert.match(change!, /^[+]2[45][.0-9]*%$/);
    assert.match(range!, /^[+]2[0-4][.0-9]*% to [+](2[5-9]|30)[.0-9]*%$/);
    assert.deepEqual(metrics[4], {
      ...{ metric: 'errors', baseline: '0%', observed: '0%', change: '+0 points' },
      ...{ range: '-0.11 points to +0.11 points', result: 'Unchanged' },
    });
  });

  it('is Improved when it is too noisy to tell by how much, but certainly not worse', () => {
    const { result, metrics } = compare(simulate(MINUTE, 1), simulate({ ...MINUTE, ms: 12 }, 2));
    assert.deepEqual([result, metrics[2]!.result], ['Improved', 'Improved']);
  });

  it('judges the chosen metrics only', () => {
    const [before, after] = [simulate(MINUTE, 1), simulate(MINUTE, 2)].map((intervals) => ({ spec, intervals }));
    const { result, metrics } = compareRuns(before!, after!, { ...WITH, metrics: ['rate', 'responseTime.p50'] });
    assert.deepEqual([result, metrics.map((m) => m.metric)], ['Unchanged', ['responseTime.p50', 'rate']]);
  });

  it('says what would tell: longer runs, or a greater limit', () => {
    const { message } = compare(simulate(MINUTE, 1), simulate(MINUTE, 2));
    assert.match(
      message,
      /^too noisy to tell 10%: .*responseTime.p99 -[0-9.]+% to [+][0-9.]+%; two runs of about [3-9]m or a maxRegression of [2-4][0-9]% would tell$/,
    );
  });

  it('shows an unbounded range for extreme noise, and promises no remedy', () => {
    const wild = steady((m, i) => slow(m, i === 5 || i === 12 ? 5000 : 1, 0.9));
    const { result, metrics, message } = compare(steady(), wild);
    assert.equal(result, 'TooNoisy');
    assert.match(metrics[2]!.range!, /^[-+][0-9.]+% to over [+]1000%$/);
    assert.match(message, /over [+]1000%$/);
  });

  it('matches intervals of different widths by their time in the run', () => {
    const ramp = (width: number) =>
      intervalsOfRun(
        Array.from({ length: 60 / width }, (_, i) => ({
          times: Array.from({ length: 100 * width }, (_, n) => 1e3 * (i * width + n / 100)),
          errors: 0,
        })),
        1000 * width,
      );
    for (const [before, after] of [
      [3, 2],
      [2, 3],
    ] as const)
      assert.deepEqual(
        compare(ramp(before), ramp(after)).metrics.map((m) => m.result),
        ['Unchanged', 'Unchanged', 'Unchanged', 'Unchanged', 'Unchanged'],
      );
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
    assert.match(comparison.message, /^only 6 intervals after the warm-up .* 8 are needed: a longer run has more$/);
  });

  it('when a runner sent no updates for most of a run, and then the advice is not a longer run', () => {
    const [early, late] = [steady(), steady()];
    const columns = ({ quantiles: _, ...others }: Intervals) => Object.values(others);
    for (const column of columns(early)) column.splice(0, 15);
    assert.match(
      compare(steady(), early).message,
      /^only 4 intervals .* needed: 1 of this test is too long because runners sent no updates/,
    );
    for (const column of columns(late)) column.splice(4, 13);
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
/** Thirty requests a second for ten seconds. */
const TEN_SECONDS = { ms: 20, perInterval: 30, intervals: 10, stepMs: 1000 };
const RUNS = 40;

/** The shares of {@link RUNS} pairs of runs, each with its own seed, by the result of their comparison. */
function shares(before: Service, after: Service): Record<Comparison['result'], number> {
  const [of, per] = [{ Regressed: 0, TooNoisy: 0, Improved: 0, Unchanged: 0, NotComparable: 0 }, 1 / RUNS];
  const { intervals = 20, stepMs = 3000 } = before;
  const spec = specOf({ type: 'Open', open: { stages: [{ duration: `${intervals * stepMs}ms`, rate: 30 }] } });
  for (let seed = 1; seed < 2 * RUNS; seed += 2) {
    const runs = [simulate(before, seed), simulate(after, seed + 1)].map((intervals) => ({ spec, intervals }));
    of[compareRuns(runs[0]!, runs[1]!, WITH).result] += per;
  }
  return of;
}

describe('simulated runs', () => {
  const equal: [title: string, service: Service][] = [
    ['of a minute', MINUTE],
    ['of ten seconds', TEN_SECONDS],
    ['with correlated intervals', { ...MINUTE, intervalNoise: 0.05 }],
    ['with noise of all kinds', { ...MINUTE, ...NOISE }],
    ['with 1% errors', { ...MINUTE, spread: 0.1, errors: 0.01 }],
    ['with outages', { ...MINUTE, spread: 0.1, outages: 0.1 }],
  ];
  for (const [title, service] of equal)
    it(`of the same service ${title} are Regressed in at most 3% of the pairs`, () => {
      const { Regressed } = shares(service, service);
      assert.ok(Regressed <= 0.03 + 1e-9, `${Regressed} of the pairs`);
    });

  const slower: [title: string, before: Service, after: Service, least: number][] = [
    ['20% slower are Regressed in 95% of the pairs of a minute', MINUTE, { ...MINUTE, ms: 24 }, 0.95],
    ['20% slower are Regressed in 60% of the pairs of ten seconds', TEN_SECONDS, { ...TEN_SECONDS, ms: 24 }, 0.6],
    [
      '20% slower are Regressed in 80% of the pairs despite noise of all kinds',
      { ...MINUTE, ...NOISE },
      { ...MINUTE, ...NOISE, ms: 24 },
      0.8,
    ],
  ];
  for (const [title, before, after, least] of slower)
    it(`of a service that became ${title}`, () => {
      const { Regressed } = shares(before, after);
      assert.ok(Regressed >= least, `${Regressed} of the pairs`);
    });

  it('of a stable service are Unchanged in most pairs', () => {
    const { Unchanged } = shares({ ...MINUTE, spread: 0.1 }, { ...MINUTE, spread: 0.1 });
    assert.ok(Unchanged >= 0.95, `${Unchanged} of the pairs`);
  });

  it('of a service whose answers are 15 ms slower in 2% of all cases are never Unchanged', () => {
    for (const load of [MINUTE, TEN_SECONDS]) {
      const service = { ...load, ms: 4, spread: 0.3 };
      const { Unchanged, Improved } = shares(service, { ...service, slower: { share: 0.02, ms: 15 } });
      assert.equal(Unchanged + Improved, 0);
    }
  });

  it('with nine errors against none in 1,800 requests are Regressed', () => {
    const failing = steady((m, i) => {
      m.times = m.times.slice(0, 90);
      m.errors = i % 2 === 0 && i < 18 ? 1 : 0;
    });
    const clean = steady((m) => (m.times = m.times.slice(0, 90)));
    const { metrics } = compare(clean, failing);
    assert.equal(metrics[4]!.result, 'Regressed');
  });

  it('have the same comparison every time', () => {
    const once = () => compare(simulate({ ms: 20, ...NOISE }, 3), simulate({ ms: 23, ...NOISE }, 4));
    assert.deepEqual(once(), once());
  });
});
