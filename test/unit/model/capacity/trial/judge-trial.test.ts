import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import type { LiveCounts } from '../../../../../api/status/counters.ts';
import { certainlyBad } from '../../../../../model/capacity/trial/certainly-bad.ts';
import { judgeTrial } from '../../../../../model/capacity/trial/judge-trial.ts';
import { noCounts } from '../../../../../model/measure/counters.ts';
import { PackedHistogram } from '../../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import { histogramOf, sameTimes } from '../../../../support/results/summary.ts';

const P99 = { metric: 'responseTime.p99', max: '100ms' };
const P90 = { ...P99, metric: 'responseTime.p90' };
const TRIAL = { number: 3, purpose: 'Climb', rate: 100, seconds: 10 } as const;

function specWith(thresholds: readonly object[], fields: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    requests: [{ name: 'order' }],
    load: { type: 'Capacity', capacity: { maxRate: 5000 } },
    thresholds,
    ...fields,
  });
}

type Measured = {
  elapsedMs?: number;
  counts?: Partial<LiveCounts>;
  /** How many responses took how many milliseconds. */
  times?: readonly [count: number, ms: number][];
  /** The same without the generator's own part; default: the times. */
  without?: readonly [count: number, ms: number][];
  lagMs?: number;
};

/** A snapshot of 1,000 arrivals, all answered in 5 ms unless a change overrides it. */
function snapshotOf({ elapsedMs = 11_000, counts = {}, times = [[1000, 5]], without = times, lagMs = 0 }: Measured) {
  const histogram = (rows: readonly [number, number][]) =>
    PackedHistogram.of(histogramOf(rows.flatMap(([count, ms]) => Array<number>(count).fill(ms * 1000))));
  const all = { ...noCounts(), generated: 1000, made: 1000, done: 1000, ...counts };
  const order = {
    name: 'order',
    counts: all,
    ...sameTimes(histogram(times)),
    withoutGenerator: sameTimes(histogram(without)).withoutGenerator,
  };
  return {
    elapsedMs,
    requests: [order],
    responses: [{ code: '200', count: all.done }],
    errors: [],
    pacingLag: PackedHistogram.of(histogramOf(Array<number>(100).fill(Math.max(1, lagMs * 1000)))),
    cpuMs: 100,
    eventLoopUtilization: 0.1,
  } satisfies Snapshot;
}

describe('a finished trial', () => {
  const good = { good: true };
  const bad = (...metrics: string[]) => ({ good: false, by: metrics.map((metric) => ({ metric })) });
  /** The last requests took 2 s, and ended after the trial. */
  const lastOf = (late: number): Measured => ({
    counts: { late },
    times: [
      [1000 - late, 5],
      [late, 2000],
    ],
  });
  const rows: [what: string, thresholds: object[], measured: Measured, outcome: object][] = [
    ['all of whose thresholds hold', [P99, { metric: 'errors', max: '1%' }], {}, good],
    [
      'with a percentile beyond its limit',
      [P99],
      {
        times: [
          [980, 5],
          [20, 200],
        ],
      },
      bad(P99.metric),
    ],
    ['of which too little was answered in time, although its thresholds hold', [P90], lastOf(60), bad('rate')],
    ['of which nearly all was answered in time', [P90], lastOf(40), good],
    ['that a threshold of the rate judges more strictly', [{ metric: 'rate', min: '98%' }], lastOf(40), bad('rate')],
    [
      'whose requests had to be cut off, so that it cannot pass for sure',
      [P99],
      {
        counts: { done: 985, aborted: 15 },
        times: [
          [985, 5],
          [15, 50],
        ],
      },
      bad(P99.metric),
    ],
    [
      'without a threshold, held to the default',
      [],
      { counts: { done: 980, failed: 20 }, times: [[980, 5]] },
      bad('errors'),
    ],
  ];
  for (const [what, thresholds, measured, outcome] of rows)
    it(`${what}, is ${JSON.stringify(outcome)}`, () => {
      const { good, by } = judgeTrial(specWith(thresholds), TRIAL, { ranMs: 10_000, snapshot: snapshotOf(measured) });
      assert.deepEqual({ good, ...(by && { by }) }, outcome);
    });

  const early: [what: string, rate: number, ranMs: number, late: number, times: [number, number][], by: string[]][] = [
    [
      'whose last responses happen to be the slowest by little',
      ...([12.5, 960, 3] as const),
      [
        [9, 150],
        [2, 151],
        [1, 153],
      ],
      [P99.metric],
    ],
    ['whose responses all come after its end, and at its rate', 50, 300, 15, [[15, 3000]], [P99.metric]],
    [
      'whose target falls behind',
      ...([50, 300, 15] as const),
      Array.from({ length: 15 }, (_, i): [number, number] => [1, 980 * (i + 1)]),
      [P99.metric, 'rate'],
    ],
  ];
  for (const [what, rate, ranMs, late, times, by] of early)
    it(`that ended early, ${what}, is bad by ${by.join(' and ')}`, () => {
      const count = times.reduce((sum, [n]) => sum + n, 0);
      const counts = { generated: count, made: count, done: count, late };
      const measured = snapshotOf({ elapsedMs: 20_000, counts, times });
      const trial = judgeTrial(specWith([P99]), { ...TRIAL, rate }, { ranMs, snapshot: measured });
      assert.deepEqual(
        trial.by?.map(({ metric }) => metric),
        by,
      );
    });

  it('names the request of a broken threshold', () => {
    const spec = specWith([{ ...P99, request: 'order' }]);
    const measured = snapshotOf({
      times: [
        [900, 5],
        [100, 200],
      ],
    });
    assert.deepEqual(judgeTrial(spec, TRIAL, { ranMs: 10_000, snapshot: measured }).by, [
      { metric: P99.metric, request: 'order' },
    ]);
  });

  it('says nothing of the target where the generator was late', () => {
    const trial = judgeTrial(specWith([P99]), TRIAL, { ranMs: 10_000, snapshot: snapshotOf({ lagMs: 300 }) });
    assert.equal(trial.generator?.reason, 'PacingLag');
    assert.equal(trial.by, undefined);
  });

  it('says nothing of the target where every runner learnt of the trial too late', () => {
    const { good, by, generator } = judgeTrial(specWith([P99]), TRIAL, { ranMs: 0, snapshot: undefined });
    assert.deepEqual([good, by, generator?.reason], [false, undefined, 'PacingLag']);
  });

  it("says nothing of the target where the generator's own delay decides a threshold", () => {
    const measured = snapshotOf({
      times: [
        [980, 5],
        [20, 200],
      ],
      without: [[1000, 5]],
    });
    const trial = judgeTrial(specWith([P99]), TRIAL, { ranMs: 10_000, snapshot: measured });
    assert.equal(trial.generator?.reason, 'GeneratorDelay');
  });

  it('is bad where a threshold is broken without that delay, too', () => {
    const measured = snapshotOf({
      times: [
        [980, 5],
        [20, 200],
      ],
      lagMs: 300,
    });
    const { good: isGood, generator } = judgeTrial(specWith([P99]), TRIAL, { ranMs: 10_000, snapshot: measured });
    assert.deepEqual([isGood, generator], [false, undefined]);
  });

  it('has its figures, and those of its thresholds in their order', () =>
    assert.deepEqual(
      judgeTrial(specWith([P99, { metric: 'errors', max: '1%' }]), TRIAL, { ranMs: 10_000, snapshot: snapshotOf({}) }),
      {
        ...TRIAL,
        achieved: 100,
        good: true,
        observed: ['5ms', '0%'],
        errors: '0%',
        p50: '5ms',
        p95: '5ms',
        p99: '5ms',
      },
    ));

  it('that was ended early says so, and its rate is that of the time it lasted', () => {
    const measured = snapshotOf({ counts: { generated: 200, made: 200, done: 200 }, times: [[200, 300]] });
    const { lasted, achieved, good: isGood } = judgeTrial(specWith([P99]), TRIAL, { ranMs: 2000, snapshot: measured });
    assert.deepEqual([lasted, achieved, isGood], [2, 100, false]);
  });
});

describe('a trial under way', () => {
  const under = (elapsedMs: number, generated: number, more: Measured): Measured => ({
    elapsedMs,
    ...more,
    counts: { generated, made: generated, done: generated, ...more.counts },
  });
  const rows: [what: string, measured: Measured, thresholds: object[], isCertain: boolean][] = [
    // Of the 1,127 arrivals that it may have at most, 11 may exceed p99.
    [
      'of which few were slow',
      under(3000, 300, {
        times: [
          [289, 5],
          [11, 200],
        ],
      }),
      [P99],
      false,
    ],
    [
      'of which too many were slow',
      under(3000, 300, {
        times: [
          [288, 5],
          [12, 200],
        ],
      }),
      [P99],
      true,
    ],
    [
      'of which too many were slow by the generator only',
      under(3000, 300, {
        times: [
          [200, 5],
          [100, 200],
        ],
        without: [[300, 5]],
      }),
      [P99],
      false,
    ],
    [
      'whose generator is late',
      under(3000, 300, {
        times: [
          [200, 5],
          [100, 200],
        ],
        lagMs: 300,
      }),
      [P99],
      false,
    ],
    [
      'of which many have no response yet, and have waited for longer than the limit',
      under(3000, 300, { times: [[270, 5]], counts: { done: 270, inFlight: 30 } }),
      [P99],
      true,
    ],
    [
      'of which many have no response yet, and came only just',
      under(3000, 300, { times: [[285, 5]], counts: { done: 285, inFlight: 15 } }),
      [P99],
      false,
    ],
    [
      'with more errors than it may have',
      under(3000, 300, { times: [[300, 5]], counts: { unexpected: 12 } }),
      [{ metric: 'errors', max: '1%' }],
      true,
    ],
    [
      'with errors that more arrivals may outweigh',
      under(3000, 300, { times: [[300, 5]], counts: { unexpected: 11 } }),
      [{ metric: 'errors', max: '1%' }],
      false,
    ],
    [
      'that can only be judged at its end',
      under(3000, 300, { times: [[300, 500]] }),
      [{ metric: 'responseTime.mean', max: '1ms' }],
      false,
    ],
  ];
  for (const [what, measured, thresholds, isCertain] of rows)
    it(`${what}, ${isCertain ? 'is certain to fail' : 'may become good'}`, () =>
      assert.equal(certainlyBad(specWith(thresholds), TRIAL, { snapshot: snapshotOf(measured) }), isCertain));

  it('that is not judged is never ended early', () => {
    const measured = snapshotOf({ times: [[1000, 500]] });
    assert.equal(certainlyBad(specWith([P99]), { ...TRIAL, purpose: 'Hold' }, { snapshot: measured }), false);
    assert.equal(certainlyBad(specWith([P99]), TRIAL, {}), false);
  });
});
