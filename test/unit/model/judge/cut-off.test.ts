import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { resultStatus } from '../../../../model/result/result-status.ts';
import { type Measured, measured } from '../../../support/results/measured.ts';

const LOAD = { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } };
const WHOLE = { desired: 1, lost: 0 };

/** 50/s for four seconds: the target answers for one second and then hangs, and the end cuts off what waits 500 ms after the load. */
const HANGING: Measured = {
  counts: { generated: 200, made: 200, done: 51, aborted: 149 },
  times: [...Array(51).fill(8), ...Array.from({ length: 149 }, (_, i) => 4500 - 20 * (51 + i))],
};

/** A healthy load of 1,000 requests of 8 ms, which a person stops while three more have waited for 2 ms. */
const STOPPED: Measured = {
  counts: { generated: 1003, made: 1003, done: 1000, aborted: 3 },
  times: [...Array(1000).fill(8), ...Array(3).fill(2)],
};

const LATE_TOO: Measured = { ...STOPPED, times: [...Array(900).fill(8), ...Array(100).fill(120), ...Array(3).fill(2)] };

type Row = [title: string, run: Measured, threshold: object, verdict: string, message: RegExp];
const ROWS: Row[] = [
  [
    'a target that hangs until it is cut off breaks a percentile',
    HANGING,
    { metric: 'responseTime.p99', max: '500ms' },
    'False/ThresholdExceeded',
    /^responseTime.p99 3.44s exceeds 500ms; 51 of 200 requests done/,
  ],
  [
    'a target that hangs until it is cut off leaves it open how many errors there would have been',
    HANGING,
    { metric: 'errors', max: '1%' },
    'Unknown/RequestsCutOff',
    /^149 requests were cut off: errors is between 0% and 74.5%, and the limit is 1%;/,
  ],
  [
    'its median is known to be long, but not how long',
    HANGING,
    { metric: 'responseTime.p50', max: '2s' },
    'Unknown/RequestsCutOff',
    /^149 requests were cut off: responseTime.p50 is between 1.48s and unknown, and the limit is 2s/,
  ],
  [
    'what was cut off had been sent, so that it was not dropped',
    HANGING,
    { metric: 'dropped', max: '0%' },
    'True/ThresholdsMet',
    /the one threshold holds, but 74.5% of the arrivals were cut off and no threshold looks at these/,
  ],
  [
    'what was cut off might have had any status',
    HANGING,
    { metric: 'status.5xx', max: '10%' },
    'Unknown/RequestsCutOff',
    /status.5xx is between 0% and 74.5%/,
  ],
  [
    'what was cut off is no response during the load',
    HANGING,
    { metric: 'rate', min: '50' },
    'False/ThresholdExceeded',
    /^rate 5.1 is below 50/,
  ],
  [
    'a stop leaves a percentile as it is when the requests that it cut off cannot change it',
    STOPPED,
    { metric: 'responseTime.p99', max: '10ms' },
    'True/ThresholdsMet',
    /the one threshold holds; 1,000 of 1,003/,
  ],
  [
    'a stop leaves it open what a high percentile would have been',
    STOPPED,
    { metric: 'responseTime.p999', max: '10ms' },
    'Unknown/RequestsCutOff',
    /^3 requests were cut off: responseTime.p999 is between 8ms and unknown, and the limit is 10ms/,
  ],
  [
    'a stop leaves it open what the maximum and the mean would have been',
    STOPPED,
    { metric: 'responseTime.mean', max: '10ms' },
    'Unknown/RequestsCutOff',
    /responseTime.mean is between 7.99ms and unknown/,
  ],
  [
    'a stop does not excuse a maximum that is exceeded',
    STOPPED,
    { metric: 'serviceTime.max', max: '5ms' },
    'False/ThresholdExceeded',
    /serviceTime.max 8ms exceeds 5ms/,
  ],
  [
    'a stop decides no share of errors that it is too small for',
    STOPPED,
    { metric: 'errors', max: '1%' },
    'True/ThresholdsMet',
    /the one threshold holds/,
  ],
  [
    'a stop may decide a smaller share of errors',
    STOPPED,
    { metric: 'timeout', max: '0.1%' },
    'Unknown/RequestsCutOff',
    /^3 requests were cut off: timeout is between 0% and 0.299%, and the limit is 0.1%/,
  ],
  [
    'the generator and a stop can be uncertain together',
    { ...LATE_TOO, own: 115 },
    { metric: 'responseTime.p999', max: '100ms' },
    'Unknown/GeneratorSaturated',
    /3 requests were cut off: responseTime.p999 120ms exceeds 100ms, but without the generator's own delay \(up to 115ms\) it would be between 5ms and unknown/,
  ],
];
for (const [title, run, threshold, verdict, message] of ROWS)
  test(`cut off: ${title}: ${verdict}`, () => {
    const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: LOAD, thresholds: [threshold] });
    const { passed } = judge(spec, summarise(spec, [measured(run)]), WHOLE);
    assert.equal(`${passed.status}/${passed.reason}`, verdict);
    assert.match(passed.message, message);
  });

test('requests that were cut off after a longer wait than a threshold allows are errors', () => {
  const thresholds = [
    { metric: 'responseTime.p99', max: '500ms' },
    { metric: 'errors', max: '1%' },
  ];
  const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: LOAD, thresholds });
  const summary = summarise(spec, [measured(HANGING)]);
  const verdict = judge(spec, summary, WHOLE);
  assert.match(
    verdict.passed.message,
    /errors 49% exceeds 1%, of which 98 were cut off after a longer wait than a threshold allows/,
  );
  assert.deepEqual(
    resultStatus(summary, verdict).thresholds?.map(({ passed, inconclusive }) => [passed, inconclusive]),
    [
      [false, undefined],
      [false, undefined],
    ],
  );
});

test('a limit of a median says nothing of a single request', () => {
  const thresholds = [
    { metric: 'responseTime.p50', max: '500ms' },
    { metric: 'errors', max: '1%' },
  ];
  const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: LOAD, thresholds });
  assert.equal(summarise(spec, [measured(HANGING)]).requests[0]?.overdue, 0);
});

test('the status says why the run cannot tell whether a threshold holds', () => {
  const thresholds = [{ metric: 'errors', max: '1%' }];
  const spec = loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: LOAD, thresholds });
  const summary = summarise(spec, [measured(HANGING)]);
  assert.deepEqual(resultStatus(summary, judge(spec, summary, WHOLE)).thresholds, [
    {
      metric: 'errors',
      max: '1%',
      observed: '0%',
      passed: false,
      inconclusive: '149 requests were cut off: errors is between 0% and 74.5%, and the limit is 1%',
    },
  ]);
});
