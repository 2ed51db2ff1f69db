import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../bench/differences.ts';
import { expectationOf, loggedWaits, percentile } from '../../../bench/expectation.ts';
import { parseOptions } from '../../../bench/options.ts';
import { quantile, slopeOf, spreadOf } from '../../../bench/statistics.ts';
import { parseLog } from '../../../bench/target.ts';

const open = {
  stages: [{ duration: '10s', rate: 1000 }],
  per: '1s',
  arrivals: 'Uniform' as const,
  seed: 1,
  maxInFlight: 10_000,
};
const freeze = { from: 5_000, to: 6_000 };

test('a stall of one second in ten: a tenth of the arrivals wait for its end', () => {
  const { generated, dropped, responseTimes } = expectationOf(open, freeze);
  assert.deepEqual({ generated, dropped }, { generated: 10_000, dropped: 0 });
  const at = [90, 95, 99, 100].map((p) => Math.round(percentile(responseTimes, p)));
  assert.deepEqual(at, [0, 500, 900, 1000]);
});

test('with 50 in flight, the first 50 arrivals of the stall are sent and the others dropped', () => {
  const { dropped, responseTimes } = expectationOf({ ...open, maxInFlight: 50 }, freeze);
  assert.equal(dropped, 950);
  assert.deepEqual(
    responseTimes.slice(-50).map(Math.round),
    [...Array(50).keys()].map((n) => 951 + n),
  );
});

test("waits by the target's log: from the planned arrival to the response with its number, in any order", () => {
  const log = parseLog('1795494023.250 /200\n1795494023.060 /0\n1795494023.110 /100\n');
  const respondedAt = new Map(log.map(({ path, atMs }) => [Number(path.slice(1)), atMs - 1_795_494_023_000]));
  const waits = loggedWaits(open, respondedAt).map(Math.round);
  assert.deepEqual(waits, [10, 50, 60]);
});

test('Poisson arrivals: as many responses as the schedule has arrivals, ascending', () => {
  const { generated, responseTimes } = expectationOf({ ...open, arrivals: 'Poisson' }, freeze);
  assert.equal(responseTimes.length, generated);
  assert.deepEqual(
    responseTimes,
    responseTimes.toSorted((a, b) => a - b),
  );
});

test('a spread sorts its values, and the median of an even number is the mean of two', () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
  assert.deepEqual(spreadOf([4, 1]), { min: 1, median: 2.5, max: 4 });
  assert.equal(spreadOf([]), undefined);
  assert.equal(quantile([0, 10], 0.25), 2.5);
});

test('the slope of a line through points: exact for a line, between the slopes for others', () => {
  assert.equal(
    slopeOf([
      [0, 5],
      [1, 7],
      [3, 11],
    ]),
    2,
  );
  assert.equal(
    slopeOf([
      [0, 0],
      [1, 2],
      [2, 2],
    ]),
    1,
  );
});

test('differences: outcomes that only one transport had, and those that came unequally often', () => {
  const lean = new Map([
    ['GET /a: 200', 10],
    ['StreamReset', 2],
    ['GET /b: 404', 5],
  ]);
  const reference = new Map([
    ['GET /a: 200', 10],
    ['GET /b: 404', 4],
    ['ConnectionClosed', 1],
  ]);
  assert.deepEqual(differencesOf(lean, lean), []);
  assert.deepEqual(differencesOf(lean, reference), [
    'StreamReset: 2 by HTTP2, 0 by NodeHTTP2',
    'GET /b: 404: 5 by HTTP2, 4 by NodeHTTP2',
    'ConnectionClosed: 0 by HTTP2, 1 by NodeHTTP2',
  ]);
});

test('options: absent ones have defaults, and the error names an unknown one', () => {
  const options = parseOptions(['truth', '--rounds', '2', '--only', 'wrk,loadtest']);
  assert.ok(!('problem' in options));
  const { bench, rounds, seconds, only } = options;
  assert.deepEqual(
    { bench, rounds, seconds, only },
    { bench: 'truth', rounds: 2, seconds: 5, only: ['wrk', 'loadtest'] },
  );
  for (const [words, named] of [
    [['speed'], /bench/],
    [['--rounds', '0'], /rounds/],
    [['--only', 'nobody'], /only/],
    [['--fast'], /--fast/],
    [['memory', '--thinkTime', 'soon'], /thinkTime/],
  ] as const) {
    const refused = parseOptions([...words]);
    assert.ok('problem' in refused);
    assert.match(refused.problem, named);
  }
});
