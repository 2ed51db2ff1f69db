import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import { virtualLoad as run } from '../../../support/virtual-load.ts';
import type { Script } from '../../../support/virtual-time.ts';

const MS = 1000;

function specOf(load: object, rest: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target', timeout: '100ms' }, load, ...rest });
}

const openAt = (rate: number, duration: string, rest: object = {}) => ({
  type: 'Open',
  open: { stages: [{ duration, rate }], ...rest },
});
const closed = (fields: object) => ({ type: 'Closed', closed: fields });

const respondAfter =
  (after: number, status = 200): Script =>
  () => ({ outcome: 'response', status, after });
const never: Script = () => ({ outcome: 'never' });

test('open: every arrival is sent when it is due, independent of responses', () => {
  const { sent } = run(specOf(openAt(100, '1s')), never);
  assert.deepEqual(
    sent.map((s) => s.at),
    Array.from({ length: 100 }, (_, i) => i * 10 * MS),
  );
});

test('open: the load ends with the last response after the schedule', () => {
  const { over, endedAt, summary, connections } = run(specOf(openAt(10, '1s')), respondAfter(50 * MS));
  assert.equal(over, 1);
  assert.equal(endedAt, 1000);
  assert.equal(summary.counts.done, 10);
  assert.equal(connections.open, connections.closed);
});

test('the achieved rate counts only responses within the duration of the load', () => {
  const patient = { target: { url: 'http://target', timeout: '1m' } };
  /** Response times with 60 arrivals per second and a sequential target that serves 20 per second. */
  const queue: Script = (_, n) => ({ outcome: 'response', status: 200, after: (49 + n * 50 - (n * 1000) / 60) * MS });
  const open = run(specOf(openAt(60, '3s'), patient), queue);
  assert.partialDeepStrictEqual(open.summary.counts, { done: 180, late: 120 });
  assert.partialDeepStrictEqual(open.summary.rate, { target: 60, achieved: 20, seconds: 3 });
  const users = run(specOf(closed({ users: 10, duration: '1s' }), patient), respondAfter(600 * MS));
  assert.deepEqual([users.summary.counts.done, users.summary.rate.achieved], [20, 10]);
  const iterations = run(specOf(closed({ users: 10, iterations: 20 }), patient), respondAfter(500 * MS));
  assert.deepEqual(iterations.summary.rate, { achieved: 20, seconds: 1 });
});

test('the target rate of a stopped ramp is its mean until the stop', () => {
  const ramp = { type: 'Open', open: { startRate: 0, stages: [{ duration: '10s', rate: 100 }] } };
  const { summary } = run(specOf(ramp), respondAfter(MS), { stopAt: 4000 * MS });
  assert.deepEqual([summary.rate.target, summary.rate.seconds], [20, 4]);
});

test('open: the timeout of the last request extends beyond the schedule', () => {
  const { endedAt, summary } = run(specOf(openAt(10, '1s')), never);
  assert.equal(endedAt, 1000);
  assert.equal(summary.counts.timeout, 10);
  const late = run(specOf(openAt(100, '1s')), never);
  assert.equal(late.endedAt, 990 + 100);
});

test('a timeout starts at the write and is recorded with the elapsed time', () => {
  const { summary } = run(specOf(openAt(1, '1s')), () => ({ outcome: 'never', connect: 80 * MS }));
  assert.equal(summary.counts.timeout, 1);
  assert.deepEqual(
    summary.errors.map((e) => [e.kind, e.count]),
    [['TimedOutWaiting', 1]],
  );
  assert.ok(Math.abs(summary.serviceTime.max! - 100 * MS) <= 100);
  assert.ok(Math.abs(summary.responseTime.max! - 180 * MS) <= 200);
});

test('a connection that does not open within the timeout fails as TimedOutConnecting', () => {
  const { summary } = run(specOf(openAt(1, '1s')), () => ({ outcome: 'never connects' }));
  assert.equal(summary.counts.failed, 1);
  assert.deepEqual(
    summary.errors.map((e) => e.kind),
    ['TimedOutConnecting'],
  );
  assert.equal(summary.responseTime.count, 0);
});

test('the connect timeout starts with its request, even after many requests timed out at once', () => {
  const silentThenFull: Script = (_, n, nowUs) =>
    n < 10 ? never(_, n, nowUs) : { outcome: 'never connects', work: 20 * MS };
  const { sent, endedAt, summary } = run(specOf(closed({ users: 10, iterations: 20 })), silentThenFull);
  assert.partialDeepStrictEqual(summary.counts, { timeout: 10, failed: 10 });
  const last = sent.at(-1)!.at / MS;
  assert.ok(endedAt >= last + 100, `the last request started at ${last} ms, and the load ended at ${endedAt} ms`);
});

test('response time starts at the intended arrival, service time at the write', () => {
  const { summary } = run(specOf(openAt(10, '1s')), () => ({
    outcome: 'response',
    status: 200,
    connect: 30 * MS,
    after: 20 * MS,
  }));
  assert.ok(Math.abs(summary.responseTime.max! - 50 * MS) <= 50);
  assert.ok(Math.abs(summary.serviceTime.max! - 20 * MS) <= 20);
});

test('the largest number of requests in flight is known although all have ended', () => {
  const { summary } = run(specOf(openAt(100, '1s')), respondAfter(95 * MS));
  assert.deepEqual([summary.counts.inFlight, summary.maxInFlight], [0, 10]);
  const capped = run(specOf(openAt(100, '1s', { maxInFlight: 3 })), never);
  assert.equal(capped.summary.maxInFlight, 3);
  const users = run(specOf(closed({ users: 7, duration: '1s' })), respondAfter(5 * MS));
  assert.equal(users.summary.maxInFlight, 7);
});

test('an arrival above maxInFlight is dropped, counted and never sent', () => {
  const { summary, sent } = run(specOf(openAt(100, '1s', { maxInFlight: 3 })), never);
  assert.equal(summary.counts.generated, 100);
  assert.equal(summary.counts.made, sent.length);
  assert.equal(summary.counts.dropped, 100 - sent.length);
  assert.equal(sent.length, 28); // three at once, and each again with the arrival that follows its timeout of 100 ms
});

test('the most recently used connection is reused first', () => {
  const { connections } = run(specOf(openAt(100, '1s')), respondAfter(15 * MS));
  assert.equal(connections.open, 2);
});

const kept =
  (idleLimit: number): Script =>
  () => ({ outcome: 'response', status: 200, after: MS, idleLimit });
const sequential = (thinkTime: string) => ({
  requestOrder: 'Sequential',
  requests: [{ name: 'a' }, { name: 'b', thinkTime }],
});
for (const [what, spec, idleLimit, expectedConnections] of [
  ['a user thinks for less time', specOf(closed({ users: 1, iterations: 6, thinkTime: '2s' })), 3e6, 1],
  ['a user thinks for longer', specOf(closed({ users: 1, iterations: 6, thinkTime: '2s' })), 1e6, 6],
  ['a user does not think', specOf(closed({ users: 1, iterations: 6 })), 0, 1],
  ['the next arrival is due sooner', specOf(openAt(1, '6s')), 3e6, 1],
  ['the next arrival is due later', specOf(openAt(1, '6s')), 5e5, 6],
  [
    'the user of an iteration thinks for less time',
    specOf(closed({ users: 1, iterations: 3 }), sequential('2s')),
    3e6,
    1,
  ],
  ['the user of an iteration thinks for longer', specOf(closed({ users: 1, iterations: 3 }), sequential('2s')), 1e6, 4],
] as const) {
  test(`6 requests use ${expectedConnections} connections if the server keeps idle ones for ${idleLimit / 1e6} s and ${what}`, () => {
    const { summary, connections } = run(spec, kept(idleLimit));
    assert.deepEqual([summary.counts.done, connections.connections], [6, expectedConnections]);
  });
}

test('arrivals without a connection wait in order, and their response times include the wait', () => {
  const spec = specOf(openAt(100, '1s'), { target: { url: 'http://target', timeout: '2s' } });
  const { summary, sent, connections } = run(spec, respondAfter(20 * MS), { most: 1 });
  assert.equal(connections.open, 1);
  assert.deepEqual([summary.counts.done, summary.counts.dropped, summary.counts.pending], [100, 0, 0]);
  assert.deepEqual(
    sent.map((s) => s.at),
    Array.from({ length: 100 }, (_, i) => i * 20 * MS),
  );
  // The last arrival is due at 990 ms and sent at 1980 ms.
  assert.ok(Math.abs(summary.responseTime.max! - 1010 * MS) <= 1010);
  assert.ok(Math.abs(summary.serviceTime.max! - 20 * MS) <= 20);
});

test('waiting arrivals count towards maxInFlight', () => {
  const { summary } = run(specOf(openAt(100, '1s', { maxInFlight: 3 })), never, { most: 2 });
  assert.equal(summary.counts.made + summary.counts.dropped, 100);
  // Two are sent every 100 ms, which is the timeout, and one waits meanwhile. At the end, the waiting arrival is sent, too.
  assert.equal(summary.counts.made, 21);
});

test('arrivals that wait for longer than a timeout after the end are dropped', () => {
  const { summary, endedAt } = run(specOf(openAt(100, '1s')), never, { most: 1 });
  assert.deepEqual([summary.counts.generated, summary.counts.timeout, summary.counts.dropped], [100, 11, 89]);
  assert.equal(endedAt, 1100);
});

test('closed: users without a connection wait for one', () => {
  const spec = specOf(closed({ users: 5, duration: '1s' }));
  const { summary, connections } = run(spec, respondAfter(10 * MS), { most: 2 });
  assert.equal(connections.open, 2);
  assert.deepEqual([summary.counts.dropped, summary.counts.pending], [0, 0]);
  // Two every 10 ms; the five that are ready at the end are sent, too.
  assert.equal(summary.counts.done, 2 * 100 + 3);
});

test('a burst opens few connections at a time, and arrivals wait for a free one', () => {
  const stages = [{ duration: '1ms', rate: 100_000 }];
  const { summary, connections } = run(specOf({ type: 'Open', open: { stages } }), () => ({
    outcome: 'response',
    status: 200,
    connect: 0,
    after: 0,
  }));
  assert.equal(summary.counts.done, 100);
  assert.ok(connections.open <= 4, `${connections.open}`);
});

test('waiting arrivals reuse the connections that responses free, and open few others', () => {
  const stages = [{ duration: '1ms', rate: 100_000 }];
  const opened = (after: number) =>
    run(specOf({ type: 'Open', open: { stages } }), () => ({ outcome: 'response', status: 200, work: 100, after }))
      .connections.connections;
  assert.ok(opened(50) <= 30, `${opened(50)} where each opens in the time of two responses`);
  assert.equal(opened(90 * MS), 100, 'one per arrival without responses');
});

test('responses with an unexpected status or body count as done, too', () => {
  const expecting = (expect: object) => specOf(openAt(10, '1s'), { requests: [{ name: 'a', expect }] });
  const body =
    (...chunks: string[]): Script =>
    () => ({ outcome: 'response', status: 201, body: chunks, after: MS });
  const unexpected = (spec: LoadTestSpec, script: Script) => {
    const { counts } = run(spec, script).summary;
    assert.equal(counts.done, 10);
    return counts.unexpected;
  };
  assert.equal(unexpected(specOf(openAt(10, '1s')), respondAfter(MS, 399)), 0);
  assert.equal(unexpected(specOf(openAt(10, '1s')), respondAfter(MS, 400)), 10);
  assert.equal(unexpected(expecting({ status: ['2xx'] }), respondAfter(MS, 204)), 0);
  assert.equal(unexpected(expecting({ status: ['200'] }), respondAfter(MS, 204)), 10);
  assert.equal(unexpected(expecting({ bodyContains: 'needle' }), body('a hay', ' need', 'le', ' stack')), 0);
  assert.equal(unexpected(expecting({ bodyContains: 'needle' }), body('nee', 'dl')), 10);
  assert.equal(unexpected(expecting({ bodyContains: 'needle' }), respondAfter(MS)), 10);
});

test('requests are chosen by weight', () => {
  const spec = specOf(openAt(1000, '1s'), { requests: [{ name: 'a', weight: 3 }, { name: 'b' }] });
  const { summary } = run(spec, respondAfter(MS));
  const [a, b] = summary.requests.map((r) => r.counts.done);
  assert.equal(a! + b!, 1000);
  assert.ok(a! > 700 && a! < 800, `a: ${a}`);
});

test('closed: users wait for their responses, and then think', () => {
  const spec = specOf(closed({ users: 2, thinkTime: '60ms', duration: '1s' }));
  const { summary, sent, over } = run(spec, respondAfter(40 * MS));
  assert.equal(over, 1);
  assert.equal(sent.length, 20);
  assert.equal(summary.counts.done, 20);
});

test('closed: the load ends after exactly the number of iterations, divided among the runners', () => {
  const spec = specOf(closed({ users: 3, iterations: 100 }), { runners: { replicas: 3 } });
  const counts = [0, 1, 2].map((index) => run(spec, respondAfter(MS), { stripe: { index, count: 3 } }).sent.length);
  assert.deepEqual(counts, [34, 33, 33]);
});

test('closed: a runner without iterations ends at once', () => {
  const spec = specOf(closed({ users: 3, iterations: 2 }), { runners: { replicas: 3 } });
  const { over, sent } = run(spec, respondAfter(MS), { stripe: { index: 2, count: 3 } });
  assert.deepEqual([over, sent.length], [1, 0]);
});

test('closed: the load ends when its duration or its iterations are reached, whichever is first', () => {
  assert.equal(
    run(specOf(closed({ users: 1, iterations: 5, duration: '1s' })), respondAfter(100 * MS - 1)).sent.length,
    5,
  );
  assert.equal(
    run(specOf(closed({ users: 1, iterations: 500, duration: '1s' })), respondAfter(99 * MS)).sent.length,
    11,
  );
});

test('closed: users start one after the other over the ramp-up, divided among the runners', () => {
  const spec = specOf(closed({ users: 4, rampUp: '2s', duration: '4s', thinkTime: '10s' }), {
    runners: { replicas: 2 },
  });
  const starts = [0, 1].map((index) =>
    run(spec, respondAfter(MS), { stripe: { index, count: 2 } }).sent.map((s) => s.at / MS),
  );
  assert.deepEqual(starts, [
    [0, 1000],
    [500, 1500],
  ]);
});

test('closed: users that have started continue while others have not started', () => {
  const spec = specOf(closed({ users: 2, rampUp: '2s', duration: '1500ms', thinkTime: '90ms' }));
  const { sent } = run(spec, respondAfter(10 * MS));
  const times = sent.map((s) => s.at / MS);
  assert.deepEqual(
    times.filter((at) => at < 1000),
    Array.from({ length: 10 }, (_, i) => i * 100),
  );
  assert.equal(times.length, 20);
});

test('closed: the load lasts for its duration, even if no user has anything left to do', () => {
  const { endedAt, over } = run(specOf(closed({ users: 1, duration: '3s', thinkTime: '1h' })), respondAfter(MS));
  assert.deepEqual([endedAt, over], [3000, 1]);
});

const GRACE: [
  what: string,
  load: object,
  gracefulStop: string,
  outcome: { done: number; aborted: number },
  endedAt: number,
][] = [
  ['open: requests that end within it are done', openAt(10, '1s'), '50ms', { done: 10, aborted: 0 }, 1000],
  ['open: the other requests are aborted', openAt(100, '1s'), '20ms', { done: 95, aborted: 5 }, 1020],
  ['open: 0s aborts at once', openAt(100, '1s'), '0s', { done: 93, aborted: 7 }, 1000],
  [
    'closed: the other requests are aborted',
    closed({ users: 2, duration: '1s' }),
    '5ms',
    { done: 26, aborted: 2 },
    1005,
  ],
];
for (const [what, load, gracefulStop, outcome, ends] of GRACE) {
  test(`graceful stop: ${what}`, () => {
    const { summary, endedAt } = run(specOf({ ...load, gracefulStop }), respondAfter(75 * MS));
    const { done, aborted } = summary.counts;
    assert.deepEqual({ done, aborted }, outcome);
    assert.deepEqual([endedAt, identityProblems(summary.counts)], [ends, []]);
  });
}

test('a stop aborts the in-flight requests', () => {
  for (const load of [openAt(100, '10s'), closed({ users: 7, duration: '10s' })]) {
    const { summary, over } = run(specOf(load), respondAfter(70 * MS), { stopAt: 1_035 * MS });
    assert.equal(over, 1);
    assert.ok(summary.counts.aborted > 0);
    assert.equal(summary.counts.inFlight, 0);
    assert.deepEqual(identityProblems(summary.counts), []);
  }
});

test('a stop before the load leaves no request open', () => {
  const { summary, over, sent } = run(specOf(openAt(10, '1s')), respondAfter(MS), { stopAt: -500 });
  assert.deepEqual([over, sent.length, summary.counts.generated], [1, 0, 0]);
});

test('property: the counter identities hold for every load, stop and behaviour of the target', () => {
  const random = seededRandom(2026);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const misbehave: Script = () =>
    pick([
      {
        outcome: 'response',
        status: pick([200, 204, 404, 503]),
        connect: pick([0, 5 * MS]),
        after: random() * 200 * MS,
      },
      {
        outcome: 'fail',
        code: pick(['ECONNREFUSED', 'ECONNRESET', 'HPE_INVALID']),
        connect: pick([0, MS]),
        after: random() * 50 * MS,
      },
      { outcome: 'never', connect: pick([0, 90 * MS]) },
      { outcome: 'never connects' },
    ] as const);
  for (let round = 0; round < 300; round++) {
    const load = pick([
      openAt(1 + Math.floor(random() * 400), '1s', {
        maxInFlight: 1 + Math.floor(random() * 30),
        arrivals: pick(['Uniform', 'Poisson']),
        seed: round,
      }),
      closed({ users: 1 + Math.floor(random() * 20), thinkTime: pick(['0s', '10ms']), duration: '1s' }),
      closed({
        users: 1 + Math.floor(random() * 20),
        thinkTime: pick(['0s', '10ms']),
        iterations: 1 + Math.floor(random() * 100),
      }),
    ]);
    const stopAt = pick([Infinity, random() * 1500 * MS]);
    const spec = specOf(load, pick([{}, { requests: [{ name: 'often', weight: 3 }, { name: 'seldom' }] }]));
    const { summary, sent, over } = run(spec, misbehave, { stopAt, most: pick([Infinity, 1, 5]) });
    const { counts } = summary;
    assert.deepEqual(identityProblems(counts), [], `round ${round}`);
    assert.deepEqual([counts.inFlight, counts.pending], [0, 0], `round ${round}`);
    assert.equal(over, 1, `round ${round}`);
    assert.equal(counts.made, sent.length, `round ${round}`);
    assert.equal(summary.responseTime.count, counts.done + counts.timeout + counts.aborted, `round ${round}`);
    assert.equal(summary.withoutGenerator.responseTime.count, summary.responseTime.count, `round ${round}`);
    assert.equal(summary.withoutGenerator.serviceTime.count, summary.serviceTime.count, `round ${round}`);
    assert.equal(
      summary.responses.reduce((sum, r) => sum + r.count, 0),
      counts.done,
      `round ${round}`,
    );
    assert.equal(
      summary.errors.reduce((sum, e) => sum + e.count, 0),
      counts.timeout + counts.failed,
      `round ${round}`,
    );
    for (const { name, counts: own, outcomes } of summary.requests) {
      const count = (list: readonly { count: number }[]) => list.reduce((sum, { count: n }) => sum + n, 0);
      assert.equal(count(outcomes!.responses), own.done, `${name} of round ${round}`);
      assert.equal(count(outcomes!.errors), own.timeout + own.failed, `${name} of round ${round}`);
    }
  }
});
