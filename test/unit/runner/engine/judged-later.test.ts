import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import type { PreparedRequest } from '../../../../runner/request/prepared-request.ts';
import type { Judgement } from '../../../../runner/response/inspection.ts';
import { virtualLoad } from '../../../support/virtual-load.ts';
import type { Script, VirtualTime } from '../../../support/virtual-time.ts';

const MS = 1000;
const RESPONSE: Script = () => ({ outcome: 'response', status: 200, body: ['x'], after: 5 * MS });

const specOf = (fields: object) =>
  loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: '50ms' }, ...fields });
const open = (rate: number, rest: object = {}) => ({
  load: { type: 'Open', open: { stages: [{ duration: '1s', rate }], ...rest } },
});
const closed = (iterations: number) => ({ load: { type: 'Closed', closed: { users: 1, iterations } } });

/** Requests whose responses are judged `delayMs` after they have arrived: number n (from 0) by `judgementOf(n)`. */
function judgedAfter(delayMs: number, judgementOf: (n: number) => Judgement) {
  let n = 0;
  return (requests: PreparedRequest[], timing: VirtualTime): PreparedRequest[] =>
    requests.map((request) => ({
      ...request,
      inspection: {
        maxBytes: 1000,
        inspect: () => {
          const judgement = judgementOf(n++);
          return { later: (judged) => void timing.after(delayMs * MS, () => judged(judgement)) };
        },
      },
    }));
}
const expected = () => ({ expected: true });

describe('a weighted request whose response is judged later', () => {
  it('makes room for the next one at once, and has the times of its response', () => {
    const { summary, connections, over, endedAt } = virtualLoad(specOf(open(100, { maxInFlight: 1 })), RESPONSE, {
      edited: judgedAfter(80, expected),
    });
    assert.deepEqual([summary.counts.done, summary.counts.dropped, connections.open], [100, 0, 1]);
    assert.equal(Math.round(summary.responseTime.max! / MS), 5);
    // The last arrival of 990 ms is judged at 1075 ms.
    assert.deepEqual([over, endedAt], [1, 1075]);
  });

  it('counts as in flight until then, but not as a peak', () => {
    const inFlight: number[] = [];
    const { summary } = virtualLoad(
      specOf({ load: { type: 'Open', open: { stages: [{ duration: '2s', rate: 100 }] } } }),
      RESPONSE,
      {
        edited: judgedAfter(80, expected),
        everySecond: ({ requests, inFlightPeaks }) => {
          const { counts } = requests[0]!;
          assert.deepEqual(identityProblems(counts), []);
          inFlight.push(counts.inFlight);
          assert.equal(inFlightPeaks?.most, 1);
        },
      },
    );
    assert.deepEqual(inFlight, [8, 8]);
    assert.equal(summary.counts.done, 200);
  });

  it('counts by its judgement', () => {
    const judgements: Judgement[] = [
      { expected: true },
      { expected: false, reason: 'no price' },
      { failure: { kind: 'ScriptError', example: 'thrown' } },
      { expected: false, reason: 'no price' },
    ];
    const { summary } = virtualLoad(specOf(closed(4)), RESPONSE, { edited: judgedAfter(20, (n) => judgements[n]!) });
    const { done, unexpected, failed } = summary.counts;
    assert.deepEqual([done, unexpected, failed], [3, 2, 1]);
    assert.equal(summary.responseTime.count, 3);
    assert.equal(summary.unexpected?.[0]?.reason, 'no price');
    assert.equal(summary.errors[0]?.example, 'thrown');
  });

  it('is aborted when the load is stopped before', () => {
    const { summary } = virtualLoad(specOf(open(100)), RESPONSE, {
      edited: judgedAfter(80, expected),
      stopAt: 500 * MS,
    });
    const { done, aborted, made } = summary.counts;
    assert.deepEqual([made, done + aborted, aborted > 7 && aborted < 11], [51, 51, true]);
  });
});

const STEPS = { requestOrder: 'Sequential', requests: [{ name: 'a' }, { name: 'b' }] };

describe('an iteration', () => {
  it('goes on with the judgement, after which no timeout of the response applies', () => {
    const { sent, summary } = virtualLoad(specOf({ ...closed(1), ...STEPS }), RESPONSE, {
      edited: judgedAfter(100, expected),
    });
    assert.deepEqual(
      sent.map(({ at }) => at / MS),
      [0, 105],
    );
    assert.deepEqual([summary.counts.done, summary.counts.timeout], [2, 0]);
  });

  it('ends with a response that is judged as unexpected', () => {
    const { sent, summary } = virtualLoad(specOf({ ...closed(2), ...STEPS }), RESPONSE, {
      edited: judgedAfter(1, () => ({ expected: false })),
    });
    assert.deepEqual([sent.length, summary.counts.unexpected], [2, 2]);
  });

  it('sends a request that is made later when it is made, and the wait is its own part of the time', () => {
    const { sent, summary } = virtualLoad(specOf({ ...closed(1), ...STEPS }), RESPONSE, {
      edited: (requests, timing) =>
        requests.map((request) => ({
          ...request,
          makeLater: (arrival, _, made) => void timing.after(30 * MS, () => made({ ...request, path: `/${arrival}` })),
        })),
    });
    assert.deepEqual(
      sent.map(({ at, request }) => [at / MS, request.path]),
      [
        [30, '/0'],
        [65, '/0'],
      ],
    );
    assert.equal(Math.round(summary.responseTime.max! / MS), 35);
    assert.ok(summary.withoutGenerator.responseTime.max! <= 6 * MS);
  });

  it('is cut off while its request is made', () => {
    const { sent, summary } = virtualLoad(specOf({ ...closed(1), ...STEPS }), RESPONSE, {
      edited: (requests) => requests.map((request) => ({ ...request, makeLater: () => {} })),
      stopAt: 100 * MS,
    });
    assert.deepEqual([sent.length, summary.counts.made, summary.counts.aborted], [0, 1, 1]);
  });
});
