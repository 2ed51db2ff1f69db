import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Counts } from '../../../../api/status/counters.ts';
import { abortViolations, mayBeAborted } from '../../../../model/judge/abort.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { snapshotOf } from '../../../support/results/summary.ts';

const OPEN = { type: 'Open', open: { stages: [{ duration: '60s', rate: 1 }] } };
const ITERATIONS = { type: 'Closed', closed: { users: 1, iterations: 50 } };
const specOf = (fields: object = {}) =>
  loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: OPEN, ...fields });

/** A measurement with these counters, of a single request. */
function measured(counts: Partial<Counts>) {
  const snapshot = snapshotOf('default', 100);
  return { ...snapshot, requests: snapshot.requests.map((r) => ({ ...r, counts: { ...noCounts(), ...counts } })) };
}

const unchanged = {
  comparison: {
    ...{ baseline: 'v41', maxRegression: '10%', result: 'Unchanged' as const, metrics: [] },
    message: 'unchanged from v41',
  },
  isAvailable: true,
};

const all = (n: number) => ({ generated: n, made: n, done: n });
const rows: [title: string, fields: object, counts: Partial<Counts>, verdict: RegExp][] = [
  [
    'passes with one error of 100, and the message names the threshold',
    {},
    { ...all(100), unexpected: 1 },
    /^True\/ThresholdsMet the default threshold holds \(errors at most 1%\); 100 of 100/,
  ],
  [
    'fails with two errors of 100',
    {},
    { ...all(100), unexpected: 2 },
    /^False\/ThresholdExceeded errors 2% exceeds 1% \(default\);/,
  ],
  ['fails with one error of 50 iterations', { load: ITERATIONS }, { ...all(50), unexpected: 1 }, /^False.* errors 2% /],
  ['fails when arrivals were dropped', {}, { ...all(100), generated: 105, dropped: 5 }, /^False.* errors 4\.76% /],
  [
    'that accepts every error says so by a threshold',
    { thresholds: [{ metric: 'errors', max: '100%' }] },
    { ...all(100), unexpected: 100 },
    /^True\/ThresholdsMet /,
  ],
  [
    'with an empty list of thresholds is held to the default one',
    { thresholds: [] },
    { ...all(100), unexpected: 100 },
    /^False\/ThresholdExceeded errors 100% exceeds 1% \(default\);/,
  ],
];
for (const [title, fields, counts, expected] of rows)
  test(`a test without thresholds ${title}`, () => {
    const spec = specOf(fields);
    const { status, reason, message } = judge(spec, summarise(spec, [measured(counts)]), {
      desired: 1,
      lost: 0,
    }).passed;
    assert.match(`${status}/${reason} ${message}`, expected);
  });

test('a comparison with a baseline that fails as often does not excuse errors', () => {
  const spec = specOf({ compareWith: { name: 'v41' } });
  const summary = summarise(spec, [measured({ ...all(100), unexpected: 40 })]);
  const { passed, comparison } = judge(spec, summary, { desired: 1, lost: 0 }, undefined, unchanged);
  assert.deepEqual([passed.status, passed.reason, comparison?.result], ['False', 'ThresholdExceeded', 'Unchanged']);
});

test('the default threshold ends no test early', () => {
  const spec = specOf();
  assert.equal(mayBeAborted(spec), false);
  const window = measured({ ...all(100), unexpected: 100 });
  assert.deepEqual(abortViolations(spec, { window, elapsedMs: 20_000 }), []);
});
