import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { displayOn } from '../../../../cli/terminal/display.ts';
import { columnsOf } from '../../../../cli/terminal/line-parts.ts';
import { clock, liveLines as linesIn } from '../../../../cli/terminal/live-view.ts';
import { Seconds } from '../../../../cli/terminal/seconds.ts';
import type { View } from '../../../../cli/terminal/view.ts';
import { targetRate, viewOfStatus, viewOfSummary } from '../../../../cli/terminal/view-of-run.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { coloured, type Paint, plain } from '../../../../render/common/paint.ts';
import { sparkline } from '../../../../render/common/sparkline.ts';
import { finished } from '../../../support/results/report-fixture.ts';
import { summaryOf } from '../../../support/results/summary.ts';
import { Terminal } from '../../../support/terminal.ts';

const none = noCounts();
const liveLines = (view: View, columns: number, paint: Paint, rows = 30) => linesIn(view, { columns, rows }, paint);
const good: View = {
  share: 0.48,
  elapsedMs: 29_400,
  totalMs: 60_000,
  rate: { unit: '/s', target: 500, achieved: 498.6 },
  counts: { ...none, generated: 14_500, made: 14_500, done: 14_488, inFlight: 12 },
  timesUs: { p50: 8500, p95: 21_000, p99: 88_000 },
  scope: 'last second',
  errorShare: 0,
  errors: [],
  thresholds: [],
  responses: [],
  requests: [],
  history: [],
  generator: { isLimit: false, pacingLagP99Us: 300, cpu: 0.41 },
};
const bad: View = {
  ...good,
  state: 'ending',
  counts: { ...good.counts, dropped: 1200, unexpected: 3 },
  errorShare: 0.083,
  errors: [
    { kind: 'ConnectionRefused', count: 40 },
    { kind: 'TimedOutWaiting', count: 6 },
  ],
  thresholds: [
    { name: 'responseTime.p99', observed: '88ms', passed: true },
    { name: 'errors', observed: '8.3%', passed: false },
  ],
  generator: { isLimit: true, pacingLagP99Us: 300_000, cpu: 0.99 },
};
const { totalMs: _, ...unlimited } = good;

const bar = (full: number, empty: number) => '█'.repeat(full) + '░'.repeat(empty);

describe('the live view', () => {
  const cases: [string, View, number, string[]][] = [
    [
      'of a healthy run shows progress, rate and times, and no errors',
      good,
      80,
      [
        `${bar(30, 32)}  48%  0:29 / 1:00`,
        'rate       498.6/s, target 500/s  12 in flight  last second',
        'times      p50 8.5ms  p95 21ms  p99 88ms  last second',
        'requests   14,488 done  of 14,500',
        'errors     none',
        'generator  keeps up  pacing lag p99 300us  CPU 41%',
      ],
    ],
    [
      'of a failing run shows each kind of error, the thresholds, and that the generator is the limit',
      bad,
      80,
      [
        `${bar(26, 28)}  48%  0:29 / 1:00  ending`,
        'rate       498.6/s, target 500/s  12 in flight  last second',
        'times      p50 8.5ms  p95 21ms  p99 88ms  last second',
        'requests   14,488 done  of 14,500  1,200 dropped',
        'errors     8.3%  ConnectionRefused 40  TimedOutWaiting 6  unexpected 3',
        'thresholds ✗ errors 8.3%  ✓ responseTime.p99 88ms',
        'generator  is the limit  pacing lag p99 300ms  CPU 99%',
      ],
    ],
    [
      'marks a threshold that has nothing to measure yet as neither kept nor broken',
      { ...good, errorShare: undefined, thresholds: [{ name: 'errors of pay', passed: false }, ...bad.thresholds] },
      80,
      [
        `${bar(30, 32)}  48%  0:29 / 1:00`,
        'rate       498.6/s, target 500/s  12 in flight  last second',
        'times      p50 8.5ms  p95 21ms  p99 88ms  last second',
        'requests   14,488 done  of 14,500',
        'errors     none',
        'thresholds ✗ errors 8.3%  · errors of pay -  ✓ responseTime.p99 88ms',
        'generator  keeps up  pacing lag p99 300us  CPU 41%',
      ],
    ],
    [
      'of a run with a threshold that it cannot decide yet shows it behind the broken ones',
      { ...bad, thresholds: [...bad.thresholds, { name: 'rate', observed: '9', passed: false, inconclusive: 'late' }] },
      80,
      [
        `${bar(26, 28)}  48%  0:29 / 1:00  ending`,
        'rate       498.6/s, target 500/s  12 in flight  last second',
        'times      p50 8.5ms  p95 21ms  p99 88ms  last second',
        'requests   14,488 done  of 14,500  1,200 dropped',
        'errors     8.3%  ConnectionRefused 40  TimedOutWaiting 6  unexpected 3',
        'thresholds ✗ errors 8.3%  ? rate 9  ✓ responseTime.p99 88ms',
        'generator  is the limit  pacing lag p99 300ms  CPU 99%',
      ],
    ],
    [
      'in a narrow terminal omits whole parts from the right',
      bad,
      30,
      [
        '48%  0:29 / 1:00  ending',
        '  498.6/s, target 500/s',
        '  p50 8.5ms  p95 21ms',
        '  14,488 done  of 14,500',
        '  8.3%  ConnectionRefused 40',
        '  ✗ errors 8.3%  1 more',
        '  is the limit',
      ],
    ],
    [
      'of a load without a known length has no total',
      unlimited,
      40,
      [
        `${bar(14, 15)}  48%  0:29`,
        'rate       498.6/s, target 500/s',
        'times      p50 8.5ms  p95 21ms  p99 88ms',
        'requests   14,488 done  of 14,500',
        'errors     none',
        'generator  keeps up',
      ],
    ],
  ];
  for (const [name, view, width, lines] of cases)
    it(name, () => assert.deepEqual(liveLines(view, width, plain), lines));

  const requests = ['order', 'items'].map((name, i) => ({
    ...{ name, perSecond: 100.5 * (i + 1), p50Us: 8500, p99Us: 88_000, done: 7000 + i, errorShare: i * 0.02 },
  }));
  const responses = [
    { code: '200', count: 14_000 },
    { code: '503', count: 488 },
  ];
  const seconds = [0, 125, 250, 375, 500].map((perSecond) => ({
    perSecond,
    ...(perSecond > 0 && { p99Us: perSecond }),
  }));
  const full: View = { ...good, requests, responses, history: seconds };

  it('has statuses, the seconds as sparklines, and a row for each request', () =>
    assert.deepEqual(liveLines(full, 80, plain).slice(1), [
      'rate       498.6/s, target 500/s  12 in flight  last second  ▁▂▄▆█',
      'times      p50 8.5ms  p95 21ms  p99 88ms  last second   ▂▄▆█',
      'requests   14,488 done  of 14,500',
      'statuses   200 ×14,000  503 ×488',
      'errors     none',
      'generator  keeps up  pacing lag p99 300us  CPU 41%',
      'each request     rate    p50   p99   done  errors',
      'order         100.5/s  8.5ms  88ms  7,000      0%',
      'items           201/s  8.5ms  88ms  7,001      2%',
    ]));

  it('uses the whole width of a wide terminal for progress and the last seconds', () => {
    const history = Array.from({ length: 300 }, (_, i) => ({ perSecond: 100 + (i % 7), p99Us: 5000 + i }));
    const lines = liveLines({ ...full, history }, 200, plain);
    assert.deepEqual(
      lines.slice(0, 3).map((line) => line.length),
      [200, 200, 200],
    );
  });

  it('counts the requests that have no row', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ ...requests[0]!, name: `request-${i}` }));
    const lines = liveLines({ ...full, requests: many }, 80, plain, 12);
    assert.equal(lines.length, 12);
    assert.deepEqual([lines.at(-2)?.slice(0, 9), lines.at(-1)], ['request-2', '17 more']);
  });

  it('leaves out columns of requests from the right', () =>
    assert.deepEqual(liveLines(full, 40, plain).slice(-2), [
      'order         100.5/s  8.5ms  88ms',
      'items           201/s  8.5ms  88ms',
    ]));

  it('shows every broken threshold, on as many lines as they need, and then how many others there are', () => {
    const thresholds = Array.from({ length: 20 }, (_, i) => ({
      ...{ name: `responseTime.p99 of request-${i}`, observed: `${i}ms`, passed: i % 3 !== 0 },
    }));
    const lines = liveLines({ ...good, thresholds }, 80, plain).slice(5, -1);
    assert.deepEqual(lines, [
      'thresholds ✗ responseTime.p99 of request-0 0ms',
      '           ✗ responseTime.p99 of request-3 3ms',
      '           ✗ responseTime.p99 of request-6 6ms',
      '           ✗ responseTime.p99 of request-9 9ms',
      '           ✗ responseTime.p99 of request-12 12ms',
      '           ✗ responseTime.p99 of request-15 15ms',
      '           ✗ responseTime.p99 of request-18 18ms  13 more',
    ]);
    assert.equal(liveLines({ ...good, thresholds }, 200, plain).length, 8);
  });

  const yellow = (text: string) => coloured('yellow', text);
  const rates: [string, Partial<View>, string][] = [
    [
      'is yellow and stalled without a response',
      { rate: { unit: '/s', target: 500, achieved: 0 }, timesUs: {} },
      yellow('0/s, target 500/s, stalled'),
    ],
    [
      'is yellow at less than half of its target',
      { rate: { unit: '/s', target: 500, achieved: 249 } },
      yellow('249/s, target 500/s'),
    ],
    [
      'is yellow when requests have only failed so far',
      { rate: { unit: '/s', target: 500, achieved: 0 }, counts: { ...none, inFlight: 9 }, timesUs: {}, errorShare: 1 },
      yellow('0/s, target 500/s, stalled'),
    ],
    ['is plain near its target', { rate: { unit: '/s', target: 500, achieved: 251 } }, '251/s, target 500/s'],
    [
      'is stalled without a target, too, while requests are in flight',
      { rate: { unit: '/s', achieved: 0 }, timesUs: {} },
      yellow('0/s, stalled'),
    ],
    [
      'is plain when nothing is due',
      { rate: { unit: '/s', achieved: 0 }, counts: { ...good.counts, inFlight: 0 }, timesUs: {} },
      '0/s',
    ],
    [
      'is plain before anything has ended',
      {
        rate: { unit: '/s', target: 500, achieved: 0 },
        counts: { ...none, inFlight: 9 },
        timesUs: {},
        errorShare: undefined,
      },
      '0/s, target 500/s',
    ],
    [
      'is plain where it covers the whole load',
      { rate: { unit: '/s', target: 500, achieved: 0 }, scope: 'so far' },
      '0/s, target 500/s',
    ],
  ];
  for (const [title, change, text] of rates)
    it(`has a rate that ${title}`, () => {
      const [, line = ''] = liveLines({ ...good, ...change }, 80, coloured);
      assert.ok(line.startsWith(`${coloured('dim', 'rate       ')}${text}  `), line);
    });

  it('is never wider than the terminal, with or without colours', () => {
    for (const view of [good, bad, unlimited, full])
      for (let width = 1; width <= 130; width++)
        for (const line of liveLines(view, width, coloured)) assert.ok(columnsOf(line) <= width, `${width}: ${line}`);
  });
});

describe('a sparkline', () => {
  const cases: [string, (number | undefined)[], number, string][] = [
    ['goes from 0 to the highest value', [0, 1, 4, 8], 10, '▁▁▄█'],
    ['has the last values that fit', [8, 1, 2, 4], 3, '▂▄█'],
    ['has a blank without a value', [2, undefined, 4], 10, '▄ █'],
    ['of zeros is low', [0, 0], 10, '▁▁'],
    ['of nothing is empty', [], 10, ''],
  ];
  for (const [title, values, width, line] of cases) it(title, () => assert.equal(sparkline(values, width), line));
});

describe('the seconds of a load', () => {
  it('have their own rates and percentiles, without the rest behind the last of them', () => {
    const seconds = new Seconds();
    const one = summaryOf(1000, { done: 10 }, Array(10).fill(1000));
    const two = summaryOf(2000, { done: 30 }, [...Array(10).fill(1000), ...Array(20).fill(9000)]);
    seconds.add(undefined, one);
    seconds.add(one, two);
    const list = seconds.add(two, { ...two, elapsedMs: 2050 });
    assert.deepEqual(list, [
      { perSecond: 10, p99Us: 1000 },
      { perSecond: 20, p99Us: 9007 },
    ]);
  });
});

describe('a clock', () => {
  const cases: [number, string][] = [
    [0, '0:00'],
    [59_999, '0:59'],
    [600_000, '10:00'],
    [3_661_000, '1:01:01'],
  ];
  for (const [ms, text] of cases) it(`of ${ms} ms is ${text}`, () => assert.equal(clock(ms), text));
});

describe('the target rate', () => {
  const ramp = finished().spec; // from 0 to 500/s in 2s, then 10s of it
  const cases: [number, number][] = [
    [0, 0],
    [1000, 250],
    [2000, 500],
    [11_999, 500],
    [12_000, 0],
  ];
  for (const [ms, rate] of cases) it(`at ${ms} ms is ${rate}/s`, () => assert.equal(targetRate(ramp, ms), rate));
  it('is undefined for a closed load', () =>
    assert.equal(targetRate(finished({}, { type: 'Closed', closed: { users: 1, iterations: 5 } }).spec, 0), undefined));
});

describe('the view of a run', () => {
  const { spec } = finished();
  it('has the percentiles and the rate of the last second only', () => {
    const before = summaryOf(3000, { generated: 10, made: 10, done: 10 }, Array(10).fill(1000));
    const now = summaryOf(4000, { generated: 30, made: 30, done: 30 }, [
      ...Array(10).fill(1000),
      ...Array(20).fill(9000),
    ]);
    const { timesUs, rate, share } = viewOfSummary(spec, before, now);
    assert.deepEqual(
      [timesUs, rate, share],
      [{ p50: 9007, p95: 9007, p99: 9007 }, { unit: '/s', target: 500, achieved: 20 }, 1 / 3],
    );
  });

  it('has no percentiles in a second without responses', () => {
    const once = summaryOf(3000, { generated: 1, made: 1, done: 1 }, [1000]);
    assert.deepEqual(viewOfSummary(spec, once, { ...once, elapsedMs: 4000 }).timesUs, {});
  });

  it('in a cluster has the figures of the status, and the elapsed share of its duration', () => {
    const { status } = finished({ conditions: [] });
    const view = viewOfStatus(spec, status!, Date.parse('2026-03-01T12:00:03.000Z'))!;
    assert.deepEqual(
      [view.share, view.elapsedMs, view.totalMs, view.counts.inFlight, view.timesUs.p99, view.scope],
      [0.25, 3000, 12_000, 0, 88_000, 'so far'],
    );
    assert.deepEqual(view.thresholds[1], { name: 'errors', observed: '0.39%', passed: false });
  });

  it('has the default threshold of a test without any, which a status marks', () => {
    const { thresholds: _, ...without } = spec;
    const now = summaryOf(2000, { generated: 100, made: 100, done: 98, failed: 2 });
    assert.deepEqual(viewOfSummary(without, undefined, now).thresholds, [
      { name: 'default errors', observed: '2%', passed: false },
    ]);
    const thresholds = [{ metric: 'errors', max: '1%', observed: '2%', passed: false, default: true }];
    const view = viewOfStatus(without, { loadStartTime: '2026-03-01T12:00:00.000Z', thresholds }, 0)!;
    assert.deepEqual(view.thresholds, [{ name: 'default errors', observed: '2%', passed: false }]);
  });

  it('in a cluster is undefined before the load', () => assert.equal(viewOfStatus(spec, {}, 0), undefined));
});

describe('a display', () => {
  const head = ['checkout  http://shop.test/api', 'open model, uniform arrivals: 0 to 500/s in 2s, 500/s for 10s'];

  function shown(isLive: boolean, columns = 100, rows = 30) {
    const terminal = new Terminal(columns);
    const size = { columns, rows };
    let resized = () => {};
    const display = displayOn({
      ...{ isLive, paint: coloured, size: () => size, write: (text: string) => terminal.write(text) },
      onResize: (listener) => {
        resized = listener;
      },
    });
    const resize = (to: number) => {
      terminal.columns = to;
      size.columns = to;
      resized();
    };
    return { terminal, display, resize };
  }

  it('on a pipe writes plain lines, without repetition', () => {
    const { terminal, display } = shown(false);
    display.begin(finished());
    display.progress(good, 'one');
    display.progress(good, 'one');
    display.note('a note');
    display.progress(good, 'two');
    display.end();
    assert.deepEqual(terminal.lines, [...head, 'one', 'a note', 'two']);
  });

  it('on a terminal redraws in place, and leaves the heading and the notes', () => {
    const { terminal, display } = shown(true);
    display.begin(finished());
    assert.equal(terminal.cursor, false);
    display.progress(good, '');
    display.progress(bad, '');
    display.note('a note');
    assert.deepEqual(terminal.lines, [...head, 'a note', ...liveLines(bad, 99, plain)]);
    display.progress(undefined, 'waiting for the operator');
    assert.deepEqual(terminal.lines, [...head, 'a note', 'waiting for the operator']);
    display.end();
    assert.deepEqual([terminal.lines, terminal.cursor], [[...head, 'a note'], true]);
  });

  for (const width of [12, 30, 41, 80, 200])
    it(`on a terminal that becomes ${width} columns wide is redrawn`, () => {
      const { terminal, display, resize } = shown(true);
      display.begin(finished());
      display.progress(bad, '');
      resize(width);
      assert.deepEqual(terminal.lines, [...head, ...liveLines(bad, width - 1, plain)]);
    });

  it('on a low terminal is limited to its rows', () => {
    const { terminal, display } = shown(true, 80, 4);
    display.begin(finished());
    for (let i = 0; i < 3; i++) display.progress(bad, '');
    assert.deepEqual(terminal.lines, [...head, ...liveLines(bad, 79, plain).slice(0, 3)]);
  });

  it('restores the cursor once, however often it is ended', () => {
    const { terminal, display } = shown(true);
    display.begin(finished());
    display.end();
    terminal.cursor = false;
    display.end();
    assert.equal(terminal.cursor, false);
  });
});
