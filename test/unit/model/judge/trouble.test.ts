import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Threshold } from '../../../../api/loadtest/threshold.ts';
import type { LiveCounts } from '../../../../api/status/counters.ts';
import { unseenTrouble } from '../../../../model/judge/trouble.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { NOTHING_SURE } from '../../../../model/measure/rate/answered.ts';
import type { Summary } from '../../../../model/measure/summary.ts';
import { histogramOf, summaryOf } from '../../../support/results/summary.ts';

const P99: Threshold = { metric: 'responseTime.p99', max: '1s' };
const KIND = { metric: 'errors.ConnectionReset', max: '90%' };

/** A load of 1,000 arrivals of one name at 100/s, which reached `achieved`. */
function loadOf(part: Partial<LiveCounts>, achieved = 100): Summary {
  const counts = { ...noCounts(), generated: 1000, made: 1000, done: 1000, ...part };
  const errors = [{ kind: 'ConnectionReset', count: counts.failed, example: '' }];
  const times = { responseTime: histogramOf([5]), firstByte: histogramOf([5]), serviceTime: histogramOf([5]) };
  const outcomes = { responses: [], errors };
  const requests = [{ ...times, name: 'order', counts, withoutGenerator: times, overdue: 0, messages: 0, outcomes }];
  const share = achieved / 100;
  const reached = { asked: 1000, observed: share, low: share, high: share, made: 1, answered: NOTHING_SURE };
  return { ...summaryOf(10_000, counts), requests, errors, rate: { target: 100, achieved, seconds: 10, reached } };
}

type Row = [title: string, thresholds: Threshold[], load: Summary, text: string | undefined];
const ROWS: Row[] = [
  ['a load without errors', [P99], loadOf({}), undefined],
  [
    'most arrivals dropped, and only a threshold of times',
    [P99],
    loadOf({ made: 130, done: 130, dropped: 870 }, 13),
    '87% of the arrivals were dropped and no threshold looks at errors',
  ],
  [
    'most arrivals dropped, and a threshold of errors that allows it',
    [P99, { metric: 'errors', max: '90%' }, { metric: 'rate', min: '10' }],
    loadOf({ made: 130, done: 130, dropped: 870 }, 13),
    undefined,
  ],
  [
    'most arrivals dropped, and a threshold of failed ones',
    [{ metric: 'failed', max: '1%' }],
    loadOf({ made: 130, done: 130, dropped: 870 }, 13),
    '87% of the arrivals were dropped and no threshold looks at these',
  ],
  [
    'several troubles, the greatest first',
    [P99],
    loadOf({ done: 900, timeout: 20, failed: 80, unexpected: 300 }),
    '30% of the arrivals had an unexpected response, 8% failed, 2% timed out and no threshold looks at errors',
  ],
  ['fewer errors than one in a hundred', [P99], loadOf({ done: 991, failed: 9 }), undefined],
  [
    'one error in a hundred',
    [P99],
    loadOf({ done: 990, failed: 10 }),
    '1% of the arrivals failed and no threshold looks at errors',
  ],
  ['failed requests of a kind that a threshold allows', [KIND], loadOf({ done: 500, failed: 500 }), undefined],
  [
    'unexpected responses, and a threshold of statuses that allows them',
    [{ metric: 'status.5xx', max: '90%' }],
    loadOf({ unexpected: 500 }),
    undefined,
  ],
  [
    'errors of a request other than that of the threshold',
    [{ metric: 'errors', request: 'items', max: '1%' }],
    loadOf({ done: 500, failed: 500 }),
    '50% of the arrivals failed and no threshold looks at these',
  ],
  [
    'a target that answers long after the load',
    [P99],
    loadOf({ late: 700 }, 30),
    'the rate was 30/s of 100/s and no threshold looks at it',
  ],
  ['a little of it that came late', [P99], loadOf({ late: 40 }, 96), undefined],
];
for (const [title, thresholds, load, text] of ROWS)
  test(`a test that passes says of ${title}: ${text ?? 'nothing'}`, () =>
    assert.equal(unseenTrouble(thresholds, load), text));
