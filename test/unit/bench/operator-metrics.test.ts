import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesIn, waitP99 } from '../../../bench/scale/operator-metrics.ts';

test('only requests that change an object count as changes, and not the renewal of the Lease', () => {
  const requests = 'loadtest_operator_api_requests_total';
  const metrics = new Map([
    [`${requests}{code="201",method="POST"}`, 5],
    [`${requests}{code="200",method="PATCH"}`, 30],
    [`${requests}{code="200",method="DELETE"}`, 2],
    [`${requests}{code="200",method="PUT"}`, 100],
    [`${requests}{code="200",method="GET"}`, 1000],
    ['loadtest_operator_other_total{method="POST"}', 7],
  ]);
  assert.equal(changesIn(metrics), 37);
});

/** Cumulative counts by bound, as the operator exports them. */
const waits = (counts: Record<string, number>, controller = 'loadtest') =>
  new Map(
    Object.entries(counts).map(([le, count]) => [
      `loadtest_operator_queue_wait_seconds_bucket{le="${le}",controller="${controller}"}`,
      count,
    ]),
  );

const rows: [sentence: string, before: Map<string, number>, after: Map<string, number>, seconds: number][] = [
  ['is the bound that 99% keep', new Map(), waits({ '0.1': 980, '1': 991, '+Inf': 1000 }), 1],
  ['is the bound that exactly 99% keep', new Map(), waits({ '0.1': 990, '1': 991, '+Inf': 1000 }), 0.1],
  ['is unknown above the last bound', new Map(), waits({ '0.1': 1, '1': 2, '+Inf': 1000 }), Number.POSITIVE_INFINITY],
  [
    'leaves out earlier waits',
    waits({ '0.1': 0, '1': 900, '+Inf': 900 }),
    waits({ '0.1': 100, '1': 1000, '+Inf': 1000 }),
    0.1,
  ],
  [
    'leaves out the other controller',
    new Map(),
    new Map([...waits({ '0.1': 10, '+Inf': 10 }), ...waits({ '0.1': 0, '+Inf': 99 }, 'scheduled')]),
    0.1,
  ],
];
for (const [sentence, before, after, seconds] of rows)
  test(`the 99th percentile of the queue wait ${sentence}`, () => assert.equal(waitP99(before, after), seconds));
