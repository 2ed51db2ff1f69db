import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveCounts } from '../../../../../api/status/counters.ts';
import { noCounts } from '../../../../../model/measure/counters.ts';
import { PackedHistogram } from '../../../../../model/measure/packed-histogram.ts';
import { impossibleNumbers, type SnapshotForm } from '../../../../../model/measure/possible/impossible-numbers.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import { histogramOf, sameTimes } from '../../../../support/results/summary.ts';

const samples = (count: number) => PackedHistogram.of(histogramOf(Array.from({ length: count }, () => 5000)));
const COUNTS: LiveCounts = {
  ...noCounts(),
  ...{ generated: 12, made: 10, dropped: 2, done: 6, timeout: 1, failed: 2, aborted: 1, unexpected: 1, late: 1 },
};
const REQUEST = { name: 'order', counts: COUNTS, ...sameTimes(samples(8)) };
/** A runner's measurement of ten requests in ten seconds. */
const POSSIBLE: Snapshot = {
  elapsedMs: 10_000,
  requests: [REQUEST],
  responses: [
    { code: '200', count: 5 },
    { code: '404', count: 1 },
  ],
  errors: [
    { kind: 'Timeout', count: 1, example: 'x', firstMs: 100, lastMs: 100 },
    { kind: 'Reset', count: 2, example: 'x', firstMs: 5, lastMs: 9_000 },
  ],
  inFlightPeaks: { second: 10, newest: [2, 3], most: 4 },
  pacingLag: samples(10),
  cpuMs: 900,
  eventLoopUtilization: 0.1,
  throttledMs: 3,
  gc: { count: 4, totalMs: 8, maxMs: 3 },
};
const counts = (change: Partial<LiveCounts>): Partial<Snapshot> => ({
  requests: [{ ...REQUEST, counts: { ...COUNTS, ...change } }],
});
const outcomes = (responses: Snapshot['responses'], errors: { kind: string; count: number }[]): Partial<Snapshot> => ({
  requests: [{ ...REQUEST, outcomes: { responses, errors } }],
});

const rows: [sentence: string, change: Partial<Snapshot>, form: SnapshotForm, problem: string | undefined][] = [
  ['everything agrees', {}, 'Final', undefined],
  ['everything agrees so far', {}, 'Live', undefined],
  ['its times are ahead of its counters', { requests: [{ ...REQUEST, ...sameTimes(samples(20)) }] }, 'Live', undefined],
  ['it has no times left', { requests: [{ ...REQUEST, ...sameTimes(samples(0)) }] }, 'Partial', undefined],
  ['rare outcomes had no room', { responses: POSSIBLE.responses.slice(0, 1) }, 'Partial', undefined],
  ['it lasted for ever', { elapsedMs: 1e308 }, 'Final', 'elapsedMs: 1e+308 is longer than a load can be'],
  ['it took all CPU there is', { cpuMs: 1e308 }, 'Live', 'cpuMs: 1e+308 is more than 10000 ms allow'],
  ['it was throttled for ever', { throttledMs: 1e308 }, 'Live', 'throttledMs: 1e+308 is more than 10000 ms allow'],
  [
    'garbage collection outlasted it',
    { gc: { count: 1, totalMs: 1e308, maxMs: 1 } },
    'Live',
    'gc.totalMs: 1e+308 is more than 10000 ms allow',
  ],
  [
    'one pause is longer than all',
    { gc: { count: 1, totalMs: 8, maxMs: 10 } },
    'Live',
    'gc.maxMs: 10 is more than gc.totalMs 8',
  ],
  ['more are late than done', counts({ late: 7 }), 'Live', 'requests.0.counts: late 7 is more than done 6'],
  [
    'more timed out than were generated',
    counts({ timeout: 13 }),
    'Live',
    'requests.0.counts: made 10 is not done 6 + timeout 13 + failed 2 + aborted 1 + inFlight 0',
  ],
  [
    'more came due than a runner can generate',
    counts({ generated: 2 ** 52, dropped: 2 ** 52 - 10 }),
    'Live',
    `requests.0.counts: generated ${2 ** 52} is too many`,
  ],
  [
    'more bytes were received than a network carries',
    { requests: [{ ...REQUEST, bytes: { sent: 1, received: 2 ** 51 } }] },
    'Partial',
    `requests.0.bytes.received: ${2 ** 51} is too many`,
  ],
  [
    'more connections were opened than a runner can open',
    { connections: { opened: 2 ** 44, written: 0, dns: samples(0), connect: samples(0), tls: samples(0) } },
    'Partial',
    `connections.opened: ${2 ** 44} is too many`,
  ],
  [
    'requests without a time have ended',
    { requests: [{ ...REQUEST, responseTime: samples(7) }] },
    'Live',
    'requests.0.responseTime: 7 samples are not those of 8 requests with a time',
  ],
  [
    'there are more times than requests at its end',
    { requests: [{ ...REQUEST, serviceTime: samples(9) }] },
    'Final',
    'requests.0.serviceTime: 9 samples are not those of 8 requests with a time',
  ],
  [
    'there are times without the generator of other requests',
    { requests: [{ ...REQUEST, withoutGenerator: { ...REQUEST.withoutGenerator, responseTime: samples(9) } }] },
    'Final',
    'requests.0.withoutGenerator.responseTime: 9 samples are not those of 8 requests with a time',
  ],
  [
    'there are far more times than requests',
    { requests: [{ ...REQUEST, serviceTime: samples(1_000_017) }] },
    'Live',
    'requests.0.serviceTime: 1000017 samples are not those of 8 requests with a time',
  ],
  [
    'a status is there twice',
    { responses: [...POSSIBLE.responses.slice(0, 1), { code: '200', count: 1 }] },
    'Partial',
    'responses: has 200 twice',
  ],
  [
    'a status is there in two notations',
    {
      responses: [
        { code: '7', count: 5 },
        { code: '007', count: 1 },
      ],
    },
    'Live',
    'responses: has 7 twice',
  ],
  ['responses have no status', { responses: [] }, 'Live', 'responses: 0 are not the 6 of done'],
  [
    'more have a status than were done',
    { responses: [{ code: '200', count: 7 }] },
    'Partial',
    'responses: 7 are not the 6 of done',
  ],
  [
    'errors have no kind',
    { errors: POSSIBLE.errors.slice(1) },
    'Live',
    'errors: 2 are not the 3 of timeout and failed',
  ],
  [
    'the outcomes of a request are not its own',
    outcomes([{ code: '200', count: 7 }], []),
    'Live',
    'requests.0.outcomes.responses: 7 are not the 6 of done',
  ],
  [
    'a request has an error of one kind twice',
    outcomes(POSSIBLE.responses, [
      { kind: 'Reset', count: 1 },
      { kind: 'Reset', count: 2 },
    ]),
    'Live',
    'requests.0.outcomes.errors: has Reset twice',
  ],
  [
    'an error came after its end',
    { errors: [{ kind: 'Timeout', count: 3, example: '', firstMs: 5, lastMs: 1e308 }] },
    'Live',
    'errors.0: from 5 to 1e+308 ms is no part of 10000 ms',
  ],
  [
    'the last error came before the first',
    { errors: [{ kind: 'Timeout', count: 3, example: '', firstMs: 5, lastMs: 4 }] },
    'Live',
    'errors.0: from 5 to 4 ms is no part of 10000 ms',
  ],
  [
    'more were in flight than were made',
    { inFlightPeaks: { second: 10, newest: [], most: 11 } },
    'Live',
    'inFlightPeaks.most: 11 is more than made 10',
  ],
  [
    'more were in flight in a second than ever',
    { inFlightPeaks: { second: 10, newest: [5], most: 4 } },
    'Live',
    'inFlightPeaks.newest: has more than most 4',
  ],
  [
    'its last second has yet to come',
    { inFlightPeaks: { second: 80, newest: [4], most: 4 } },
    'Live',
    'inFlightPeaks.second: 80 is after 10000 ms',
  ],
];

describe('a measurement', () => {
  for (const [sentence, change, form, problem] of rows)
    it(`in which ${sentence} is ${problem === undefined ? 'possible' : 'impossible'} (${form})`, () =>
      assert.equal(impossibleNumbers({ ...POSSIBLE, ...change }, form), problem));
});
