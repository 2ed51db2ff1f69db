import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TIMELINE_COLUMNS } from '../../../api/report/report-document.ts';
import {
  addendsOf,
  COUNTER_NAMES,
  COUNTERS,
  counterMetric,
  ENDS,
  ERROR_COUNTERS,
  GAUGES,
  LIVE_COUNTER_NAMES,
  READING_ORDER,
} from '../../../api/status/counters.ts';
import { countsSchema, liveCountsSchema } from '../../../api/status/counts.ts';
import { loadTestStatusSchema } from '../../../api/status/loadtest-status.ts';

const RESULT = ['generated', 'made', 'done', 'timeout', 'failed', 'dropped', 'aborted', 'unexpected'];
const LIVE = [...RESULT, 'inFlight', 'pending', 'late', 'lateByGenerator', 'droppedByGenerator', 'abortedByGenerator'];

// The literal lists are the contract: the status and the names of metrics are public.
const lists: [name: string, derived: readonly string[], expected: readonly string[]][] = [
  ['the counters of a result keep their order', COUNTER_NAMES, RESULT],
  ['the counters of a running test keep their order', LIVE_COUNTER_NAMES, LIVE],
  ['the schema of a result has the order of the table', Object.keys(countsSchema.shape), RESULT],
  ['the schema of a running test has the same order', Object.keys(liveCountsSchema.shape), LIVE],
  ['the status has the counters of a result', Object.keys(loadTestStatusSchema.shape.counts.unwrap().shape), RESULT],
  ['the timeline has a column for each counter', TIMELINE_COLUMNS.slice(2, 11), [...RESULT, 'inFlight']],
  ['the error rate sums four counters', ERROR_COUNTERS, ['timeout', 'failed', 'dropped', 'unexpected']],
  ['two counters are gauges', GAUGES, ['inFlight', 'pending']],
  ['generated is the sum of three counters', addendsOf('generated'), ['made', 'dropped', 'pending']],
  ['made is the sum of five counters', addendsOf('made'), ['done', 'timeout', 'failed', 'aborted', 'inFlight']],
  ['every arrival ends in one of five counters', ENDS, ['done', 'timeout', 'failed', 'dropped', 'aborted']],
  [
    'the reading order puts each part right behind its whole',
    READING_ORDER,
    ['generated', 'made', 'done', 'unexpected', 'timeout', 'failed', 'dropped', 'aborted'],
  ],
  [
    'the name of a counter becomes a part of its metric',
    LIVE_COUNTER_NAMES.map(counterMetric),
    [
      ...RESULT,
      ...['in_flight', 'pending', 'late', 'late_by_generator', 'dropped_by_generator', 'aborted_by_generator'],
    ],
  ],
];
for (const [name, derived, expected] of lists) test(name, () => assert.deepEqual([...derived], [...expected]));

test('the help of each counter is one sentence, the same in the CRD as in the table', () => {
  for (const name of COUNTER_NAMES) {
    const { help } = COUNTERS[name];
    assert.match(help, /^[A-Z][^\n]*[.]$/);
    assert.equal(countsSchema.shape[name].description, help);
  }
});
