import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runnerUpdateSchema } from '../../../../api/protocol/runner-update.ts';
import type { IntervalEnd } from '../../../../model/compare/interval-end.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { encodeHistogram } from '../../../../model/wire/histogram-encoding.ts';
import {
  decodeRunnerUpdate,
  encodeRunnerUpdate,
  MAX_PACKED_BYTES,
  type RunnerUpdate,
} from '../../../../model/wire/runner-update.ts';
import { histogramOf, values } from '../../../support/results/histograms.ts';
import { snapshotOf } from '../../../support/results/summary.ts';

function packed(seed: number): PackedHistogram {
  return PackedHistogram.of(histogramOf(values(100, seed)));
}

const [request] = snapshotOf('get', 5).requests;
const snapshot: Snapshot = {
  ...snapshotOf('get', 5),
  requests: [
    {
      ...request!,
      responseTime: packed(1),
      firstByte: packed(8),
      serviceTime: packed(2),
      withoutGenerator: { responseTime: packed(6), firstByte: packed(9), serviceTime: packed(7) },
    },
    {
      ...request!,
      name: 'post',
      responseTime: packed(3),
      serviceTime: packed(4),
      bytes: { sent: 1234, received: 2 ** 40 },
      events: { received: 7, first: packed(14), between: packed(15) },
      outcomes: { responses: [{ code: '200', count: 5 }], errors: [{ kind: 'Timeout', count: 1 }] },
    },
  ],
  errors: [{ kind: 'Timeout', count: 1, example: 'x', firstMs: 1, lastMs: 2 }],
  unexpected: [{ request: 'post', status: 500, body: 'oops' }],
  redirects: 3,
  inFlightPeaks: { second: 2, newest: [4, 9], most: 9 },
  connections: { opened: 3, written: 13, dns: packed(12), connect: packed(13), tls: PackedHistogram.EMPTY },
  pacingLag: packed(5),
  throttledMs: 4,
  gc: { count: 1, totalMs: 2, maxMs: 2 },
};

function end(second: number): IntervalEnd {
  const counts = { ended: second, done: second, errors: 0 };
  return { elapsedMs: 1000 * second, threads: 2, ...counts, responseTime: packed(10 + second) };
}

const updates: [sentence: string, update: RunnerUpdate][] = [
  ['without a measurement', { phase: 'Ready', setup: '{"token":1}', teardown: { state: 'Pending' } }],
  ['under load', { phase: 'Running', startedAtMs: 1_700_000_000_000, snapshot }],
  ['before its first trial', { phase: 'Running', trial: { number: 0, state: 'Pending', lateMs: 0, ranMs: 0 } }],
  [
    'with a trial',
    { phase: 'Running', snapshot, trial: { number: 7, state: 'Done', lateMs: 3, ranMs: 5000, snapshot } },
  ],
  ['that announces its intervals', { phase: 'Finished', machine: 'x', snapshot, intervals: 'Kept' }],
  [
    'with its intervals',
    { phase: 'Finished', snapshot, intervals: { stepMs: 1000, ends: [end(1), end(2)], last: end(3) } },
  ],
];

describe('a runner update', () => {
  for (const [sentence, update] of updates) {
    it(`${sentence} survives encoding and decoding`, () => {
      const body = JSON.parse(JSON.stringify(encodeRunnerUpdate(update)));
      const decoded = decodeRunnerUpdate(runnerUpdateSchema.parse(body));
      assert.deepEqual('update' in decoded && decoded.update, update);
    });
  }

  const whole = { ...updates[5]![1], trial: updates[3]![1].trial };
  const broken: [field: string, path: string][] = [
    ['snapshot.pacingLag', 'snapshot.pacingLag'],
    ['snapshot.requests.0.serviceTime', 'snapshot.requests.0.serviceTime'],
    ['snapshot.requests.1.responseTime', 'snapshot.requests.1.responseTime'],
    ['snapshot.requests.1.events.first', 'snapshot.requests.1.events.first'],
    ['snapshot.connections.tls', 'snapshot.connections.tls'],
    ['snapshot.requests.1.firstByte', 'snapshot.requests.1.firstByte'],
    ['snapshot.requests.0.withoutGenerator.serviceTime', 'snapshot.requests.0.withoutGenerator.serviceTime'],
    ['trial.snapshot.requests.1.serviceTime', 'trial.snapshot.requests.1.serviceTime'],
    ['windows.1.responseTime', 'windows.ends.1.responseTime'],
    ['windows.2.responseTime', 'windows.last.responseTime'],
  ];
  for (const [field, path] of broken) {
    it(`is refused with the field of an invalid histogram: ${field}`, () => {
      const message = encodeRunnerUpdate(whole);
      put(message, path.split('.'), 'AAAA');
      assert.deepEqual(decodeRunnerUpdate(message), {
        problem: `${field}: must be an HdrHistogram in the V2 encoding`,
      });
    });
  }

  it('is refused at the field at which its histograms exceed the limit, and nothing after it is decoded', () => {
    const counts = new Float64Array(Histogram.LENGTH).fill(2 ** 54);
    const large = encodeHistogram(PackedHistogram.of(new Histogram(counts)));
    assert.ok(large.length < 2000, 'a text of one kilobyte for a histogram of 188');
    const message = encodeRunnerUpdate(whole);
    const [request] = message.snapshot!.requests;
    message.snapshot!.requests = Array.from({ length: 32 }, () => ({ ...request!, responseTime: large }));
    message.snapshot!.requests[23]!.serviceTime = 'not read';
    assert.deepEqual(decodeRunnerUpdate(message), {
      problem: `snapshot.requests.22.responseTime: histograms take more than ${MAX_PACKED_BYTES} bytes`,
    });
  });
});

function put(at: object, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) Object.assign(at, { [key]: value });
  else put((at as Record<string, object>)[key]!, rest, value);
}
