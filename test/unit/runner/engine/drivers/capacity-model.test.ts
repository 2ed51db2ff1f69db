import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LIVE_COUNTER_NAMES } from '../../../../../api/status/counters.ts';
import { seededRandom } from '../../../../../model/common/random.ts';
import { identityProblems } from '../../../../../model/measure/counters.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import type { Script } from '../../../../support/virtual-time.ts';
import { type FinishedTrial, type PlannedTrial, virtualTrials } from '../../../../support/virtual-trials.ts';

const MS = 1000;
const S = 1000 * MS;
const OK = { outcome: 'response' as const, status: 200 };
const takes =
  (time: number): Script =>
  () => ({ ...OK, after: time });

const countsOf = (snapshot: Snapshot | undefined) => snapshot!.requests[0]!.counts;

/** The gaps between the due times of a trial's arrivals, in order, as far as they differ. */
function gaps(times: readonly number[]): number[] {
  return [...new Set(times.slice(1).map((at, i) => Math.round(at - times[i]!)))];
}

/** Asserts that counters and histograms of the trials add up to those of the load, and that each holds its identity. */
function assertAddsUp(finished: readonly FinishedTrial[], total: Snapshot): void {
  for (const { snapshot } of [...finished, { snapshot: total }])
    assert.deepEqual(identityProblems(countsOf(snapshot)), []);
  for (const counter of LIVE_COUNTER_NAMES) {
    const sum = finished.reduce((all, { snapshot }) => all + countsOf(snapshot)[counter], 0);
    assert.equal(sum, countsOf(total)[counter], counter);
  }
  const timed = (s: Snapshot) => s.requests[0]!.responseTime.unpack().count;
  assert.equal(
    finished.reduce((sum, { snapshot }) => sum + timed(snapshot!), 0),
    timed(total),
  );
}

const UP_AND_DOWN: PlannedTrial[] = [
  { rate: 40, seconds: 3 },
  { rate: 400, seconds: 5 },
  { rate: 100.5, seconds: 5 },
];

describe('a capacity load carries out trials:', () => {
  for (const workers of [[1], [2, 1, 3]])
    it(`${workers.length} runners make exactly rate times duration of each trial, from its own start`, () => {
      const { finished } = virtualTrials(UP_AND_DOWN, { workers });
      assert.deepEqual(
        finished.map(({ snapshot, sent, ranMs }) => [countsOf(snapshot).done, sent.length, Math.round(ranMs)]),
        [
          [120, 120, 3000],
          [2000, 2000, 5000],
          [503, 503, 5000],
        ],
      );
      for (const [i, { startedAt, sent }] of finished.entries()) {
        const times = sent.map(({ at }) => at).sort((a, b) => a - b);
        assert.equal(Math.round(times[0]! - startedAt), 0);
        assert.ok(gaps(times).every((gap) => Math.abs(gap - S / UP_AND_DOWN[i]!.rate) <= 1));
      }
    });

  it('arrivals have numbers over all trials, each once, and each runner has its stripe of each trial', () => {
    const { finished } = virtualTrials(UP_AND_DOWN, { workers: [2, 1, 3] });
    const numbers = finished.flatMap(({ sent }) => sent.map(({ index }) => index).sort((a, b) => a - b));
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
    for (const { sent } of finished)
      for (const runner of [0, 1, 2]) {
        const own = sent.filter((s) => s.runner === runner).length;
        assert.ok(Math.abs(own - sent.length / 3) <= 3, `${own} of ${sent.length}`);
      }
  });

  it('a Poisson process of each trial has its own arrivals, numbered over all trials', () => {
    const { finished } = virtualTrials(
      [
        { rate: 200, seconds: 10 },
        { rate: 200, seconds: 10 },
      ],
      { workers: [2, 1], capacity: { arrivals: 'Poisson' } },
    );
    const numbers = finished.flatMap(({ sent }) => sent.map(({ index }) => index)).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
    const [first, second] = finished.map(({ sent, startedAt }) => sent.map(({ at }) => Math.round(at - startedAt)));
    assert.notDeepEqual(first!.slice(0, 5), second!.slice(0, 5));
    for (const { sent } of finished) assert.ok(Math.abs(sent.length - 2000) < 4 * Math.sqrt(2000), `${sent.length}`);
  });

  it('the measurements of all trials add up to that of the load', () => {
    const { finished, total } = virtualTrials(UP_AND_DOWN, { workers: [2, 1, 3] });
    assertAddsUp(finished, total);
  });

  it('their measurements add up whatever the target does, and however they begin and end', () => {
    const random = seededRandom(9);
    const upTo = (most: number) => Math.floor(random() * most);
    for (let run = 0; run < 25; run++) {
      const planned = Array.from({ length: 2 + upTo(3) }, () => ({
        rate: 1 + upTo(60),
        seconds: 1 + upTo(3),
        ...(random() < 0.3 && { endAt: upTo(2 * S) }),
        ...(random() < 0.2 && { late: upTo(2 * S) }),
      }));
      const script: Script = () => {
        const kind = random();
        if (kind < 0.03) return { outcome: 'never' };
        if (kind < 0.06) return { outcome: 'fail', code: 'ECONNRESET', after: upTo(S) };
        return { ...OK, status: kind < 0.1 ? 500 : 200, after: upTo(kind < 0.15 ? 3 * S : 100 * MS) };
      };
      const { finished, total, unread } = virtualTrials(planned, {
        ...{ script, workers: [1 + upTo(2), 1], most: 1 + upTo(8) },
        capacity: { maxInFlight: 4 + upTo(20), arrivals: random() < 0.5 ? 'Poisson' : 'Uniform' },
        spec: { target: { url: 'http://target', timeout: '2s' }, runners: { replicas: 2 } },
      });
      assert.deepEqual([finished.length, unread.length], [planned.length, 0]);
      assertAddsUp(finished, total);
      for (const { snapshot, sent } of finished) {
        const { made, inFlight, pending } = countsOf(snapshot);
        assert.deepEqual([made, inFlight, pending], [sent.length, 0, 0], `run ${run}`);
      }
      const numbers = finished.flatMap(({ sent }) => sent.map(({ index }) => index));
      assert.equal(new Set(numbers).size, numbers.length, `run ${run}`);
    }
  });

  it('nothing is sent for a second after the arrivals, nor while requests are in flight', () => {
    const slow = (seconds: number) =>
      virtualTrials(
        [
          { rate: 10, seconds: 2 },
          { rate: 10, seconds: 2 },
        ],
        { script: takes(seconds * S) },
      ).finished.map(({ startedAt, doneAt }) => Math.round((doneAt - startedAt) / (100 * MS)) / 10);
    assert.deepEqual(slow(0.1), [3, 3]);
    assert.deepEqual(slow(4), [5.9, 5.9]);
  });

  it('what is in flight after thirty seconds is cut off, and counts in its own trial', () => {
    const script: Script = (_request, n) => (n < 20 ? { outcome: 'never' } : { ...OK, after: MS });
    const { finished } = virtualTrials(
      [
        { rate: 10, seconds: 2 },
        { rate: 10, seconds: 2 },
      ],
      { script, spec: { target: { url: 'http://target', timeout: '10m' } } },
    );
    const ends = finished.map(({ snapshot, startedAt, doneAt }) => {
      const { made, done, aborted, inFlight } = countsOf(snapshot);
      return [made, done, aborted, inFlight, Math.round((doneAt - startedAt) / S)];
    });
    assert.deepEqual(ends, [
      [20, 0, 20, 0, 32],
      [20, 20, 0, 0, 3],
    ]);
  });

  it('iterations that pause when the arrivals are over go on, as far as they come within thirty seconds', () => {
    const journey = (thinkTime: string) =>
      virtualTrials(
        [
          { rate: 10, seconds: 2 },
          { rate: 10, seconds: 2 },
        ],
        {
          spec: {
            requests: [
              { name: 'one', path: '/${index}' },
              { name: 'two', path: '/${index}', thinkTime },
            ],
            requestOrder: 'Sequential',
          },
        },
      ).finished.map(({ snapshot, startedAt, doneAt }) => [
        ...snapshot!.requests.map(({ counts }) => counts.done),
        Math.round((doneAt - startedAt) / S),
      ]);
    assert.deepEqual(journey('3s'), [
      [20, 20, 5],
      [20, 20, 5],
    ]);
    assert.deepEqual(journey('1m'), [
      [20, 0, 32],
      [20, 0, 32],
    ]);
  });

  it('a trial that is ended early settles, and the next one makes all of its own arrivals', () => {
    const { finished } = virtualTrials(
      [
        { rate: 100, seconds: 10, endAt: 2 * S + 5 * MS },
        { rate: 50, seconds: 4 },
      ],
      { workers: [1, 1] },
    );
    assert.deepEqual(
      finished.map(({ snapshot, ranMs, startedAt, doneAt }) => [
        countsOf(snapshot).done,
        Math.round(ranMs),
        Math.round((doneAt - startedAt) / (100 * MS)) / 10,
      ]),
      [
        [201, 2005, 3],
        [200, 4000, 5],
      ],
    );
    assert.equal(Math.min(...finished[1]!.sent.map(({ index }) => index)), 1000, 'numbers of arrivals that never came');
  });

  it('an engine that learns of a trial late leaves out what was due by then, and ends with the others', () => {
    const { finished } = virtualTrials([
      { rate: 100, seconds: 2 },
      { rate: 100, seconds: 2, late: 705 * MS },
      { rate: 100, seconds: 2, late: 3 * S },
      { rate: 100, seconds: 2 },
    ]);
    assert.deepEqual(
      finished.map(({ sent, lateMs, ranMs }) => [sent.length, Math.round(lateMs), Math.round(ranMs)]),
      [
        [200, 0, 2000],
        [129, 705, 2000],
        [0, 3000, 2000],
        [200, 0, 2000],
      ],
    );
    const [, { sent, startedAt }] = finished as [FinishedTrial, FinishedTrial];
    assert.deepEqual(gaps(sent.map(({ at }) => at)), [10 * MS]);
    assert.deepEqual(
      [sent[0]!, sent.at(-1)!].map(({ at }) => Math.round((at - startedAt) / MS)),
      [710, 1990],
    );
    const numbers = finished.flatMap((trial) => trial.sent.map(({ index }) => index));
    assert.equal(new Set(numbers).size, numbers.length);
  });

  it('responses after the end of a trial are late by what was usual in that trial', () => {
    // The first trial is slow throughout; the second one becomes slow at its end.
    const timeOf = (n: number) => (n < 80 ? 3 * S : n < 190 ? 5 * MS : n < 200 ? 1.5 * S : 500 * MS);
    const script: Script = (_request, n) => ({ ...OK, after: timeOf(n) });
    const { finished } = virtualTrials(
      [
        { rate: 10, seconds: 8 },
        { rate: 60, seconds: 2 },
        { rate: 10, seconds: 2 },
      ],
      { script },
    );
    assert.deepEqual(
      finished.map(({ snapshot }) => countsOf(snapshot).late),
      [0, 10, 0],
    );
  });

  it('a target that hangs costs the trial its arrivals beyond the limit, and the next one none', () => {
    const script: Script = (_request, n) => (n < 7 ? { outcome: 'never' } : { ...OK, after: MS });
    const { finished } = virtualTrials(
      [
        { rate: 10, seconds: 2 },
        { rate: 10, seconds: 2 },
      ],
      { script, capacity: { maxInFlight: 7 }, spec: { target: { url: 'http://target', timeout: '5s' } } },
    );
    assert.deepEqual(
      finished.map(({ snapshot }) => {
        const { generated, made, dropped, timeout } = countsOf(snapshot);
        return [generated, made, dropped, timeout];
      }),
      [
        [20, 7, 13, 7],
        [20, 20, 0, 0],
      ],
    );
  });

  it('a stop in the middle ends the trial with what it has measured', () => {
    const { finished, total, open } = virtualTrials(
      [
        { rate: 10, seconds: 2 },
        { rate: 100, seconds: 60 },
      ],
      { script: takes(200 * MS), stopAt: 10 * S },
    );
    const { aborted, made } = countsOf(open.snapshot);
    assert.deepEqual([open.number, open.state, aborted], [1, 'Done', 20]);
    assert.equal(countsOf(finished[0]!.snapshot).made + made, countsOf(total).made);
    assert.deepEqual(identityProblems(countsOf(total)), []);
  });

  it('a trial is reported when it is taken up, when its arrivals are over and when it is done', () => {
    const { states } = virtualTrials([
      { rate: 10, seconds: 2 },
      { rate: 10, seconds: 2 },
    ]);
    assert.deepEqual(states, ['Pending', 'Settling', 'Done', 'Pending', 'Settling', 'Done']);
  });
});
