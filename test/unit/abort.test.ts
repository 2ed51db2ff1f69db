import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../api/loadtest.ts';
import type { Snapshot } from '../../api/protocol.ts';
import { abortReason } from '../../model/abort.ts';
import { metricValue } from '../../model/metric.ts';
import { summarise } from '../../model/summary.ts';
import { judge } from '../../model/verdict.ts';
import { reconcile } from '../../operator/loadtest/reconcile.ts';
import { at, conditionText, loadTest, said, snapshot, world } from './operator-fixtures.ts';

const LOAD = { type: 'Open', open: { stages: [{ duration: '60s', rate: 10 }] } };
const REQUESTS = [{ name: 'order' }, { name: 'items' }];
const specOf = (...thresholds: object[]) =>
  loadTestSpecSchema.parse({ target: { url: 'http://target' }, requests: REQUESTS, load: LOAD, thresholds });

/** Ten seconds in which orders took 200 ms, a fifth of them failed, and items took 5 ms, half of them with status 503. */
function window(): Snapshot {
  const order = snapshot(80, 200).requests[0]!;
  const items = snapshot(100, 5).requests[0]!;
  return {
    ...snapshot(0),
    requests: [
      { ...order, name: 'order', counts: { ...order.counts, generated: 100, made: 100, done: 80, failed: 20 } },
      { ...items, name: 'items' },
    ],
    responses: [
      { status: 200, count: 130 },
      { status: 503, count: 50 },
    ],
    errors: [{ kind: 'ConnectionReset', count: 15, example: 'read ECONNRESET' }],
  };
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
    ['rate', undefined, 18],
    ['rate', 'order', 8],
    ['failed', 'nobody', undefined],
  ];
  for (const [metric, request, value] of rows) {
    it(`${metric} of ${request ?? 'all'} is ${value}`, () =>
      assert.equal(metricValue(metric, summary, request), value));
  }

  it('of one request is of its times alone', () => {
    assert.ok(metricValue('responseTime.p50', summary, 'items')! < 6_000);
    assert.ok(metricValue('responseTime.p50', summary, 'order')! > 190_000);
  });
});

describe('a threshold with abort', () => {
  const tooSlow = { metric: 'responseTime.p99', max: '100ms', abort: true };
  const rows: [
    what: string,
    thresholds: object[],
    recent: { window?: Snapshot; elapsedMs: number },
    RegExp | undefined,
  ][] = [
    [
      'ends the run when it does not hold',
      [tooSlow],
      { window: window(), elapsedMs: 12_000 },
      /^over the last 10s responseTime.p99 .* exceeds 100ms$/,
    ],
    ['waits for ten seconds', [tooSlow], { elapsedMs: 5_000 }, undefined],
    ['waits for its after', [{ ...tooSlow, after: '30s' }], { window: window(), elapsedMs: 29_000 }, undefined],
    [
      'is due after its after',
      [{ ...tooSlow, after: '30s' }],
      { window: window(), elapsedMs: 30_000 },
      /exceeds 100ms/,
    ],
    ['is of one request', [{ ...tooSlow, request: 'items' }], { window: window(), elapsedMs: 12_000 }, undefined],
    ['names its request', [{ ...tooSlow, request: 'order' }], { window: window(), elapsedMs: 12_000 }, /p99 of order/],
    ['is no matter without abort', [{ ...tooSlow, abort: false }], { window: window(), elapsedMs: 12_000 }, undefined],
    [
      'waits where there is nothing to measure',
      [tooSlow],
      { window: { ...window(), requests: [] }, elapsedMs: 12_000 },
      undefined,
    ],
  ];
  for (const [what, thresholds, { window: measured, elapsedMs }, expected] of rows) {
    it(what, () => {
      const reason = abortReason(specOf(...thresholds), { window: measured, elapsedMs });
      if (expected === undefined) assert.equal(reason, undefined);
      else assert.match(reason ?? '', expected);
    });
  }

  it('makes the verdict, also when all holds over the whole run', () => {
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

describe('a LoadTest that a threshold ends', () => {
  const loaded = { startTime: at(-30_000), loadStartTime: at(-12_000) };
  const running = new Map([0, 1].map((i) => said(i, { phase: 'Running', snapshot: snapshot(50) })));
  const first = reconcile(world({ test: loadTest({}, loaded), reports: running, aborting: 'too slow' }));

  it('tells its runners to stop, and says so at once', () => {
    assert.deepEqual(first.actions, [{ type: 'StopRunners', reason: 'too slow' }]);
    assert.equal(conditionText(first.status, 'Complete'), 'False/Aborting');
  });

  it('stays so for an operator that has not seen it', () => {
    const again = reconcile(world({ test: loadTest({}, first.status), reports: running }));
    assert.deepEqual(again.actions, [{ type: 'StopRunners', reason: 'too slow' }]);
  });

  it('has failed when its runners have stopped', () => {
    const finished = new Map([0, 1].map((i) => said(i, { phase: 'Finished', snapshot: snapshot(50) })));
    const { status } = reconcile(world({ test: loadTest({}, first.status), reports: finished }));
    assert.equal(conditionText(status, 'Complete'), 'True/Aborted');
    assert.equal(conditionText(status, 'Passed'), 'False/ThresholdExceeded');
  });
});
