import type { LoadTest } from '../../../api/loadtest/loadtest.ts';
import { loadTestSchema } from '../../../api/loadtest/loadtest.ts';
import { type LoadTestStatus, loadTestStatusSchema } from '../../../api/status/loadtest-status.ts';
import { countsOf } from './counts.ts';

const counts = countsOf({ generated: 5850, made: 5840, done: 5830, timeout: 6, failed: 4, dropped: 10, unexpected: 3 });
const times = {
  min: '212us',
  mean: '9.1ms',
  p50: '8.5ms',
  p90: '21ms',
  p95: '30ms',
  p99: '88ms',
  p999: '210ms',
  max: '0.6s',
};
const at = '2026-03-01T12:00:12.000Z';

const status: LoadTestStatus = {
  conditions: [
    { type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at },
    {
      type: 'Passed',
      status: 'False',
      reason: 'ThresholdExceeded',
      message: 'errors 0.39% exceeds 0.1%; 5,830 of 5,850 requests done, 483/s',
      lastTransitionTime: at,
    },
    {
      type: 'GeneratorSaturated',
      status: 'False',
      reason: 'GeneratorKeptUp',
      message: 'it kept up',
      lastTransitionTime: at,
    },
  ],
  loadStartTime: '2026-03-01T12:00:00.000Z',
  completionTime: at,
  runners: { desired: 2, ready: 2, succeeded: 2, lost: 0 },
  counts,
  maxInFlight: 1200,
  rate: { target: '487.5', achieved: '483' },
  errorShare: '0.393%',
  responseTime: times,
  bytes: { sent: 1_234_567, received: 45_600_000 },
  connections: { opened: 64, reused: 5776, connect: times, tls: { ...times, p99: '95ms' } },
  firstByte: { ...times, p99: '70ms' },
  serviceTime: { ...times, p99: '61ms' },
  requests: [
    {
      ...{ name: 'order', counts, responseTime: times, firstByte: times, serviceTime: times },
      responses: [
        { status: 201, count: 5827 },
        { status: 503, count: 3 },
      ],
      errors: [{ kind: 'ConnectionRefused', count: 4 }],
    },
    { name: 'items', counts: { ...counts, done: 0 } },
  ],
  responses: [
    { status: 201, count: 5827 },
    { status: 503, count: 3 },
  ],
  errors: [{ kind: 'ConnectionRefused', count: 4, example: 'connect\nECONNREFUSED 127.0.0.1:1' }],
  thresholds: [
    { metric: 'responseTime.p99', max: '250ms', observed: '88ms', passed: true },
    { metric: 'errors', max: '0.1%', observed: '0.39%', passed: false },
    { metric: 'rate', min: '480', observed: '483', passed: true },
  ],
  generator: {
    saturated: false,
    pacingLagP99: '300us',
    cpu: '41%',
    throttled: '3%',
    gcPauseMax: '3.1ms',
    gcShare: '0.4%',
  },
};

const spec = {
  target: { url: 'http://shop.test/api' },
  requests: [{ name: 'order', weight: 3 }, { name: 'items' }],
  load: {
    type: 'Open',
    open: {
      startRate: 0,
      stages: [
        { duration: '2s', rate: 500 },
        { duration: '10s', rate: 500 },
      ],
    },
  },
};

/** A finished LoadTest that uses every part of the report; `changes` override its status. */
export function finished(changes: Partial<LoadTestStatus> = {}, load: unknown = spec.load): LoadTest {
  const test = loadTestSchema.parse({
    apiVersion: 'loadtest.dev/v1alpha1',
    kind: 'LoadTest',
    metadata: { name: 'checkout' },
    spec: { ...spec, load },
  });
  return { ...test, status: loadTestStatusSchema.parse({ ...status, ...changes }) };
}

/** The result of a threshold that the run cannot decide. */
export const UNDECIDED = {
  metric: 'responseTime.p999',
  max: '250ms',
  observed: '210ms',
  passed: false,
  inconclusive: '5 requests were cut off: responseTime.p999 is between 210ms and unknown, and the limit is 250ms',
};

/** A status with the Passed condition, for `finished`. */
export function passed(verdict: 'True' | 'False' | 'Unknown', message: string): Partial<LoadTestStatus> {
  return { conditions: [{ type: 'Passed', status: verdict, reason: 'Any', message, lastTransitionTime: at }] };
}
