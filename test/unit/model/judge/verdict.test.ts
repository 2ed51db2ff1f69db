import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { metricRange } from '../../../../model/metrics/metrics.ts';
import { resultStatus } from '../../../../model/result/result-status.ts';
import { type Measured, measured } from '../../../support/results/measured.ts';

const OPEN = { type: 'Open', open: { stages: [{ duration: '10s', rate: 10 }] } };
const CLOSED = { type: 'Closed', closed: { users: 1, duration: '10s' } };

function specOf(thresholds: object[], rest: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({ target: { url: 'http://target' }, load: OPEN, thresholds, ...rest });
}

const WHOLE = { desired: 1, lost: 0 };
const LOST = { desired: 3, lost: 1 };
const NOTHING_DONE = { counts: { done: 0, failed: 100 }, times: [] };

const NO_PORTS = [{ kind: 'PortsExhausted', count: 3, example: 'connect EADDRNOTAVAIL' }];

/** The generator stops for 120 ms once: six of 1,000 requests of 5 ms wait for it. */
const ONE_STOP: Measured = {
  counts: { generated: 1000, made: 1000, done: 1000 },
  times: [...Array(994).fill(5), 20, 40, 60, 80, 100, 120],
  own: (ms) => ms - 5,
};

type Row = [
  title: string,
  spec: LoadTestSpec,
  measured: Measured,
  losses: typeof WHOLE,
  passed: string,
  reason: string,
  message: RegExp,
];
const ROWS: Row[] = [
  [
    'exhausted local ports are the fault of the generator, not of the target',
    specOf([{ metric: 'errors', max: '1%' }]),
    { counts: { done: 97, failed: 3 }, errors: NO_PORTS },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /no local ports were left.*\(3 requests\); use more runners or more addresses \(target\.http\.localAddresses\)/,
  ],
  [
    'without thresholds, a test with responses passes',
    specOf([]),
    {},
    WHOLE,
    'True',
    'ThresholdsMet',
    /100 of 100 requests done, 10\/s/,
  ],
  [
    'without thresholds, a test without responses fails',
    specOf([]),
    NOTHING_DONE,
    WHOLE,
    'False',
    'NothingAnswered',
    /no request was answered; 0 of 100/,
  ],
  [
    'a threshold holds',
    specOf([{ metric: 'responseTime.p99', max: '100ms' }]),
    {},
    WHOLE,
    'True',
    'ThresholdsMet',
    /the one threshold holds/,
  ],
  [
    'a threshold holds when the value equals it',
    specOf([{ metric: 'rate', min: '10' }]),
    {},
    WHOLE,
    'True',
    'ThresholdsMet',
    /./,
  ],
  [
    'a percentile exceeds its maximum',
    specOf([{ metric: 'responseTime.p99', max: '90ms' }]),
    {},
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^responseTime.p99 99\dms exceeds 90ms|^responseTime.p99 99(\.\d)?ms exceeds 90ms; 100 of 100/,
  ],
  [
    'a value is below its minimum',
    specOf([{ metric: 'rate', min: '10.5' }]),
    {},
    WHOLE,
    'False',
    'ThresholdExceeded',
    /rate 10 is below 10.5/,
  ],
  [
    'the message names all exceeded thresholds',
    specOf([
      { metric: 'rate', min: '11' },
      { metric: 'serviceTime.max', max: '1ms' },
    ]),
    {},
    WHOLE,
    'False',
    'ThresholdExceeded',
    /rate .* serviceTime.max/,
  ],
  [
    'errors are a share of the arrivals that ended',
    specOf([{ metric: 'errors', max: '4.9%' }]),
    { counts: { done: 95, failed: 5 } },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /errors 5% exceeds 4.9%/,
  ],
  [
    'dropped and unexpected count as errors',
    specOf([{ metric: 'errors', max: '2%' }]),
    { counts: { unexpected: 2, made: 99, done: 99, dropped: 1 } },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /errors 3%/,
  ],
  [
    'a threshold for a time fails without responses',
    specOf([{ metric: 'responseTime.p99', max: '1s' }]),
    NOTHING_DONE,
    WHOLE,
    'False',
    'ThresholdExceeded',
    /nothing to measure/,
  ],
  [
    'late sending is the fault of the generator, not of the target',
    specOf([{ metric: 'responseTime.p99', max: '90ms' }]),
    { lag: 10 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /^the load generator was the limit: responseTime.p99 99ms exceeds 90ms, but without the generator's own delay \(up to 9.98ms\) it would be 89ms; its event loops had room/,
  ],
  [
    'late sending from a busy event loop leads to advice with a number of runners',
    specOf([{ metric: 'responseTime.p99', max: '90ms' }]),
    { lag: 80, busy: 1 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /it would be 19ms; 1 more runner would carry this rate/,
  ],
  [
    'long garbage collection explains late sending',
    specOf([{ metric: 'responseTime.p99', max: '90ms' }]),
    { lag: 80, gc: { count: 9, totalMs: 501, maxMs: 60 } },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /it would be 19ms, garbage collection paused it for up to 60ms and 5% of the time;/,
  ],
  [
    'CPU throttling explains late sending',
    specOf([{ metric: 'responseTime.p99', max: '90ms' }]),
    { lag: 80, throttledMs: 3808 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /it would be 19ms, its CPU limit stopped it 38% of the time; raise the CPU limit that it runs under to 2 times as much/,
  ],
  [
    'late sending does not excuse a target that is too slow without it',
    specOf([{ metric: 'responseTime.p99', max: '50ms' }]),
    { lag: 30 },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^responseTime.p99 99ms exceeds 50ms [(]69.1ms without the generator's own delay[)]; 100 of 100/,
  ],
  [
    'a lag of 19.9 ms on every request does not fail a median',
    specOf([{ metric: 'responseTime.p50', max: '10ms' }]),
    { lag: 19.9, times: Array.from({ length: 100 }, () => 22) },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /responseTime.p50 22ms exceeds 10ms, but without the generator's own delay \(up to 19.9ms\) it would be 2.1ms/,
  ],
  [
    'one stop of the generator does not fail a maximum',
    specOf([{ metric: 'responseTime.max', max: '100ms' }]),
    ONE_STOP,
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /responseTime.max 120ms exceeds 100ms, but without the generator's own delay \(up to 115ms\) it would be 5ms/,
  ],
  [
    'one stop of the generator does not fail a high percentile',
    specOf([{ metric: 'responseTime.p999', max: '60ms' }]),
    ONE_STOP,
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /responseTime.p999 100ms exceeds 60ms, but without the generator's own delay/,
  ],
  [
    'one stop of the generator does not excuse a target that is too slow at all times',
    specOf([{ metric: 'responseTime.p50', max: '4ms' }]),
    ONE_STOP,
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^responseTime.p50 5ms exceeds 4ms/,
  ],
  [
    'late sending explains no service time',
    specOf([{ metric: 'serviceTime.p99', max: '90ms' }]),
    { lag: 80 },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^serviceTime.p99 99ms exceeds 90ms/,
  ],
  [
    'late sending explains no low rate',
    specOf([{ metric: 'rate', min: '10' }]),
    { lag: 80, counts: { late: 30 } },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^rate 7 is below 10/,
  ],
  [
    'a rate that was reached but for late sending is inconclusive',
    specOf([{ metric: 'rate', min: '10' }]),
    { lag: 80, counts: { late: 30, lateByGenerator: 30 } },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /rate 7 is below 10, but without the generator's own delay \(up to 80ms\) it would be 10/,
  ],
  [
    'a closed load whose responses waited to be read is inconclusive',
    specOf([{ metric: 'serviceTime.max', max: '90ms' }], { load: CLOSED }),
    { ownService: 15, own: 15 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /serviceTime.max 100ms exceeds 90ms, but without the generator's own delay \(up to 15ms\) it would be 85.1ms/,
  ],
  [
    'a closed load whose users lost a fifth of their time may have reached its rate',
    specOf([{ metric: 'rate', min: '12' }], { load: CLOSED }),
    { own: 20, times: Array.from({ length: 100 }, () => 100) },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /rate 10 is below 12, but without the generator's own delay \(up to 20ms\) it would be 12.49/,
  ],
  [
    'a closed load whose event loop was busy may have reached any rate',
    specOf([{ metric: 'rate', min: '12' }], { load: CLOSED }),
    { busy: 0.97 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /its event loop was 97% busy/,
  ],
  [
    'a busy event loop does not excuse a target that is too slow without it',
    specOf([{ metric: 'responseTime.p99', max: '50ms' }], { load: CLOSED }),
    { busy: 0.97, own: 20 },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^responseTime.p99 99ms exceeds 50ms/,
  ],
  [
    'CPU throttling does not fail a test whose thresholds hold',
    specOf([{ metric: 'responseTime.p99', max: '1s' }]),
    { throttledMs: 3808 },
    WHOLE,
    'True',
    'ThresholdsMet',
    /./,
  ],
  [
    'a little CPU throttling does not excuse the target',
    specOf([{ metric: 'responseTime.p99', max: '1ms' }]),
    { throttledMs: 100 },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /./,
  ],
  [
    'CPU throttling invalidates a closed load even when thresholds hold',
    specOf([{ metric: 'responseTime.p99', max: '1s' }], { load: CLOSED }),
    { throttledMs: 3808 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /its CPU limit stopped it 38% of the time/,
  ],
  [
    'exhausted file descriptors are the fault of the generator, not of the target',
    specOf([{ metric: 'errors', max: '1%' }]),
    { counts: { done: 97, failed: 3 }, errors: [{ ...NO_PORTS[0]!, kind: 'FileDescriptorsExhausted' }] },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /no file descriptors were left/,
  ],
  [
    'late sending does not fail a test whose thresholds hold',
    specOf([{ metric: 'responseTime.p99', max: '1s' }]),
    { lag: 80 },
    WHOLE,
    'True',
    'ThresholdsMet',
    /./,
  ],
  [
    'late sending does not excuse unexpected responses',
    specOf([
      { metric: 'responseTime.p99', max: '1ms' },
      { metric: 'errors', max: '1%' },
    ]),
    { lag: 80, counts: { unexpected: 50 } },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /errors 50% exceeds 1%/,
  ],
  [
    'arrivals that late sending dropped are the fault of the generator',
    specOf([{ metric: 'errors', max: '1%' }]),
    { lag: 80, counts: { made: 95, done: 95, dropped: 5, droppedByGenerator: 5 } },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /errors 5% exceeds 1%, but without the errors that the generator caused it would be 0%/,
  ],
  [
    'other dropped arrivals are the fault of the target, despite late sending',
    specOf([{ metric: 'dropped', max: '1%' }]),
    { lag: 80, counts: { made: 95, done: 95, dropped: 5, droppedByGenerator: 3 } },
    WHOLE,
    'False',
    'ThresholdExceeded',
    /^dropped 5% exceeds 1%/,
  ],
  [
    'late sending does not excuse a target without responses',
    specOf([]),
    { ...NOTHING_DONE, lag: 80 },
    WHOLE,
    'False',
    'NothingAnswered',
    /no request was answered/,
  ],
  [
    'very late sending invalidates the load even when thresholds hold',
    specOf([{ metric: 'responseTime.p99', max: '1s' }]),
    { lag: 300 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /./,
  ],
  [
    'very late sending invalidates the load even when responses are slower still',
    specOf([{ metric: 'responseTime.p99', max: '1s' }]),
    { lag: 300, times: [500] },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /requests were sent late/,
  ],
  [
    'a rate that falls short of a load that was sent very late is the fault of the generator',
    specOf([{ metric: 'rate', min: '1000000' }]),
    { lag: 300, counts: { late: 100 } },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /requests were sent late/,
  ],
  [
    'a pacing lag that is small beside the response times is tolerated',
    specOf([]),
    { lag: 24 },
    WHOLE,
    'True',
    'ThresholdsMet',
    /./,
  ],
  [
    'a busy event loop saturates the generator of a closed load',
    specOf([], { load: CLOSED }),
    { busy: 0.99 },
    WHOLE,
    'Unknown',
    'GeneratorSaturated',
    /event loop was 99% busy/,
  ],
  [
    'a busy event loop does not saturate the generator of an open load that kept its schedule',
    specOf([]),
    { busy: 0.99 },
    WHOLE,
    'True',
    'ThresholdsMet',
    /./,
  ],
  ['a lost runner fails the test by default', specOf([]), {}, LOST, 'False', 'RunnersLost', /1 of 3 runners lost/],
  [
    'with onLoss Continue the verdict is about the other runners, and the message reports the loss',
    specOf([], { runners: { replicas: 3, onLoss: 'Continue' } }),
    {},
    LOST,
    'True',
    'ThresholdsMet',
    /1 of 3 runners lost/,
  ],
];
for (const [title, spec, snapshot, losses, status, reason, message] of ROWS) {
  test(`verdict: ${title}: ${status} ${reason}`, () => {
    const { passed } = judge(spec, summarise(spec, [measured(snapshot)]), losses);
    assert.deepEqual([passed.status, passed.reason], [status, reason]);
    assert.match(passed.message, message);
  });
}

const CONTINUING = { runners: { replicas: 3, onLoss: 'Continue' } };
const NOTHING_ROWS: [title: string, spec: LoadTestSpec, losses: typeof WHOLE, passed: string, message: RegExp][] = [
  ['of runners that all finished is inconclusive', specOf([]), WHOLE, 'Unknown/NoLoad', /^no load was made$/],
  ['of a lost runner fails by default', specOf([]), LOST, 'False/RunnersLost', /^runners were lost; no load.* 1 of 3/],
  ['with onLoss Continue is inconclusive', specOf([], CONTINUING), LOST, 'Unknown/NoLoad', /^no load was made; 1 of 3/],
];
for (const [title, spec, losses, expected, message] of NOTHING_ROWS) {
  test(`verdict: no measurement ${title}: ${expected}`, () => {
    for (const summary of [undefined, summarise(spec, [])]) {
      const { passed, saturated } = judge(spec, summary, losses);
      assert.equal(`${passed.status}/${passed.reason}`, expected);
      assert.match(passed.message, message);
      assert.equal(saturated.reason, 'NoLoad');
    }
  });
}

test('a summary adds the counts of runners and takes percentiles over all their requests', () => {
  const spec = specOf([]);
  const fast = measured({ times: [1, 2, 3], errors: [{ kind: 'ConnectionReset', count: 1, example: 'a' }] });
  const slow = measured({
    times: [100, 200, 300],
    errors: [
      { kind: 'ConnectionReset', count: 2, example: 'b' },
      { kind: 'DNSNotFound', count: 9, example: 'c' },
    ],
  });
  const summary = summarise(spec, [fast, slow]);
  assert.equal(summary.counts.done, 200);
  assert.equal(summary.responseTime.count, 6);
  assert.equal(Math.round(summary.responseTime.valueAtPercentile(50)! / 1000), 3);
  assert.deepEqual(summary.responses, [{ code: '200', count: 200 }]);
  assert.deepEqual(summary.errors, [
    { kind: 'DNSNotFound', count: 9, example: 'c' },
    { kind: 'ConnectionReset', count: 3, example: 'a' },
  ]);
});

test('the achieved rate is over the duration of the schedule, without the time for the last responses', () => {
  const { reached: _, ...rate } = summarise(specOf([]), [measured()]).rate;
  assert.deepEqual(rate, { target: 10, achieved: 10, seconds: 10 });
});

test('the achieved rate, also of one request, leaves out responses after the end of the load', () => {
  const spec = specOf([{ metric: 'rate', min: '8' }]);
  const summary = summarise(spec, [measured({ counts: { late: 30 } })]);
  assert.equal(summary.rate.achieved, 7);
  assert.equal(metricRange('rate', summary, 'default')?.observed, 7);
  assert.match(judge(spec, summary, WHOLE).passed.message, /^rate 7 is below 8; 100 of 100 requests done, 7\/s/);
});

test('the status has the result as text, without fields that were not measured', () => {
  const spec = specOf([{ metric: 'responseTime.p50', max: '1s' }]);
  const summary = summarise(spec, [measured()]);
  const status = resultStatus(summary, judge(spec, summary, WHOLE));
  assert.equal(status.responseTime?.p50, '50ms');
  assert.deepEqual(status.rate, { target: '10', achieved: '10' });
  assert.deepEqual(status.thresholds, [{ metric: 'responseTime.p50', max: '1s', observed: '50ms', passed: true }]);
  const nothing = summarise(spec, [measured(NOTHING_DONE)]);
  assert.equal('responseTime' in resultStatus(nothing, judge(spec, nothing, WHOLE)), false);
});
