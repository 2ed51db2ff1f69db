import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { dropped, moreCpu, moreRunners, runnersNeeded } from '../../../../model/judge/advice.ts';
import { saturation } from '../../../../model/judge/saturation.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { type Summary, summarise } from '../../../../model/measure/summary.ts';
import { sameTimes } from '../../../support/results/summary.ts';

function specOf(load: object, rest: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: '2s' }, load, ...rest });
}
const openAt = (rate: number, open: object = {}) => ({
  type: 'Open',
  open: { stages: [{ duration: '10s', rate }], ...open },
});
const CLOSED = { type: 'Closed', closed: { users: 9, duration: '10s' } };
const ITERATION = {
  requestOrder: 'Sequential',
  requests: [
    { name: 'a', path: '/a' },
    { name: 'b', path: '/b' },
  ],
};
const LIMITED = (cpu: string) => ({ runners: { template: { resources: { limits: { cpu } } } } });

type Measured = { made: number; busy: number; seconds?: number; counts?: Partial<ReturnType<typeof noCounts>> };

/** A summary of `made` requests of 50 ms each by `runners` runners; `busy` is the event loop utilization of the busiest one. */
function measured(spec: LoadTestSpec, runners: number, { made, busy, seconds = 10, counts = {} }: Measured): Summary {
  const histogram = new Histogram();
  histogram.record(50_000);
  const times = sameTimes(PackedHistogram.of(histogram));
  const snapshots: Snapshot[] = Array.from({ length: runners }, (_, i) => ({
    elapsedMs: seconds * 1e3,
    requests: spec.requests.map(({ name }, place) => ({
      name,
      counts: { ...noCounts(), ...(place === 0 && i === 0 ? { made, ...counts } : {}) },
      ...times,
    })),
    responses: [],
    errors: [],
    pacingLag: times.responseTime,
    cpuMs: 0,
    eventLoopUtilization: i === 0 ? busy : busy / 2,
  }));
  return summarise(spec, snapshots);
}

const NEEDED: [title: string, spec: LoadTestSpec, runners: number, measured: Measured, needed: number][] = [
  ['one runner that is 70% busy is enough for its rate', specOf(openAt(1000)), 1, { made: 10_000, busy: 0.7 }, 1],
  ['one runner that is 100% busy needs a second one', specOf(openAt(1000)), 1, { made: 10_000, busy: 1 }, 2],
  ['one runner that reached half of the rate needs two more', specOf(openAt(2000)), 1, { made: 10_000, busy: 1 }, 3],
  [
    'one runner that took twice the time for the load needs two more',
    specOf(openAt(2000)),
    1,
    { made: 20_000, busy: 1, seconds: 20 },
    3,
  ],
  [
    'four busy runners that reached half of the rate need eight more',
    specOf(openAt(8000)),
    4,
    { made: 40_000, busy: 1 },
    12,
  ],
  [
    'a ramp needs runners for its peak rate, not its mean',
    specOf(openAt(2000, { startRate: 0 })),
    1,
    { made: 10_000, busy: 0.7 },
    2,
  ],
  [
    'an iteration of two requests counts as one arrival',
    specOf(openAt(1000), ITERATION),
    1,
    { made: 20_000, busy: 0.7 },
    1,
  ],
  ['a closed load on busy runners needs one more', specOf(CLOSED), 2, { made: 10_000, busy: 0.98 }, 3],
  ['a busy runner that sent nothing needs a second one', specOf(openAt(1000)), 1, { made: 0, busy: 1 }, 2],
];

test('runnersNeeded estimates the runners for a load', async (t) => {
  for (const [title, spec, runners, figures, needed] of NEEDED) {
    await t.test(title, () => assert.equal(runnersNeeded(spec, measured(spec, runners, figures)), needed));
  }
});

test('the advice names the number of further runners', () => {
  const spec = specOf(openAt(8000));
  assert.equal(moreRunners(spec, measured(spec, 4, { made: 40_000, busy: 1 })), '8 more runners would carry this rate');
  assert.equal(
    moreRunners(spec, measured(spec, 4, { made: 80_000, busy: 0.8 })),
    '1 more runner would carry this rate',
  );
  assert.match(
    moreRunners(spec, measured(spec, 4, { made: 80_000, busy: 0.1 })),
    /event loops had room: give the runners CPU/,
  );
  const closed = specOf(CLOSED);
  assert.equal(moreRunners(closed, measured(closed, 1, { made: 9, busy: 1 })), '1 more runner would leave them room');
});

test('a closed load is judged by a busy event loop only over a second or more', () => {
  const spec = specOf({ type: 'Closed', closed: { users: 1, iterations: 2 } });
  const reasonAfter = (seconds: number) =>
    saturation(spec, measured(spec, 1, { made: 2, busy: 0.95, seconds }), []).reason;
  assert.deepEqual(
    [reasonAfter(0.3), reasonAfter(0.999), reasonAfter(1)],
    [...['GeneratorKeptUp', 'GeneratorKeptUp', 'EventLoopBusy']],
  );
});

/** The message of a generator that was not the limit, with a part of its own in the response times, microseconds. */
function keptUpMessage(responseTimes: readonly number[], withoutGenerator: readonly number[]): string {
  const spec = specOf(openAt(1));
  const histogramOf = (us: readonly number[]) => {
    const histogram = new Histogram();
    for (const one of us) histogram.record(one);
    return histogram;
  };
  const summary = {
    ...measured(spec, 1, { made: 10, busy: 0.1 }),
    responseTime: histogramOf(responseTimes),
    withoutGenerator: {
      responseTime: histogramOf(withoutGenerator),
      firstByte: histogramOf([1]),
      serviceTime: histogramOf([1]),
    },
  };
  return saturation(spec, summary, []).message;
}

test('a generator whose own part is most of the times does not say that it kept up', () => {
  const times = [...Array(9).fill(8000), 30_000];
  assert.match(
    keptUpMessage(times, [...Array(9).fill(2000), 29_000]),
    /^the load generator was not the limit, but much of the times is its own part: without its own part the p50 /,
  );
  assert.match(keptUpMessage(times, times), /^the load generator kept up: /);
});

test('a generator that kept up says by how much each percentile is less without it, which are of different requests', () => {
  assert.match(
    keptUpMessage([...Array(9).fill(8000), 30_000], [...Array(9).fill(6000), 29_000]),
    /kept up: without its own part the p50 of the response time is 2(.0\d)?ms less, the p99 1(.0\d)?ms, and no percentile more than 2(.0\d)?ms,/,
  );
});

test('the advice names no runners that could have no user', () => {
  const one = specOf({ type: 'Closed', closed: { users: 1, duration: '10s' } });
  assert.equal(
    moreRunners(one, measured(one, 1, { made: 9, busy: 1 })),
    'more runners cannot share so few users: run it on a faster or less busy node',
  );
  const limited = specOf({ type: 'Closed', closed: { users: 1, duration: '10s' } }, LIMITED('500m'));
  assert.match(moreCpu(limited, measured(limited, 1, { made: 9, busy: 1 })), /from 500m to 1$/);
});

test('the advice raises a CPU limit by the factor by which it would add runners', () => {
  const rows: [string, RegExp][] = [
    ['500m', /raise spec\.runners\.template\.resources\.limits\.cpu from 500m to 1500m, or use 2 more runners/],
    ['1', /from 1 to 3, or/],
    ['0.35', /from 0\.35 to 1100m, or/],
  ];
  for (const [limit, message] of rows) {
    const spec = specOf(openAt(2000), LIMITED(limit));
    assert.match(moreCpu(spec, measured(spec, 1, { made: 10_000, busy: 1 })), message);
  }
  const spec = specOf(openAt(1000));
  assert.equal(
    moreCpu(spec, measured(spec, 1, { made: 10_000, busy: 0.2 })),
    'raise the CPU limit that it runs under to 2 times as much',
  );
});

test('the explanation of dropped arrivals names the number of in-flight requests that the rate needs', () => {
  const spec = specOf(openAt(1000, { maxInFlight: 40 }));
  const summary = (counts: object) => measured(spec, 1, { made: 9000, busy: 0.1, counts });
  assert.equal(dropped(spec, summary({})), undefined);
  assert.equal(dropped(specOf(CLOSED), summary({ dropped: 9 })), undefined);
  assert.match(
    dropped(spec, summary({ dropped: 1000, timeout: 5 }))!,
    /^1,000 arrivals were dropped as 40 requests were in flight; with timeouts of 2s this rate keeps up to 2,000 in flight/,
  );
  assert.match(
    dropped(spec, summary({ dropped: 1000 }))!,
    /with responses as slow as these this rate keeps up to 51 in flight/,
  );
  const requests = [{ name: 'a' }, { name: 'b', thinkTime: '500ms' }, { name: 'c', thinkTime: '250ms' }];
  const thinking = specOf(openAt(1000, { maxInFlight: 40 }), { requestOrder: 'Sequential', requests });
  assert.match(
    dropped(thinking, measured(thinking, 1, { made: 9000, busy: 0.1, counts: { dropped: 1000 } }))!,
    /with responses as slow as these and think times of 750ms this rate keeps up to 901 in flight/,
  );
  const enough = specOf(openAt(100, { maxInFlight: 40 }));
  assert.equal(dropped(enough, summary({ dropped: 3 })), '3 arrivals were dropped as 40 requests were in flight');
});
