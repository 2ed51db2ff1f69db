import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { abortViolations } from '../../../../model/judge/abort.ts';
import { stopText } from '../../../../model/lifecycle/stop-cause.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { TimelineRecorder } from '../../../../model/measure/timeline.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { sameTimes } from '../../../support/results/summary.ts';

/** A request of a log: it came due and ended at these seconds. */
type Logged = { due: number; end: number; failed: boolean };

/** Arrivals at `before` per second until second 20, at `after` per second from then on; every `nth` fails, all end after `delay` seconds. */
function log(load: { before: number; after: number; delay: number; nth: number }): Logged[] {
  const { before, after, delay, nth } = load;
  const early = Array.from({ length: 20 * before }, (_, i) => i / before);
  const late = Array.from({ length: 20 * after }, (_, i) => 20 + i / after);
  return [...early, ...late].map((due, i) => ({ due, end: due + delay, failed: i % nth === nth - 1 }));
}

/** The cumulative measurement of a log up to a second. */
function snapshotAt(requests: readonly Logged[], second: number): Snapshot {
  const due = requests.filter((r) => r.due < second);
  const ended = due.filter((r) => r.end < second);
  const failed = ended.filter((r) => r.failed).length;
  const counts = {
    ...{ ...noCounts(), generated: due.length, made: due.length },
    ...{ done: ended.length - failed, failed, inFlight: due.length - ended.length },
  };
  const errors = failed === 0 ? [] : [{ kind: 'ConnectionReset', count: failed, example: '' }];
  const times = sameTimes(PackedHistogram.EMPTY);
  return {
    elapsedMs: second * 1e3,
    requests: [{ name: 'default', counts, ...times }],
    responses: [],
    errors,
    pacingLag: PackedHistogram.EMPTY,
    ...{ cpuMs: 0, eventLoopUtilization: 0 },
  };
}

/** What a run knows of its last ten seconds at `second`. */
function recentAt(requests: readonly Logged[], second: number): { window: Snapshot; elapsedMs: number } {
  const timeline = new TimelineRecorder(1000);
  for (let s = 1; s <= second; s++) timeline.record([snapshotAt(requests, s)]);
  assert.ok(timeline.window !== undefined);
  return { window: timeline.window, elapsedMs: timeline.elapsedMs };
}

const specOf = (...thresholds: object[]) =>
  loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    load: { type: 'Open', open: { stages: [{ duration: '60s', rate: 1 }] } },
    thresholds,
  });

// In the ten seconds up to 29, 8 of the 332 requests that end fail: 2.4%. Only 49 arrivals come due: 8 of 49 would be 16.3%.
const FALLING = { before: 40, after: 1, delay: 7.25, nth: 41 };
const RISING = { before: 1, after: 40, delay: 9.5, nth: 2 };

const aborts: [title: string, requests: Logged[], second: number, max: string, text: RegExp | undefined][] = [
  ['falls from 40/s to 1/s is not aborted where 2.4% of its requests fail', log(FALLING), 29, '5%', undefined],
  ['falls from 40/s to 1/s shows these 2.4%', log(FALLING), 29, '1%', /errors 2\.41% exceeds 1%$/],
  [
    'rises from 1/s to 40/s is aborted where half of its requests fail',
    log(RISING),
    30,
    '5%',
    /errors 5\d([.]\d)?% exceeds/,
  ],
];
for (const [what, requests, second, max, text] of aborts)
  it(`a load that ${what}`, () => {
    const violations = abortViolations(specOf({ metric: 'errors', max, abort: true }), recentAt(requests, second));
    if (text === undefined) assert.deepEqual(violations, []);
    else assert.match(stopText({ by: 'Threshold', violations }), text);
  });

describe('a share over the last seconds', () => {
  const metrics = ['errors', 'failed', 'errors.ConnectionReset'];

  it('is of what ended in them, and at most 1, whatever the load and however long requests take', () => {
    const draw = seededRandom(1);
    const between = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1));
    for (let round = 0; round < 40; round++) {
      const load = { before: between(1, 40), after: between(1, 40), delay: between(0, 150) / 10, nth: between(1, 5) };
      const requests = log(load);
      const second = between(12, 38);
      const { window } = recentAt(requests, second);
      const summary = summarise(specOf(), [window]);
      const begin = second - window.elapsedMs / 1e3;
      const ended = requests.filter(({ end }) => end >= begin && end < second);
      const expected = ended.length === 0 ? undefined : ended.filter((r) => r.failed).length / ended.length;
      for (const metric of metrics)
        assert.equal(
          metricRange(metric, summary)?.observed,
          expected,
          `${metric} of ${JSON.stringify(load)} at ${second}`,
        );
      assert.ok(expected === undefined || expected <= 1);
    }
  });
});
