import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSchema } from '../../../../api/loadtest/load/load.ts';
import type { OpenLoad } from '../../../../api/loadtest/load/open-load.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { Arrivals } from '../../../../model/load/arrivals.ts';
import { areaAt, scheduleOf, timeAtArea } from '../../../../model/load/schedule.ts';

function open(stages: [string, number][], rest: Partial<OpenLoad> = {}): OpenLoad {
  const load = { stages: stages.map(([duration, rate]) => ({ duration, rate })), ...rest };
  return loadSchema.parse({ type: 'Open', open: load }).open!;
}

function allArrivals(load: OpenLoad, index = 0, count = 1): { number: number; time: number }[] {
  const arrivals = new Arrivals(scheduleOf(load), { index, count });
  const found = [];
  for (; arrivals.dueUs !== Number.POSITIVE_INFINITY; arrivals.advance()) {
    found.push({ number: arrivals.number, time: arrivals.dueUs });
  }
  return found;
}

const COUNTS: [string, OpenLoad, number][] = [
  ['a constant rate of 300/s for 10 s', open([['10s', 300]]), 3000],
  ['a rate below one per second', open([['1m', 1]], { per: '10s' }), 6],
  ['a ramp from zero has half of the arrivals of its end rate', open([['10s', 100]], { startRate: 0 }), 500],
  ['a ramp to zero', open([['10s', 0]], { startRate: 100 }), 500],
  [
    'a ramp up, a constant rate and a ramp down',
    open(
      [
        ['10s', 100],
        ['10s', 100],
        ['10s', 0],
      ],
      { startRate: 0 },
    ),
    2000,
  ],
  [
    'a pause between two stages',
    open([
      ['1s', 10],
      ['1us', 0],
      ['5s', 0],
      ['1us', 10],
      ['1s', 10],
    ]),
    21,
  ],
  ['a rate whose arrivals have a rounding error in doubles', open([['100ms', 30]]), 3],
  ['a third of an arrival counts as one, due at the start', open([['1s', 1]], { per: '3s' }), 1],
  ['a week at a high rate, without rounding', open([['168h', 9_999_999]]), 6_047_999_395_200],
];
for (const [title, load, expected] of COUNTS) {
  test(`arrivals: ${title}: ${expected}`, () => {
    assert.equal(scheduleOf(load).uniformCount, expected);
    if (expected < 10_000) assert.equal(allArrivals(load).length, expected);
  });
}

test('areaAt counts the arrivals due by a time, and is the inverse of timeAtArea', () => {
  const schedule = scheduleOf(
    open(
      [
        ['10s', 100],
        ['0s', 20],
        ['5s', 20],
        ['10s', 0],
      ],
      { startRate: 0 },
    ),
  );
  const seconds = [-1, 0, 5, 10, 12.5, 15, 20, 25, 99];
  assert.deepEqual(
    seconds.map((s) => Math.round(1e6 * areaAt(schedule, s * 1e6)) / 1e6),
    [0, 0, 125, 500, 550, 600, 675, 700, 700],
  );
  for (const area of [1, 124.5, 501, 699])
    assert.ok(Math.abs(areaAt(schedule, timeAtArea(schedule, area)) - area) < 1e-6);
});

test('uniform arrivals at a constant rate are evenly spaced, and the first is due at once', () => {
  const times = allArrivals(open([['1s', 4]])).map((a) => a.time);
  assert.deepEqual(times, [0, 250_000, 500_000, 750_000]);
});

test('on a ramp, arrival n is due when the area under the rate reaches n', () => {
  const load = open([['10s', 100]], { startRate: 0 });
  for (const { number, time } of allArrivals(load)) {
    const seconds = time / 1e6;
    const area = (10 * seconds * seconds) / 2;
    assert.ok(Math.abs(area - number) < 1e-6, `${area} is not ${number}`);
  }
});

test('arrival times never decrease, over every kind of stage', () => {
  const load = open(
    [
      ['2s', 50],
      ['3s', 0],
      ['1s', 0],
      ['2s', 80],
      ['1s', 3],
    ],
    { startRate: 0 },
  );
  const times = allArrivals(load).map((a) => a.time);
  for (let i = 1; i < times.length; i++) assert.ok(times[i]! >= times[i - 1]!);
  assert.ok(times.at(-1)! < 9e6);
});

test('no arrival is due in a pause', () => {
  const load = open([
    ['1s', 10],
    ['1us', 0],
    ['5s', 0],
    ['1us', 10],
    ['1s', 10],
  ]);
  const inPause = allArrivals(load).filter((a) => a.time > 1_000_001 && a.time < 6_000_001);
  assert.deepEqual(inPause, []);
});

const PAUSED: [title: string, load: OpenLoad, times: number[]][] = [
  [
    'at the beginning',
    open(
      [
        ['2s', 0],
        ['0s', 2],
        ['1s', 2],
      ],
      { startRate: 0 },
    ),
    [2, 2.5],
  ],
  [
    'before a ramp',
    open(
      [
        ['2s', 0],
        ['2s', 2],
      ],
      { startRate: 0 },
    ),
    [2, 2 + Math.SQRT2],
  ],
  [
    'of several stages',
    open(
      [
        ['0s', 0],
        ['1s', 0],
        ['1s', 0],
        ['0s', 1],
        ['1s', 1],
      ],
      { startRate: 5 },
    ),
    [2],
  ],
  [
    'after a ramp down',
    open(
      [
        ['2s', 0],
        ['3s', 0],
        ['0s', 1],
        ['1s', 1],
      ],
      { startRate: 2 },
    ),
    [0, 2 - Math.SQRT2, 5],
  ],
  [
    'at the end',
    open([
      ['1s', 2],
      ['0s', 0],
      ['5s', 0],
    ]),
    [0, 0.5],
  ],
];
for (const [title, load, times] of PAUSED)
  test(`no arrival is due in a pause ${title}, not even at its first moment`, () => {
    const found = allArrivals(load).map((a) => a.time / 1e6);
    assert.equal(found.length, times.length);
    for (const [i, time] of times.entries()) assert.ok(Math.abs(found[i]! - time) < 1e-6, `${found[i]} is not ${time}`);
  });

test('random stages have rate × duration arrivals, none of them in a pause, and stripes without gaps', () => {
  const random = seededRandom(7);
  const below = (n: number) => Math.floor(random() * n);
  for (let round = 0; round < 200; round++) {
    let rate = below(3);
    const startRate = rate;
    const pauses: [from: number, to: number][] = [];
    let doubled = 0;
    let at = 0;
    const stages = Array.from({ length: 1 + below(6) }, (): [string, number] => {
      const seconds = below(4);
      const next = below(2) * below(20);
      if (rate === 0 && next === 0 && seconds > 0) pauses.push([at, at + seconds]);
      doubled += (rate + next) * seconds;
      at += seconds;
      rate = next;
      return [`${seconds}s`, next];
    });
    if (doubled === 0) continue;
    const load = open(stages, { startRate });
    const whole = allArrivals(load);
    assert.equal(whole.length, Math.ceil(doubled / 2));
    const inPause = whole.filter(({ time }) => pauses.some(([from, to]) => time / 1e6 >= from && time / 1e6 < to));
    assert.deepEqual(inPause, [], JSON.stringify(stages));
    const striped = [0, 1, 2].flatMap((index) => allArrivals(load, index, 3));
    assert.deepEqual(
      striped.sort((a, b) => a.number - b.number),
      whole,
    );
  }
});

for (const arrivals of ['Uniform', 'Poisson'] as const) {
  test(`the stripes of ${arrivals} arrivals together are the whole schedule`, () => {
    const load = open(
      [
        ['3s', 200],
        ['2s', 10],
      ],
      { startRate: 0, arrivals, seed: 42 },
    );
    const whole = allArrivals(load);
    for (const count of [2, 3, 7]) {
      const stripes = Array.from({ length: count }, (_, index) => allArrivals(load, index, count)).flat();
      assert.deepEqual(
        stripes.sort((a, b) => a.number - b.number),
        whole,
      );
    }
  });
}

test('Poisson arrivals have exponential gaps, whose mean and standard deviation are both 1/rate', () => {
  const times = allArrivals(open([['100s', 1000]], { arrivals: 'Poisson', seed: 5 })).map((a) => a.time / 1e6);
  const gaps = times.slice(1).map((t, i) => t - times[i]!);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((a, g) => a + (g - mean) ** 2, 0) / gaps.length);
  assert.ok(Math.abs(mean * 1000 - 1) < 0.02, `mean ${mean}`);
  assert.ok(Math.abs(deviation * 1000 - 1) < 0.02, `deviation ${deviation}`);
});

test('equal seeds give equal arrivals, and different seeds different ones', () => {
  const times = (seed: number) => allArrivals(open([['1s', 100]], { arrivals: 'Poisson', seed })).map((a) => a.time);
  assert.deepEqual(times(1), times(1));
  assert.notDeepEqual(times(1), times(2));
});

test('a stage with duration 0 is a jump between the rates before and after it', () => {
  const stages: [string, number][] = [
    ['1s', 4],
    ['0s', 0],
    ['2s', 0],
    ['0s', 2],
    ['1s', 2],
  ];
  const times = allArrivals(open(stages)).map((a) => a.time / 1e6);
  assert.deepEqual(times, [0, 0.25, 0.5, 0.75, 3, 3.5]);
});

test('the whole area is reached at the end of the schedule', () => {
  const schedule = scheduleOf(
    open(
      [
        ['10s', 7],
        ['5s', 100],
      ],
      { startRate: 3 },
    ),
  );
  assert.ok(Math.abs(timeAtArea(schedule, schedule.area) - schedule.durationUs) < 1);
});
