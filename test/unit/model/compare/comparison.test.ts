import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Comparison } from '../../../../api/status/comparison.ts';
import { compareRuns } from '../../../../model/compare/comparison.ts';
import type { Intervals } from '../../../../model/compare/intervals.ts';
import { differenceOf } from '../../../../model/compare/same-load.ts';
import { OPEN, type Service, simulate, specOf } from '../../../support/comparison-runs.ts';

const WITH = { name: 'v41', maxRegression: '10%' };
const spec = specOf();
const compare = (before: Intervals, after: Intervals) =>
  compareRuns({ spec, windows: before }, { spec, windows: after }, WITH);

/** Twenty windows of 3 s that are all alike but for a small known ripple; `change` goes over each window. */
function steady(change: (i: number, windows: Intervals) => void = () => {}): Intervals {
  const all = (value: number) => Array.from({ length: 20 }, () => value);
  const ripple = (value: number) => Array.from({ length: 20 }, (_, i) => value * (1 + 0.01 * ((i * 7) % 3)));
  const windows: Intervals = {
    end: Array.from({ length: 20 }, (_, i) => 3000 * (i + 1)),
    ...{ generated: all(300), done: all(300), errors: all(0) },
    ...{ p50: ripple(10_000), p95: ripple(30_000), p99: ripple(80_000) },
  };
  for (let i = 0; i < 20; i++) change(i, windows);
  return windows;
}

describe('a comparison', () => {
  const rows: [what: string, change: (i: number, w: Intervals) => void, result: Comparison['result'], says: RegExp][] =
    [
      ['of a run with itself: unchanged', () => {}, 'Unchanged', /^unchanged from v41$/],
      [
        'finds a p99 that is a quarter longer',
        (i, w) => (w.p99[i]! *= 1.25),
        'Regressed',
        /^responseTime.p99 101ms is 25% above 80.8ms of v41$/,
      ],
      ['says nothing of a p99 that is 9% longer', (i, w) => (w.p99[i]! *= 1.09), 'Unchanged', /unchanged/],
      [
        'says that a shorter p50 is better',
        (i, w) => (w.p50[i]! *= 0.8),
        'Improved',
        /^better than v41: responseTime.p50$/,
      ],
      [
        'does not let better times outweigh a lower rate',
        (i, w) => {
          w.p50[i]! *= 0.8;
          w.done[i] = 200;
        },
        'Regressed',
        /^rate 66.67 is 33.3% below 100 of v41$/,
      ],
      [
        'finds errors where there were none',
        (i, w) => (w.errors[i] = 3 + (i % 2)),
        'Regressed',
        /^errors 1.17% is 1.17 points above 0% of v41$/,
      ],
      ['says nothing of a single error', (i, w) => (w.errors[i] = i === 9 ? 1 : 0), 'Unchanged', /unchanged/],
      [
        'does not follow one window that is ten times as slow',
        (i, w) => (w.p99[i]! *= i === 9 ? 10 : 1),
        'Unchanged',
        /unchanged/,
      ],
      ['does not follow four of them', (i, w) => (w.p99[i]! *= i > 15 ? 10 : 1), 'Unchanged', /unchanged/],
      ['leaves the warm-up out', (i, w) => (w.p50[i]! *= i < 2 ? 10 : 1), 'Unchanged', /unchanged/],
      [
        'has nothing to say of a run without answers',
        (i, w) => {
          for (const key of ['generated', 'done', 'p50', 'p95', 'p99'] as const) w[key][i] = 0;
        },
        'NotComparable',
        /nothing could be measured/,
      ],
    ];
  for (const [what, change, result, says] of rows) {
    it(what, () => {
      const response = compare(steady(), steady(change));
      assert.equal(response.result, result);
      assert.match(response.message, says);
    });
  }

  it('tells each metric with its change, and the range in which that lies', () => {
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

  it('says of noise without bounds that it has none', () => {
    const wild = steady((i, w) => {
      w.p99[i]! *= i % 2 === 0 ? 50 : 0.1;
    });
    const { result, metrics } = compare(steady(), wild);
    assert.equal(result, 'Unchanged');
    assert.match(metrics[2]!.range!, /^-[0-9.]+% to over [+]1000%$/);
  });

  it('holds windows of runs that were cut differently against each other by their place', () => {
    const ramp = (width: number) => {
      const n = 60 / width;
      const of = (value: (middle: number) => number) => Array.from({ length: n }, (_, i) => value((i + 0.5) * width));
      const slow = of((middle) => 1000 * middle);
      return {
        end: of((middle) => (middle + width / 2) * 1000),
        ...{ generated: of(() => 100 * width), done: of(() => 100 * width), errors: of(() => 0) },
        ...{ p50: slow, p95: slow, p99: slow },
      };
    };
    assert.equal(compare(ramp(3), ramp(2)).result, 'Unchanged');
    assert.equal(compare(ramp(2), ramp(3)).result, 'Unchanged');
  });
});

describe('two runs are not compared', () => {
  const open = (change: object) => ({ type: 'Open', open: { ...OPEN.open, ...change } });
  const closed = (change: object = {}) => ({ type: 'Closed', closed: { users: 5, duration: '60s', ...change } });
  const rows: [what: string, a: object, b: object, difference: string | undefined][] = [
    ['another rate', OPEN, open({ stages: [{ duration: '60s', rate: 110 }] }), 'load.open.stages'],
    ['another duration', OPEN, open({ stages: [{ duration: '61s', rate: 100 }] }), 'load.open.stages'],
    [
      'another stage',
      OPEN,
      open({
        stages: [
          { duration: '30s', rate: 100 },
          { duration: '30s', rate: 100 },
        ],
      }),
      'load.open.stages',
    ],
    ['a ramp at the beginning', OPEN, open({ startRate: 0 }), 'load.open.startRate'],
    ['other arrivals', OPEN, open({ arrivals: 'Poisson' }), 'load.open.arrivals'],
    ['another model', OPEN, closed(), 'load.type'],
    ['other users', closed(), closed({ users: 6 }), 'load.closed.users'],
    ['another think time', closed(), closed({ thinkTime: '1s' }), 'load.closed.thinkTime'],
    ['the same in other words', OPEN, open({ stages: [{ duration: '1m', rate: 6000 }], per: '1m' }), undefined],
    ['another cap of requests in flight', OPEN, open({ maxInFlight: 50 }), undefined],
  ];
  for (const [what, a, b, difference] of rows) {
    it(`${what}: ${difference ?? 'they are'}`, () => assert.equal(differenceOf(specOf(a), specOf(b)), difference));
  }

  it('other connections', () => {
    const once = specOf(OPEN, { target: { url: 'http://target', http: { keepAlive: false } } });
    assert.equal(differenceOf(specOf(OPEN), once), 'target.http.keepAlive');
    const kept = specOf(OPEN, { target: { url: 'http://elsewhere', http: { keepAlive: true } } });
    assert.equal(differenceOf(specOf(OPEN), kept), undefined);
  });

  it('other requests', () => {
    const of = (weight: number) => specOf(OPEN, { requests: [{ name: 'a', weight }, { name: 'b' }] });
    assert.equal(differenceOf(of(1), of(2)), 'requests');
    const thinking = (thinkTime: string) =>
      specOf(OPEN, { requestOrder: 'Sequential', requests: [{ name: 'a' }, { name: 'b', thinkTime }] });
    assert.equal(differenceOf(thinking('1s'), thinking('2s')), 'requests.thinkTime');
    assert.equal(differenceOf(thinking('1s'), thinking('1000ms')), undefined);
  });

  it('and the answer says why', () => {
    const other = specOf(open({ stages: [{ duration: '60s', rate: 110 }] }));
    const response = compareRuns({ spec, windows: steady() }, { spec: other, windows: steady() }, WITH);
    assert.deepEqual(
      [response.result, response.message],
      ['NotComparable', 'load.open.stages differs from that of v41'],
    );
  });

  it('when there are too few windows to tell noise from change', () => {
    const short = simulate({ ms: 20, windows: 8 }, 1);
    const response = compare(short, short);
    assert.equal(response.result, 'NotComparable');
    assert.match(response.message, /^only 6 windows after the warm-up .* 9 are needed: a longer run has more$/);
  });

  it('when a runner told nothing for most of a run, which no longer run would mend', () => {
    const [early, late] = [steady(), steady()];
    for (const column of Object.values(early)) column.splice(0, 15);
    assert.match(
      compare(steady(), early).message,
      /^only 4 windows .* needed: 1 of this test is too wide, as runners told/,
    );
    for (const column of Object.values(late)) column.splice(4, 13);
    assert.match(
      compare(steady(), late).message,
      /^only 4 windows .* needed: 1 of this test is too wide, as runners told/,
    );
    assert.match(
      compare(late, late).message,
      /1 of this test is too wide, as .*, 1 of v41 is too wide, as runners told/,
    );
  });
});

/** Noise of a shared cluster: levels 2% apart from run to run, windows 5% apart that remember each other, pauses of a collector, errors. */
const NOISE = { runNoise: 0.02, windowNoise: 0.05, pauses: 0.1, errors: 0.002 };
const RUNS = 200;

/** How many of {@link RUNS} pairs of runs, each with a seed of its own, come out as `result`. */
function share(before: Service, after: Service, result: Comparison['result']): number {
  const seeds = Array.from({ length: RUNS }, (_, i) => 2 * i + 1);
  return seeds.filter((s) => compare(simulate(before, s), simulate(after, s + 1)).result === result).length / RUNS;
}

describe('simulated runs', () => {
  it('of the same service with noise are hardly ever called a regression', () => {
    const calls = share({ ms: 20, ...NOISE }, { ms: 20, ...NOISE }, 'Regressed');
    assert.ok(calls <= 0.03, `${calls} of the pairs`);
  });

  it('of a service that became 20% slower are found through the noise', () => {
    const found = share({ ms: 20, ...NOISE }, { ms: 24, ...NOISE }, 'Regressed');
    assert.ok(found >= 0.8, `${found} of the pairs`);
  });

  it('of one that became a sixth faster are called better, and hardly ever worse', () => {
    assert.ok(share({ ms: 24, ...NOISE }, { ms: 20, ...NOISE }, 'Improved') >= 0.8);
  });

  it('of a few requests in each window are hardly ever called a regression either', () => {
    const thin = { ms: 20, ...NOISE, perWindow: 20 };
    const calls = share(thin, thin, 'Regressed');
    assert.ok(calls <= 0.03, `${calls} of the pairs`);
  });

  it('give the same answer every time', () => {
    const once = () => compare(simulate({ ms: 20, ...NOISE }, 3), simulate({ ms: 23, ...NOISE }, 4));
    assert.deepEqual(once(), once());
  });
});
