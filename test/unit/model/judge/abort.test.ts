import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { abortViolations } from '../../../../model/judge/abort.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { stopText } from '../../../../model/lifecycle/stop-cause.ts';
import { since } from '../../../../model/measure/interval.ts';
import { mergeSnapshots } from '../../../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { TimelineRecorder } from '../../../../model/measure/timeline.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { decodeTerminationMessage, encodeTerminationMessage } from '../../../../model/wire/termination-message.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../operator/loadtest/observe/observed.ts';
import {
  at,
  conditionText,
  loadTest,
  NOW,
  observedState,
  pod,
  slow,
  snapshot,
  TOO_SLOW,
  update,
  WHY_SLOW,
} from '../../../support/operator/operator-fixtures.ts';

const LOAD = { type: 'Open', open: { stages: [{ duration: '60s', rate: 10 }] } };
const REQUESTS = [{ name: 'order' }, { name: 'items' }];
const specOf = (...thresholds: object[]) =>
  loadTestSpecSchema.parse({ target: { url: 'http://target' }, requests: REQUESTS, load: LOAD, thresholds });

/** An interval of ten seconds: orders took 200 ms and a fifth of them failed; items took 5 ms and half of them had status 503. */
function window(): Snapshot {
  const order = snapshot(80, 200).requests[0]!;
  const items = snapshot(100, 5).requests[0]!;
  return {
    ...snapshot(0),
    requests: [
      {
        ...order,
        name: 'order',
        counts: { ...order.counts, generated: 100, made: 100, done: 80, failed: 20 },
        outcomes: { responses: [{ code: '200', count: 80 }], errors: [{ kind: 'ConnectionReset', count: 15 }] },
      },
      {
        ...items,
        name: 'items',
        outcomes: {
          responses: [
            { code: '200', count: 50 },
            { code: '503', count: 50 },
          ],
          errors: [],
        },
      },
    ],
    responses: [
      { code: '200', count: 130 },
      { code: '503', count: 50 },
    ],
    errors: [{ kind: 'ConnectionReset', count: 15, example: 'read ECONNRESET' }],
  };
}

/** An interval of ten seconds in which users wait for responses to earlier requests. */
function unanswered(): Snapshot {
  const { requests, ...rest } = snapshot(0);
  const counts = { ...requests[0]!.counts, inFlight: 5 };
  return { ...rest, requests: [{ ...requests[0]!, name: 'items', counts }] };
}

describe('a metric', () => {
  const summary = summarise(specOf(), [window()]);
  const rows: [metric: string, request: string | undefined, value: number | undefined][] = [
    ['failed', undefined, 0.1],
    ['failed', 'order', 0.2],
    ['failed', 'items', 0],
    ['errors', 'order', 0.2],
    ['timeout', undefined, 0],
    ['status.5xx', undefined, 50 / 180],
    ['status.503', undefined, 50 / 180],
    ['status.404', undefined, 0],
    ['errors.ConnectionReset', undefined, 0.075],
    ['errors.TimedOutWaiting', undefined, 0],
    ['status.5xx', 'items', 0.5],
    ['status.200', 'order', 1],
    ['errors.ConnectionReset', 'order', 0.15],
    ['errors.ConnectionReset', 'items', 0],
    ['rate', undefined, 18],
    ['rate', 'order', 8],
    ['failed', 'nobody', undefined],
  ];
  for (const [metric, request, value] of rows) {
    it(`${metric} of ${request ?? 'all'} is ${value}`, () =>
      assert.equal(metricRange(metric, summary, request)?.observed, value));
  }

  it('of one request uses only the times of this request', () => {
    assert.ok(metricRange('responseTime.p50', summary, 'items')!.observed < 6_000);
    assert.ok(metricRange('responseTime.p50', summary, 'order')!.observed > 190_000);
  });
});

describe('the outcomes of one named request', () => {
  const spec = specOf();
  const names = REQUESTS.map((r) => r.name);
  const shares = (snapshots: Snapshot[]) =>
    [
      ['status.503', 'items'],
      ['errors.ConnectionReset', 'order'],
    ].map(([metric, name]) => metricRange(metric!, summarise(spec, snapshots), name)?.observed);

  it('merge over runners, and over the workers of a runner', () => {
    assert.deepEqual(shares([window(), window()]), [0.5, 0.15]);
    assert.deepEqual(shares([mergeSnapshots([window(), window()]), window()]), [0.5, 0.15]);
  });

  it('are those of the interval', () => {
    const later = mergeSnapshots([window(), window()]);
    assert.deepEqual(shares([since(window(), { ...later, elapsedMs: 20_000 })]), [0.5, 0.15]);
    assert.deepEqual(since(later, later).requests[1]?.outcomes, { responses: [], errors: [] });
  });

  it('are those of the test when the spec has one request', () => {
    const one = loadTestSpecSchema.parse({
      target: { url: 'http://target' },
      requests: REQUESTS.slice(0, 1),
      load: LOAD,
    });
    const { requests, ...rest } = window();
    const { outcomes: _, ...order } = requests[0]!;
    const summary = summarise(one, [{ ...rest, requests: [order] }]);
    assert.equal(metricRange('errors.ConnectionReset', summary, 'order')?.observed, 0.15);
  });

  it('are part of a termination message if they fit; otherwise they are unknown, even when other runners report theirs', () => {
    const decoded = (limit: number) => {
      const text = encodeTerminationMessage({ phase: 'Running', snapshot: window() }, limit)!;
      return decodeTerminationMessage(text, names)!.snapshot!;
    };
    const whole = encodeTerminationMessage({ phase: 'Running', snapshot: window() })!.length;
    assert.deepEqual(shares([decoded(whole), window()]), [0.5, 0.15]);
    assert.deepEqual(shares([decoded(whole - 1), window()]), [undefined, undefined]);
    assert.equal(metricRange('status.503', summarise(spec, [decoded(whole - 1), window()]))?.observed, 100 / 360);
  });
});

/** The same interval, in which the generator itself took `ownMs` of the 200 ms of each order. */
function delayed(ownMs: number): Snapshot {
  const [order, items] = window().requests;
  return { ...window(), requests: [{ ...order!, withoutGenerator: snapshot(80, 200 - ownMs).requests[0]! }, items!] };
}

describe('a threshold with abort', () => {
  const tooSlow = { metric: 'responseTime.p99', max: '100ms', abort: true };
  const rows: [
    title: string,
    thresholds: object[],
    recent: { window?: Snapshot; elapsedMs: number },
    RegExp | undefined,
  ][] = [
    [
      'ends the run when it is exceeded',
      [tooSlow],
      { window: window(), elapsedMs: 12_000 },
      /^over the last 10s responseTime.p99 .* exceeds 100ms$/,
    ],
    [
      'says how long the window is',
      [tooSlow],
      { window: { ...window(), elapsedMs: 9640 }, elapsedMs: 12_000 },
      /^over the last 9.64s responseTime.p99 /,
    ],
    ['is not judged in the first ten seconds', [tooSlow], { elapsedMs: 5_000 }, undefined],
    [
      'is not judged before its `after`',
      [{ ...tooSlow, after: '30s' }],
      { window: window(), elapsedMs: 29_000 },
      undefined,
    ],
    [
      'is judged from its `after` on',
      [{ ...tooSlow, after: '30s' }],
      { window: window(), elapsedMs: 30_000 },
      /exceeds 100ms/,
    ],
    [
      'is not judged while the last responses arrive after the load',
      [tooSlow],
      { window: window(), elapsedMs: 60_001 },
      undefined,
    ],
    [
      'with a request is judged by this request alone',
      [{ ...tooSlow, request: 'items' }],
      { window: window(), elapsedMs: 12_000 },
      undefined,
    ],
    [
      'with a request names it in the message',
      [{ ...tooSlow, request: 'order' }],
      { window: window(), elapsedMs: 12_000 },
      /p99 of order/,
    ],
    [
      'does not end the run without abort',
      [{ ...tooSlow, abort: false }],
      { window: window(), elapsedMs: 12_000 },
      undefined,
    ],
    ...['errors', 'errors.ConnectionReset', 'unexpected', 'failed', 'timeout', 'dropped', 'status.5xx', 'rate'].map(
      (metric): (typeof rows)[number] => [
        `on the least ${metric} of a request that did not come up in the interval is not judged`,
        [{ metric, min: metric === 'rate' ? '1' : '1%', request: 'items', abort: true }],
        { window: { ...window(), requests: window().requests.slice(0, 1) }, elapsedMs: 12_000 },
        undefined,
      ],
    ),
    [
      'on the least rate ends the run when nothing answers',
      [{ metric: 'rate', min: '1', request: 'items', abort: true }],
      { window: unanswered(), elapsedMs: 12_000 },
      /rate of items 0 is below 1/,
    ],
    [
      'does not end the run when its limit holds without the own delay of the generator',
      [tooSlow],
      { window: delayed(150), elapsedMs: 12_000 },
      undefined,
    ],
    [
      'ends the run when its limit is broken without the own delay of the generator, too',
      [tooSlow],
      { window: delayed(50), elapsedMs: 12_000 },
      /^over the last 10s responseTime.p99 .* exceeds 100ms$/,
    ],
    [
      'is not judged when the interval has no requests',
      [tooSlow],
      { window: { ...window(), requests: [] }, elapsedMs: 12_000 },
      undefined,
    ],
  ];
  for (const [title, thresholds, { window: measured, elapsedMs }, expected] of rows) {
    it(title, () => {
      const violations = abortViolations(specOf(...thresholds), { window: measured, elapsedMs });
      if (expected === undefined) assert.deepEqual(violations, []);
      else assert.match(stopText({ by: 'Threshold', violations }), expected);
    });
  }

  it('fails the test even when all thresholds hold over the whole run', () => {
    const spec = specOf({ metric: 'responseTime.p99', max: '1s', abort: true });
    const { passed } = judge(
      spec,
      summarise(spec, [window()]),
      { desired: 1, lost: 0 },
      'over the last 10s it was slow',
    );
    assert.deepEqual([passed.status, passed.reason], ['False', 'ThresholdExceeded']);
    assert.match(passed.message, /^aborted: over the last 10s it was slow; 180 of 200/);
  });
});

describe('the rate at which a threshold with abort last held', () => {
  /** Responses of 5 ms up to `kneeSecond`, and of 400 ms from there, as many a second as the load asks for. */
  function brokenOn(stages: object[], kneeSecond: number, from = 1, after?: string): string | undefined {
    const spec = loadTestSpecSchema.parse({
      ...{ target: { url: 'http://target' }, load: { type: 'Open', open: { startRate: 0, stages } } },
      thresholds: [{ metric: 'responseTime.p95', max: '300ms', abort: true, ...(after && { after }) }],
    });
    const timeline = new TimelineRecorder(1000);
    for (let second = from; second < 60; second++) {
      const fast = snapshot(10 * Math.min(second, kneeSecond)).requests[0]!;
      const late = snapshot(10 * Math.max(0, second - kneeSecond), 400).requests[0]!;
      const whole = mergeSnapshots([fast, late].map((request) => ({ ...snapshot(0), requests: [request] })));
      timeline.record([{ ...whole, elapsedMs: 1000 * second }]);
      const [violation] = abortViolations(spec, timeline);
      if (violation !== undefined) return violation.heldAt;
    }
    return 'never broken';
  }
  const ramp = { duration: '60s', rate: 240 };

  const rows: [title: string, held: string | undefined, ...Parameters<typeof brokenOn>][] = [
    ['is that of the last ten seconds in which it held: 15 to 25 s of a ramp of 4/s a second', '80/s', [ramp], 25],
    ['is unknown when the threshold never held', undefined, [ramp], 0],
    ['is unknown to an operator that starts in the middle', undefined, [ramp], 0, 40],
    ['does not wait for after', '80/s', [ramp], 25, 1, '26s'],
    [
      'is none at a rate that stays the same',
      undefined,
      [
        { duration: '0s', rate: 100 },
        { duration: '60s', rate: 100 },
      ],
      25,
    ],
  ];
  for (const [title, held, ...run] of rows) it(title, () => assert.equal(brokenOn(...run), held));

  it('is part of the verdict', () => {
    const violation = { metric: 'responseTime.p95', max: '300ms', observed: '368ms', over: '10s', heldAt: '96/s' };
    assert.equal(
      stopText({ by: 'Threshold', violations: [violation] }),
      'over the last 10s responseTime.p95 368ms exceeds 300ms, which held up to 96/s',
    );
  });
});

describe('a LoadTest that a threshold ends', () => {
  const loaded = { startTime: at(-30_000), loadStartTime: at(-12_000) };
  const LONG_LOADED = { startTime: at(-150_000), loadStartTime: at(-120_000) };
  const running = new Map([0, 1].map((i) => update(i, { phase: 'Running', snapshot: snapshot(50) })));
  const first = reconcile(observedState({ test: loadTest(TOO_SLOW, loaded), updates: running, recent: slow() }));

  it('stops its runners and sets the condition Complete to Aborting at once', () => {
    assert.deepEqual(first.actions, [{ type: 'StopRunners', reason: WHY_SLOW }]);
    assert.equal(conditionText(first.status, 'Complete'), 'False/Aborting');
  });

  it('keeps stopping its runners after a restart of the operator', () => {
    const again = reconcile(observedState({ test: loadTest(TOO_SLOW, first.status), updates: running }));
    assert.deepEqual(again.actions, [{ type: 'StopRunners', reason: WHY_SLOW }]);
  });

  const silentRunners: [title: string, observed: Partial<Observed>, isJudged: boolean][] = [
    ['continues while a silent runner may come back', { updates: running }, false],
    [
      'continues while a restarted operator has no update of one runner yet',
      { updates: new Map([...running].slice(0, 1)), listeningSinceMs: NOW - 20_000 },
      false,
    ],
    [
      'ends when a runner has been silent for a minute',
      { updates: new Map([...running, update(1, { phase: 'Running', snapshot: snapshot(50) }, NOW - 61_000)]) },
      true,
    ],
    [
      'ends when the pod of the silent runner has ended',
      { updates: running, pods: [pod(0), pod(1, { phase: 'Failed' })] },
      true,
    ],
    [
      'ends when the silent runner has finished',
      { updates: new Map([...running, update(1, { phase: 'Finished', snapshot: snapshot(50) })]) },
      true,
    ],
  ];
  for (const [title, observed, isJudged] of silentRunners)
    it(title, () => {
      const test = loadTest({ ...TOO_SLOW, runners: { replicas: 2, onLoss: 'Continue' } }, LONG_LOADED);
      const { actions } = reconcile(observedState({ test, recent: slow([1]), ...observed }));
      const stops = actions.filter(({ type }) => type === 'StopRunners');
      assert.deepEqual(stops, isJudged ? [{ type: 'StopRunners', reason: WHY_SLOW }] : []);
    });

  it('fails when its runners have stopped', () => {
    const finished = new Map([0, 1].map((i) => update(i, { phase: 'Finished', snapshot: snapshot(50) })));
    const { status } = reconcile(observedState({ test: loadTest(TOO_SLOW, first.status), updates: finished }));
    assert.equal(conditionText(status, 'Complete'), 'True/Aborted');
    assert.equal(conditionText(status, 'Passed'), 'False/ThresholdExceeded');
  });
});
